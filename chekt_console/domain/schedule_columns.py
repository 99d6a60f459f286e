"""A site's past in columns: alarms by hour of the week, and what two schedules make of each event, for millions of them.

Instants are sorted once; a schedule over months is some hundred spans, so a draft only searches their ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.decision import FALSE, REAL, UNSURE
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule_algebra import paint
from chekt_console.domain.schedule_forecast import forecast
from chekt_console.domain.site_clock import clock_changes, wall_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from chekt_console.domain.schedule import WeekSchedule

    Instants = npt.NDArray[np.int64]
    Bytes = npt.NDArray[np.uint8]

DECISIONS = ("", REAL, FALSE, UNSURE)
CHANGES = ("kept", "lost", "gained", "moved")  # moved: armed both times, in another mode
_CODES = {name: code for code, name in enumerate(DECISIONS)}
_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_WEEK_MINUTES = 10_080
_MONDAY_MS = 4 * 86_400_000  # 5 January 1970
_ALARM = int(EventKind.ALARM)


@dataclass(frozen=True, slots=True)
class HistoryColumns:
    """Events oldest first. `rows` is the place of each in the list it came from."""

    instants: Instants
    kinds: Bytes
    decisions: Bytes
    rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, events: Iterable[Event], from_ms: int, to_ms: int) -> HistoryColumns:
        told = list(events)
        instants = np.fromiter((e.instant_ms for e in told), np.int64, len(told))
        kinds = np.fromiter((int(e.kind) for e in told), np.uint8, len(told))
        decisions = np.fromiter((_CODES.get(e.decision, 0) for e in told), np.uint8, len(told))
        order = np.argsort(instants, kind="stable")
        order = order[(instants[order] >= from_ms) & (instants[order] < to_ms)]
        return cls(instants[order], kinds[order], decisions[order], order)

    def __len__(self) -> int:
        return len(self.instants)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """For each event the mode under both schedules (0 = disarmed) and what changes (place in CHANGES)."""

    columns: HistoryColumns
    saved: Bytes
    draft: Bytes
    changes: Bytes

    def alarms(self, change: str = "", decision: str | None = None) -> int:
        """How many alarms; of one change and one decision when given."""
        mask = self.columns.kinds == _ALARM
        if change:
            mask &= self.changes == CHANGES.index(change)
        if decision is not None:
            mask &= self.columns.decisions == _CODES[decision]
        return int(mask.sum())

    def count(self, kind: EventKind, change: str) -> int:
        return int(((self.columns.kinds == int(kind)) & (self.changes == CHANGES.index(change))).sum())

    @property
    def armed(self) -> tuple[int, int]:
        """Alarms while armed under the saved schedule and under the draft."""
        alarms = self.columns.kinds == _ALARM
        return int(((self.saved > 0) & alarms).sum()), int(((self.draft > 0) & alarms).sum())

    def concerned(self) -> npt.NDArray[np.int64]:
        """Places of the events the draft makes a difference for, newest first."""
        return np.flatnonzero(self.changes)[::-1]


def keeping_real(found: WhatIf, draft: WeekSchedule, zone: tzinfo) -> WeekSchedule:
    """The draft with the hours armed again, as they were, in which it would lose a real alarm."""
    columns = found.columns
    lost = (
        (columns.kinds == _ALARM)
        & (columns.decisions == _CODES[REAL])
        & (found.changes == CHANGES.index("lost"))
    )
    instants, modes = columns.instants[lost], found.saved[lost]
    if len(instants) == 0:
        return draft
    walls = instants + _offsets_ms(instants, zone)
    hours = ((walls - _MONDAY_MS) // _HOUR_MS) % (_WEEK_MINUTES // 60)
    for hour, code in sorted(set(zip(hours.tolist(), modes.tolist(), strict=True))):
        draft = paint(draft, hour * 60, 60, mode_of(code))
    return draft


def hours_of_week(columns: HistoryColumns, zone: tzinfo) -> npt.NDArray[np.int64]:
    """Alarms counted by day (0 = Monday), hour of the site's clock and decision (place in DECISIONS): shape (7, 24, 4)."""
    is_alarm = columns.kinds == _ALARM
    instants = columns.instants[is_alarm]
    if len(instants) == 0:
        return np.zeros((7, 24, len(DECISIONS)), np.int64)
    walls = instants + _offsets_ms(instants, zone)
    hours = ((walls - _MONDAY_MS) // _HOUR_MS) % (_WEEK_MINUTES // 60)
    cells = hours * len(DECISIONS) + columns.decisions[is_alarm]
    return np.bincount(cells, minlength=7 * 24 * len(DECISIONS)).reshape(7, 24, len(DECISIONS))


def what_if(columns: HistoryColumns, saved: WeekSchedule, draft: WeekSchedule, zone: tzinfo) -> WhatIf:
    before = modes_at(columns.instants, saved, zone)
    after = modes_at(columns.instants, draft, zone) if draft != saved else before
    was, is_now = before > 0, after > 0
    changes = (was & ~is_now).astype(np.uint8)
    changes += (~was & is_now).astype(np.uint8) * 2
    changes += (was & is_now & (before != after)).astype(np.uint8) * 3
    return WhatIf(columns, before, after, changes)


def modes_at(instants: Instants, schedule: WeekSchedule, zone: tzinfo) -> Bytes:
    """The mode of the schedule at each of the sorted instants; 0 = disarmed, else `mode_code`."""
    modes = np.zeros(len(instants), np.uint8)
    if len(instants) == 0:
        return modes
    first = wall_of(int(instants[0]), zone).date() - timedelta(days=1)
    days = (wall_of(int(instants[-1]), zone).date() - first).days + 2
    lines = [
        (round(line.starts_at.timestamp() * 1000), round(line.ends_at.timestamp() * 1000), line.mode)
        for line in forecast(schedule, zone, first, days)
        if line.mode is not None and line.starts_at is not None and line.ends_at is not None
    ]
    if not lines:
        return modes
    bounds = np.array([bound for start, end, _ in lines for bound in (start, end)], np.int64)
    places = np.searchsorted(instants, bounds).tolist()
    for (low, high), (_, _, mode) in zip(zip(places[::2], places[1::2], strict=True), lines, strict=True):
        modes[low:high] = mode_code(mode)
    return modes


def mode_code(mode: ArmingMode) -> int:
    return list(ArmingMode).index(mode) + 1


def mode_of(code: int) -> ArmingMode:
    return list(ArmingMode)[code - 1]


def _offsets_ms(instants: Instants, zone: tzinfo) -> Instants:
    """How far the site's clock was ahead of UTC at each instant."""
    first = wall_of(int(instants[0]), zone).date() - timedelta(days=1)
    days = (wall_of(int(instants[-1]), zone).date() - first).days + 2
    starts = [int(instants[0])]
    starts += [
        at
        for at in (round(change.instant.timestamp() * 1000) for change in clock_changes(zone, first, days))
        if at > starts[0]
    ]
    offsets = []
    for start in starts:
        shift = datetime.fromtimestamp(start / 1000, UTC).astimezone(zone).utcoffset()
        offsets.append(round(shift.total_seconds() * 1000) if shift is not None else 0)
    place = np.searchsorted(np.array(starts, np.int64), instants, side="right") - 1
    return np.array(offsets, np.int64)[place]
