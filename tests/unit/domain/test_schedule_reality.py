"""Plan and reality of an arming week."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_reality import Outcome, compare, planned_changes

ZONE = ZoneInfo("America/Los_Angeles")
NIGHTLY = WeekSchedule(
    tuple(ArmedPeriod(day * DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY) for day in range(7))
)


def _at(day: int, hour: int, minute: int = 0) -> int:
    return round(datetime(2026, 2, day, hour, minute, tzinfo=ZONE).timestamp() * 1000)


def _event(day: int, hour: int, minute: int, mode: ArmingMode, user: str = "schedule") -> Event:
    return Event(
        f"{day}.{hour}.{minute}", "s", _at(day, hour, minute), EventKind.ARMING, mode=mode, user=user
    )


def test_each_planned_change_is_told_what_became_of_it() -> None:
    away, off = ArmingMode.AWAY, ArmingMode.DISARMED
    events = [
        _event(2, 18, 0, away), _event(3, 7, 1, off),  # as planned
        _event(3, 17, 30, away, "Dana"), _event(4, 7, 0, off),  # closed early
        _event(4, 19, 20, away, "Dana"), _event(5, 7, 0, off),  # closed late
        # Thursday nobody armed
        _event(6, 18, 0, away), _event(6, 23, 0, off, "Lee"),  # disarmed at night by Lee
    ]  # fmt: skip
    planned = planned_changes(NIGHTLY, ZONE, date(2026, 2, 2), 5)
    matched = compare(planned, events, _at(7, 12))
    by_arming = [one for one in matched if one.planned.mode is away and one.planned.instant_ms >= _at(2, 12)]
    assert [one.outcome for one in by_arming] == [
        Outcome.DONE, Outcome.EARLY, Outcome.LATE, Outcome.MISSED, Outcome.OVERRIDDEN,
    ]  # fmt: skip
    assert [one.off_by_min for one in by_arming[:3]] == [0, -30, 80]
    assert by_arming[4].by == "Lee"


def test_what_is_still_to_come_is_not_judged() -> None:
    planned = planned_changes(NIGHTLY, ZONE, date(2026, 2, 2), 1)
    assert compare(planned, [], _at(2, 17)) == compare(planned, [], _at(2, 18, 4))


def test_after_an_evening_nobody_armed_the_morning_has_nothing_to_do() -> None:
    away, off = ArmingMode.AWAY, ArmingMode.DISARMED
    # Tuesday evening nobody armed, so on Wednesday morning the site is disarmed since Tuesday morning.
    events = [_event(2, 18, 0, away), _event(3, 7, 0, off), _event(4, 18, 0, away), _event(5, 7, 0, off)]
    planned = planned_changes(NIGHTLY, ZONE, date(2026, 2, 2), 3)
    matched = [one for one in compare(planned, events, _at(6, 12)) if one.planned.instant_ms >= _at(3, 12)]
    assert [(one.planned.mode, one.outcome, one.off_by_min) for one in matched] == [
        (away, Outcome.MISSED, 0),
        (off, Outcome.DONE, 0),
        (away, Outcome.DONE, 0),
        (off, Outcome.DONE, 0),
    ]
    assert matched[1].actual_ms is None
