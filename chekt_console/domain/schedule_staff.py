"""When people come, by the site's own history: the first disarming by a person on each day, and periods that end long before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from statistics import median

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, WeekSchedule
from chekt_console.domain.schedule_algebra import exchange, normalise
from chekt_console.domain.schedule_checks import Finding, Verdict
from chekt_console.domain.schedule_words import PLAIN, WordStyle, day_name, length_words
from chekt_console.domain.site_clock import wall_of

_ROUND_MIN = 15
_UNGUARDED_MIN = 30  # less than this before the staff come is no reason to speak
_LONGEST_MIN = 6 * 60  # later than this it is another shift
_FEWEST = 3
_BY_MACHINE = ("", "schedule", "scheduler", "system", "auto", "automatic")


@dataclass(frozen=True, slots=True)
class StaffHours:
    """For each weekday (0 = Monday) the minutes of the day at which people disarmed first, oldest day first."""

    first_min: tuple[tuple[int, ...], ...] = ((),) * 7

    def typical(self, day: int) -> int | None:
        """None when too little is known of the day."""
        seen = self.first_min[day]
        return round(median(seen)) if len(seen) >= _FEWEST else None


def staff_hours(events: Iterable[Event], zone: tzinfo, from_ms: int, to_ms: int) -> StaffHours:
    """The first disarming by a person on each date."""
    firsts: dict[date, int] = {}
    for event in events:
        if not from_ms <= event.instant_ms < to_ms or not _is_arrival(event):
            continue
        wall = wall_of(event.instant_ms, zone)
        minute = wall.hour * 60 + wall.minute
        firsts[wall.date()] = min(minute, firsts.get(wall.date(), DAY_MIN))
    by_day: dict[int, list[int]] = defaultdict(list)
    for day in sorted(firsts):
        by_day[day.weekday()].append(firsts[day])
    return StaffHours(tuple(tuple(by_day[day]) for day in range(7)))


def early_ends(schedule: WeekSchedule, staff: StaffHours, style: WordStyle = PLAIN) -> tuple[Finding, ...]:
    """Periods that end half an hour or more before people usually come, each with the longer period as its fix."""
    schedule = normalise(schedule)
    found = []
    for period in schedule.periods:
        day, minute = divmod(period.end_min % WEEK_MIN, DAY_MIN)
        come = staff.typical(day)
        if come is None or not _UNGUARDED_MIN <= come - minute <= _LONGEST_MIN:
            continue
        if any((other.start_min - period.end_min) % WEEK_MIN < come - minute for other in schedule.periods):
            continue  # armed again before people come
        until = (come - _UNGUARDED_MIN // 2) // _ROUND_MIN * _ROUND_MIN
        longer = min(period.length_min + until - minute, WEEK_MIN)
        seen = len(staff.first_min[day])
        text = (
            f"{day_name(day)} disarms {style.clock(minute)}, but people come about {style.clock(come)} "
            f"({seen} days seen): {length_words(come - minute)} unguarded"
        )
        fixed = exchange(schedule, period, replace(period, length_min=longer))
        found.append(
            Finding(
                Verdict.LOOK,
                text,
                period.start_min,
                period.length_min,
                f"Extend to {day_name(day)} {style.clock(until)}",
                fixed,
            )
        )
    return tuple(found)


def _is_arrival(event: Event) -> bool:
    return (
        event.kind is EventKind.ARMING
        and event.mode is ArmingMode.DISARMED
        and event.user.strip().lower() not in _BY_MACHINE
    )
