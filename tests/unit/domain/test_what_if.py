"""Past alarms against a draft, in site time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.decision import FALSE, REAL
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_columns import HistoryColumns, WhatIf, keeping_real, what_if

ZONE = ZoneInfo("America/Los_Angeles")
NIGHTLY = WeekSchedule(
    tuple(ArmedPeriod(day * DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY) for day in range(7))
)
# The cleaning crew comes Tuesdays at 06:00: Monday's night ends an hour earlier.
DRAFT = WeekSchedule(
    tuple(
        ArmedPeriod(day * DAY_MIN + 18 * 60, (12 if day == 0 else 13) * 60, ArmingMode.AWAY)
        for day in range(7)
    )
)


def _alarm(name: str, day: int, hour: int, minute: int, decision: str, month: int = 2) -> Event:
    at = datetime(2026, month, day, hour, minute, tzinfo=ZONE)
    return Event(name, "s", round(at.timestamp() * 1000), EventKind.ALARM, decision=decision)


def _what_if(events: list[Event], saved: WeekSchedule, draft: WeekSchedule) -> WhatIf:
    instants = [event.instant_ms for event in events]
    return what_if(HistoryColumns.of(events, min(instants), max(instants) + 1), saved, draft, ZONE)


def test_false_alarms_removed_and_intrusions_lost_are_told_apart() -> None:
    events = [
        _alarm("cleaning", 10, 6, 5, FALSE),
        _alarm("intrusion", 17, 6, 40, REAL),
        _alarm("night", 10, 23, 0, REAL),
        _alarm("noon", 10, 12, 0, ""),
    ]
    found = _what_if(events, NIGHTLY, DRAFT)
    assert found.armed == (3, 1)
    assert (found.alarms("lost", FALSE), found.alarms("lost", REAL)) == (1, 1)
    assert _what_if(events, DRAFT, NIGHTLY).alarms("gained") == 2
    kept = keeping_real(found, DRAFT, ZONE)
    assert kept == NIGHTLY
    assert _what_if(events, NIGHTLY, kept).alarms("lost", REAL) == 0
    assert keeping_real(_what_if(events, NIGHTLY, kept), kept, ZONE) == kept


def test_an_end_is_outside_and_clock_changes_move_with_the_wall() -> None:
    events = [
        _alarm("at the end", 10, 7, 0, ""),
        _alarm("last minute", 10, 6, 59, ""),
        # Sunday 8 March 2026 skips 02:00 to 03:00: half past six is still armed, seven is not.
        _alarm("summer", 8, 6, 30, "", month=3),
        _alarm("summer end", 8, 7, 0, "", month=3),
    ]
    found = _what_if(events, NIGHTLY, NIGHTLY)
    armed = [events[row].event_id for row, mode in zip(found.columns.rows, found.draft, strict=True) if mode]
    assert armed == ["last minute", "summer"]
