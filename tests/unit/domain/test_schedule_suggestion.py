"""A proposal from real arming: what people do most weeks, how often, and when they did not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod
from chekt_console.domain.schedule_suggestion import suggest

ZONE = ZoneInfo("America/Los_Angeles")
FIRST = date(2026, 2, 2)  # a Monday; the clock changes on 8 March


def _event(day: date, hour: int, minute: int, mode: ArmingMode) -> Event:
    at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
    return Event(f"{day}{hour}{mode}", "s", round(at.timestamp() * 1000), EventKind.ARMING, mode=mode)


def test_a_habit_is_found_with_its_exceptions_across_a_clock_change() -> None:
    events = []
    for number in range(42):
        day = FIRST + timedelta(days=number)
        is_forgotten = day == date(2026, 2, 13)  # a Friday on which nobody armed
        if day.weekday() < 5 and not is_forgotten:
            events.append(_event(day, 18, number % 7, ArmingMode.AWAY))
            events.append(_event(day + timedelta(days=1), 7, 3, ArmingMode.DISARMED))
    events.append(_event(date(2026, 2, 8), 13, 0, ArmingMode.STAY))  # one Sunday only: no habit
    events.append(_event(date(2026, 2, 8), 15, 0, ArmingMode.DISARMED))
    result = suggest(events, ZONE, FIRST, FIRST + timedelta(days=41))
    assert result.schedule.periods == tuple(
        ArmedPeriod(day * DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY) for day in range(5)
    )
    friday = result.days[4]
    assert (friday.seen, friday.weeks) == (5, 6)
    assert friday.against == (date(2026, 2, 13),)
    assert friday.sentence == "Friday: 5 of 6 weeks; not on 13 Feb"
    assert result.confidence == 5 / 6


def test_nothing_told_nothing_suggested() -> None:
    result = suggest([], ZONE, FIRST, FIRST + timedelta(days=30))
    assert not result.schedule.periods
    assert result.confidence == 0
