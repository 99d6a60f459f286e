"""Planned arming beside what the site really did: each planned change is done, early, late, missed or overridden."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import Enum
from itertools import pairwise

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_forecast import forecast

_MINUTE_MS = 60_000
TOLERANCE_MIN = 5


class Outcome(Enum):
    DONE = "done"
    EARLY = "early"
    LATE = "late"
    MISSED = "missed"
    OVERRIDDEN = "overridden"


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """At `instant_ms` the schedule wants `mode` (DISARMED at the end of a period)."""

    instant_ms: int
    mode: ArmingMode


@dataclass(frozen=True, slots=True)
class MatchedChange:
    """`actual_ms` is when the site took the wished state (None when it did not, or had it all along); `by` who overrode or did
    it."""

    planned: PlannedChange
    outcome: Outcome
    actual_ms: int | None = None
    by: str = ""

    @property
    def off_by_min(self) -> int:
        """Minutes after the plan, negative before it; 0 when it never came."""
        if self.actual_ms is None:
            return 0
        return round((self.actual_ms - self.planned.instant_ms) / _MINUTE_MS)


def planned_changes(
    schedule: WeekSchedule, zone: tzinfo, first_day: date, days: int
) -> tuple[PlannedChange, ...]:
    """Every moment the schedule changes the state, oldest first. An end where the next period begins is no change of its own,
    nor is a beginning in the mode that is armed already, nor a period that the clock skips whole."""
    lines = [
        (round(line.starts_at.timestamp() * 1000), round(line.ends_at.timestamp() * 1000), line.mode)
        for line in forecast(schedule, zone, first_day, days)
        if line.mode is not None and line.starts_at is not None and line.ends_at is not None
    ]
    lines = [line for line in lines if line[0] < line[1]]
    starts = {start for start, _, _ in lines}
    armed_until = {(end, mode) for _, end, mode in lines}
    changes = [PlannedChange(start, mode) for start, _, mode in lines if (start, mode) not in armed_until]
    changes += [PlannedChange(end, ArmingMode.DISARMED) for _, end, _ in lines if end not in starts]
    return tuple(sorted(changes, key=lambda change: change.instant_ms))


def compare(
    planned: Iterable[PlannedChange], events: Iterable[Event], now_ms: int
) -> tuple[MatchedChange, ...]:
    """Each planned change whose time (and tolerance) has passed, with what became of it. `now_ms`: until when the events are
    known; what was planned after that cannot be judged."""
    tolerance = TOLERANCE_MIN * _MINUTE_MS
    told = sorted(
        (e for e in events if e.kind is EventKind.ARMING and e.mode is not None),
        key=lambda event: event.instant_ms,
    )
    # Only real changes of state: a report that repeats the state is none.
    observed = [
        event
        for before, event in pairwise([None, *told])
        if event is not None and (before is None or before.mode is not event.mode)
    ]
    instants = [event.instant_ms for event in observed]
    plan = [change for change in planned if change.instant_ms + tolerance <= now_ms]
    froms = [None, *(change.instant_ms - tolerance for change in plan[:-1])]
    ends = [change.instant_ms for change in plan[1:]] + [now_ms]
    return tuple(
        _match(change, since, end, observed, instants, tolerance)
        for change, since, end in zip(plan, froms, ends, strict=True)
    )


def _match(
    change: PlannedChange,
    from_ms: int | None,
    end_ms: int,
    observed: list[Event],
    instants: list[int],
    tolerance: int,
) -> MatchedChange:
    """`from_ms`: what happened before it belongs to the planned change before."""
    place = bisect_right(instants, change.instant_ms + tolerance) - 1
    current = observed[place] if place >= 0 else None
    if current is not None and current.mode is change.mode:
        left = observed[place + 1] if place + 1 < len(observed) else None
        if left is not None and left.instant_ms < end_ms - tolerance:
            return MatchedChange(change, Outcome.OVERRIDDEN, left.instant_ms, left.user)
        if from_ms is not None and current.instant_ms < from_ms:
            return MatchedChange(change, Outcome.DONE)  # the state was never left, so there was nothing to do
        is_early = current.instant_ms < change.instant_ms - tolerance
        return MatchedChange(
            change, Outcome.EARLY if is_early else Outcome.DONE, current.instant_ms, current.user
        )
    for event in observed[place + 1 :]:
        if event.instant_ms >= end_ms:
            break
        if event.mode is change.mode:
            return MatchedChange(change, Outcome.LATE, event.instant_ms, event.user)
    return MatchedChange(change, Outcome.MISSED)
