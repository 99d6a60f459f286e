"""What a calendar has to show of a schedule: its weekly series, and each time that is not as the series has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN
from chekt_console.domain.schedule_algebra import day_pieces
from chekt_console.domain.schedule_exceptions import FILE_YEARS
from chekt_console.domain.schedule_forecast import YEAR_AND_MONTH, begun_spans
from chekt_console.domain.site_clock import clock_changes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo
    from typing import Any

    from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
    from chekt_console.domain.schedule_forecast import BegunSpan

NOTHING = "nothing is armed anew"
PLAN = "X-CHEKT-PLAN"  # as the entry was written, and what of the schedule it stands for
_WEEK = timedelta(days=7)
_WORDS = 5
_REACH = 8  # days: a period lasts up to a week


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to begin on a day, on the site's clock; `start_min` may lie beyond its 24:00."""

    day: date
    start_min: int
    length_min: int
    mode: ArmingMode


@dataclass(frozen=True, slots=True)
class Begun:
    """One time that something is armed: really between these instants, given in the site's zone where it is plain which instant
    that is, else in UTC. `is_other`: not as planned, or not where a calendar would look for the plan."""

    plan: Planned
    starts_at: datetime
    ends_at: datetime
    is_other: bool

    @property
    def is_skipped(self) -> bool:
        return self.starts_at == self.ends_at


def plan_words(entry: Any, plan: Planned) -> str:
    """Who moves such an entry in another program means the new time: it has to be as written for the plan to count."""
    return f"{_written(entry)} {plan.day} {plan.start_min} {plan.length_min} {plan.mode.value}"


def planned(entry: Any) -> Planned | None:
    """What an entry with `plan_words` stands for; None where it has none or was changed since."""
    words = str(entry.get(PLAN, "")).split(" ")
    if len(words) != _WORDS or words[0] != _written(entry):
        return None
    try:
        plan = Planned(date.fromisoformat(words[1]), int(words[2]), int(words[3]), ArmingMode(words[4]))
    except ValueError:
        return None
    is_sound = 0 <= plan.start_min <= WEEK_MIN and 0 < plan.length_min <= WEEK_MIN
    is_sound = is_sound and plan.day.year in FILE_YEARS and plan.mode is not ArmingMode.DISARMED
    return plan if is_sound else None


class CalendarSpans:
    """`schedule` is normal; the series begin in the week of `monday`, or before where they reach into it."""

    def __init__(self, schedule: WeekSchedule, zone: tzinfo, monday: date) -> None:
        self.zone = zone
        self._schedule, self._monday = schedule, monday
        self._dates = frozenset(one.day for one in schedule.exceptions)
        earliest = monday - 2 * _WEEK  # a series may begin there
        changes = {change.day for change in clock_changes(zone, earliest, YEAR_AND_MONTH)}
        begins = [
            one.day + timedelta(days=start_min // DAY_MIN)
            for one in schedule.exceptions
            if one.day.year in FILE_YEARS
            for start_min, _, _ in one.periods
        ]
        seen = {day for day in self._dates if day.year in FILE_YEARS}.union(begins)
        around = {day + timedelta(days=number) for day in seen | changes for number in range(-_REACH, _REACH)}
        self._days = sorted(around)
        self._spans = self._resolved()
        weekdays = {day.weekday() for day in seen if day >= earliest}
        self.pieces: list[ArmedPeriod] = []
        for period in schedule.periods:
            parts = day_pieces(period)
            self.pieces += parts if any(one.day in weekdays for one in parts) else (period,)

    def first_of(self, piece: ArmedPeriod) -> datetime:
        """The wall time, in the zone, at which its series begins: never where a change of the clock makes it longer or shorter,
        for some programs would have all the others so too."""
        wall = _at(self._monday - _WEEK if piece.end_min > WEEK_MIN else self._monday, piece.start_min)
        while not self._is_even(wall, piece.length_min):
            wall -= _WEEK
        return wall.replace(tzinfo=self.zone)

    def skipped(self, piece: ArmedPeriod) -> list[datetime]:
        """When an exception keeps it from beginning."""
        first = self.first_of(piece)
        days = sorted(day for day in self._dates if day.weekday() == piece.day and first.date() <= day)
        return [_at(day, piece.start_min % DAY_MIN).replace(tzinfo=self.zone) for day in days]

    def others(self, piece: ArmedPeriod) -> Iterator[Begun]:
        """The times of its series that are not as planned, oldest first."""
        first = self.first_of(piece).date()
        for day in self._days:
            if day >= first and day.weekday() == piece.day and day not in self._dates:
                plan = Planned(day, piece.start_min % DAY_MIN, piece.length_min, piece.mode)
                begun = self.begun(plan, parts=len(day_pieces(piece)))
                if begun.is_other:
                    yield begun

    def time_of(self, plan: Planned) -> datetime:
        return _at(plan.day, plan.start_min).replace(tzinfo=self.zone)

    def begun(self, plan: Planned, *, parts: int = 1) -> Begun:
        """`parts`: the days on which a period of the week begins anew; one of a date never does."""
        wall = _at(plan.day, plan.start_min)
        length = min(timedelta(minutes=plan.length_min), datetime.max - wall)  # noqa: DTZ901  wall time of the site
        starts, ends = (time.replace(tzinfo=self.zone) for time in (wall, wall + length))
        if plan.day.year not in FILE_YEARS:
            return Begun(plan, starts, ends, is_other=False)
        begins = (wall + timedelta(days=number) for number in range(parts))
        found = [self._spans[begin] for begin in begins if begin in self._spans]
        starts_at = found[0].starts_at if found else starts.astimezone(UTC)
        ends_at = found[-1].ends_at if found else starts_at
        is_other = (starts_at, ends_at) != (starts.astimezone(UTC), ends.astimezone(UTC))
        # Programs differ on whether a time of a series lasts so long by the clock on the wall or by a stop watch.
        is_other = is_other or ends_at - starts_at != length or plan.start_min >= DAY_MIN
        return Begun(plan, self._plain(starts_at), self._plain(ends_at), is_other)

    def _is_even(self, wall: datetime, length_min: int) -> bool:
        ends = (wall + timedelta(minutes=length_min)).replace(tzinfo=self.zone)
        starts = wall.replace(tzinfo=self.zone)
        return (
            starts.utcoffset() == ends.utcoffset() == starts.astimezone(UTC).astimezone(self.zone).utcoffset()
        )

    def _plain(self, instant: datetime) -> datetime:
        local = instant.astimezone(self.zone)
        return instant if local.fold else local

    def _resolved(self) -> dict[datetime, BegunSpan]:
        """Of all days to look at, neighbours in one go."""
        found: dict[datetime, BegunSpan] = {}
        first = 0
        for number, day in enumerate(self._days, start=1):
            if number == len(self._days) or self._days[number] - day > timedelta(days=1):
                begin = self._days[first]
                # A period of a date or a day's piece is looked up by its beginning, which may lie a week further.
                found |= begun_spans(self._schedule, self.zone, begin, (day - begin).days + 1 + _REACH)
                first = number
        return found


def _written(entry: Any) -> str:
    parts = (entry.get(name) for name in ("dtstart", "dtend"))
    return "/".join(part.to_ical().decode() if hasattr(part, "to_ical") else "" for part in parts)


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001  wall time of the site
