"""Past alarms against a draft, in site time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_replay import FALSE, REAL, minutes_to_keep, replay

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


def _span() -> tuple[int, int]:
    return (
        round(datetime(2026, 2, 1, tzinfo=UTC).timestamp() * 1000),
        round(datetime(2026, 3, 20, tzinfo=UTC).timestamp() * 1000),
    )


def test_false_alarms_removed_and_intrusions_lost_are_told_apart() -> None:
    events = [
        _alarm("cleaning", 10, 6, 5, FALSE),
        _alarm("intrusion", 17, 6, 40, REAL),
        _alarm("night", 10, 23, 0, REAL),
        _alarm("noon", 10, 12, 0, ""),
    ]
    result = replay(events, NIGHTLY, DRAFT, ZONE, *_span())
    assert (result.armed_saved, result.armed_draft) == (3, 1)
    assert [alarm.event.event_id for alarm in result.lost(FALSE)] == ["cleaning"]
    assert [alarm.event.event_id for alarm in result.lost(REAL)] == ["intrusion"]
    assert result.by_hour[1][6] == 2
    assert minutes_to_keep(result, ZONE) == ((DAY_MIN + 6 * 60 + 30, 15),)
    back = replay(events, DRAFT, NIGHTLY, ZONE, *_span())
    assert len(back.gained()) == 2


def test_an_end_is_outside_and_clock_changes_move_with_the_wall() -> None:
    events = [
        _alarm("at the end", 10, 7, 0, ""),
        _alarm("last minute", 10, 6, 59, ""),
        # Sunday 8 March 2026 skips 02:00 to 03:00: half past six is still armed, seven is not.
        _alarm("summer", 8, 6, 30, "", month=3),
        _alarm("summer end", 8, 7, 0, "", month=3),
    ]
    result = replay(events, NIGHTLY, NIGHTLY, ZONE, *_span())
    armed = {alarm.event.event_id for alarm in result.alarms if alarm.draft}
    assert armed == {"last minute", "summer"}
