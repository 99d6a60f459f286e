"""Past alarms replayed against two schedules: which would have fallen into armed time, and what became of them.

Site time decides, exceptions and clock changes included (schedule_forecast); an alarm at the very end of a period is outside.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, WeekSchedule
from chekt_console.domain.schedule_forecast import forecast
from chekt_console.domain.site_clock import wall_of

REAL, FALSE, UNSURE, UNDECIDED = "real", "false", "unsure", ""


@dataclass(frozen=True, slots=True)
class ReplayedAlarm:
    """An alarm and the mode each schedule would have had at its instant; None = disarmed."""

    event: Event
    saved: ArmingMode | None
    draft: ArmingMode | None

    @property
    def is_lost(self) -> bool:
        """Armed under the saved schedule, disarmed under the draft."""
        return self.saved is not None and self.draft is None

    @property
    def is_gained(self) -> bool:
        return self.saved is None and self.draft is not None


@dataclass(frozen=True, slots=True)
class Replay:
    """Alarms oldest first. `by_hour[day][hour]` counts them in site time, 0 = Monday."""

    alarms: tuple[ReplayedAlarm, ...]
    by_hour: tuple[tuple[int, ...], ...]

    @property
    def armed_saved(self) -> int:
        return sum(alarm.saved is not None for alarm in self.alarms)

    @property
    def armed_draft(self) -> int:
        return sum(alarm.draft is not None for alarm in self.alarms)

    def lost(self, *decisions: str) -> tuple[ReplayedAlarm, ...]:
        """Alarms that would no longer fall into armed time; only of these decisions when any are given."""
        return tuple(a for a in self.alarms if a.is_lost and (not decisions or a.event.decision in decisions))

    def gained(self, *decisions: str) -> tuple[ReplayedAlarm, ...]:
        return tuple(
            a for a in self.alarms if a.is_gained and (not decisions or a.event.decision in decisions)
        )


class ArmedTimes:
    """What a schedule arms between two instants (UTC ms), ready to be asked for many instants."""

    def __init__(self, schedule: WeekSchedule, zone: tzinfo, from_ms: int, to_ms: int) -> None:
        first = wall_of(from_ms, zone).date() - timedelta(days=1)
        days = (wall_of(to_ms, zone).date() - first).days + 2
        self._spans = [
            (round(line.starts_at.timestamp() * 1000), round(line.ends_at.timestamp() * 1000), line.mode)
            for line in forecast(schedule, zone, first, days)
            if line.mode is not None and line.starts_at is not None and line.ends_at is not None
        ]
        self._spans.sort(key=lambda span: span[0])
        self._starts = [start for start, _, _ in self._spans]

    def mode_at(self, instant_ms: int) -> ArmingMode | None:
        place = bisect_right(self._starts, instant_ms) - 1
        if place < 0:
            return None
        _, end, mode = self._spans[place]
        return mode if instant_ms < end else None


def replay(
    events: Iterable[Event], saved: WeekSchedule, draft: WeekSchedule, zone: tzinfo, from_ms: int, to_ms: int
) -> Replay:
    """Alarms at from_ms <= instant < to_ms against both schedules."""
    alarms = sorted(
        (e for e in events if e.kind is EventKind.ALARM and from_ms <= e.instant_ms < to_ms),
        key=lambda event: (event.instant_ms, event.event_id),
    )
    before = ArmedTimes(saved, zone, from_ms, to_ms)
    after = ArmedTimes(draft, zone, from_ms, to_ms)
    hours = [[0] * 24 for _ in range(7)]
    for event in alarms:
        wall = wall_of(event.instant_ms, zone)
        hours[wall.weekday()][wall.hour] += 1
    return Replay(
        tuple(ReplayedAlarm(e, before.mode_at(e.instant_ms), after.mode_at(e.instant_ms)) for e in alarms),
        tuple(tuple(day) for day in hours),
    )


def minutes_to_keep(replayed: Replay, zone: tzinfo, *, margin_min: int = 15) -> tuple[tuple[int, int], ...]:
    """Week minutes (start, length) that, armed again, would keep every lost real alarm; neighbours within a margin joined."""
    minutes = sorted(
        {
            wall.weekday() * DAY_MIN + (wall.hour * 60 + wall.minute) // margin_min * margin_min
            for wall in (wall_of(alarm.event.instant_ms, zone) for alarm in replayed.lost(REAL))
        }
    )
    spans: list[tuple[int, int]] = []
    for minute in minutes:
        if spans and minute <= spans[-1][0] + spans[-1][1]:
            spans[-1] = (spans[-1][0], minute + margin_min - spans[-1][0])
        else:
            spans.append((minute, margin_min))
    return tuple(spans)
