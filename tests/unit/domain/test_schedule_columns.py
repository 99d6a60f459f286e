"""The columns say the same of every event as the plain walk over them, clock changes included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from chekt_console.domain.armed_times import ArmedTimes
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_columns import CHANGES, DECISIONS, HistoryColumns, hours_of_week, what_if
from chekt_console.domain.site_clock import wall_of

SAVED = WeekSchedule(tuple(ArmedPeriod(day * DAY_MIN + 1080, 780, ArmingMode.AWAY) for day in range(7)))
DRAFT = WeekSchedule(
    (
        *(ArmedPeriod(day * DAY_MIN + 1080, 600, ArmingMode.AWAY) for day in range(4)),
        ArmedPeriod(4 * DAY_MIN + 1080, 3 * DAY_MIN, ArmingMode.STAY),
    )
)


@pytest.mark.parametrize("zone_name", ["America/Los_Angeles", "Australia/Lord_Howe", "Africa/Casablanca"])
def test_columns_agree_with_the_plain_walk(zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    first = datetime(2026, 2, 1, tzinfo=UTC)
    events = [
        Event(
            str(number),
            "s",
            round((first + timedelta(minutes=37 * number)).timestamp() * 1000),
            EventKind(number % 4),
            decision=DECISIONS[number // 4 % 4],
        )
        for number in range(3000)
    ]
    from_ms, to_ms = events[0].instant_ms, events[-1].instant_ms
    before, after = (ArmedTimes(week, zone, from_ms, to_ms) for week in (SAVED, DRAFT))
    modes = [
        (event.decision, before.mode_at(event.instant_ms), after.mode_at(event.instant_ms))
        for event in events[:-1]
        if event.kind is EventKind.ALARM
    ]
    columns = HistoryColumns.of(reversed(events), from_ms, to_ms)
    found = what_if(columns, SAVED, DRAFT, zone)
    assert found.armed == (
        sum(was is not None for _, was, _ in modes),
        sum(new is not None for *_, new in modes),
    )
    by_hour = [[0] * 24 for _ in range(7)]
    for event in events[:-1]:
        if event.kind is EventKind.ALARM:
            wall = wall_of(event.instant_ms, zone)
            by_hour[wall.weekday()][wall.hour] += 1
    assert hours_of_week(columns, zone).sum(axis=2).tolist() == by_hour
    for decision in DECISIONS:
        of_one = [(was, new) for name, was, new in modes if name == decision]
        assert found.alarms("lost", decision) == sum(bool(was) and not new for was, new in of_one)
        assert found.alarms("gained", decision) == sum(not was and bool(new) for was, new in of_one)
    assert found.alarms("moved") == sum(bool(was and new) and was is not new for _, was, new in modes)
    newest_first = columns.instants[found.concerned()].tolist()
    assert newest_first == sorted(newest_first, reverse=True)
    assert len(newest_first) == sum(found.count(kind, change) for kind in EventKind for change in CHANGES[1:])


def test_no_events_is_no_error() -> None:
    zone = ZoneInfo("UTC")
    columns = HistoryColumns.of((), 0, 1)
    assert hours_of_week(columns, zone).sum() == 0
    assert what_if(columns, SAVED, DRAFT, zone).alarms() == 0
