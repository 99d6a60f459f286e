"""A proposal from real arming: what people do most weeks, how often, and when they did not."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod
from chekt_console.domain.schedule_suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Sequence

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


@pytest.mark.parametrize(
    ("late_weeks", "period"),
    [
        (range(1, 8, 2), ArmedPeriod(0, 7 * 60, ArmingMode.AWAY)),  # every other week
        ((1, 4), ArmedPeriod(6 * DAY_MIN + 23 * 60 + 45, 7 * 60 + 15, ArmingMode.AWAY)),  # now and then
    ],
)
def test_a_habit_around_midnight_is_one(late_weeks: Sequence[int], period: ArmedPeriod) -> None:
    events = []
    for week in range(8):
        sunday = FIRST + timedelta(days=6 + 7 * week)
        monday = sunday + timedelta(days=1)
        is_late = week in late_weeks
        day, hour, minute = (monday, 0, 10) if is_late else (sunday, 23, 50)
        events.append(_event(day, hour, minute, ArmingMode.AWAY))
        events.append(_event(monday, 7, 0, ArmingMode.DISARMED))
    result = suggest(events, ZONE, FIRST, FIRST + timedelta(days=62))
    (habit,) = result.days
    assert habit.period == period
    assert habit.seen == 8


def test_nothing_told_nothing_suggested() -> None:
    result = suggest([], ZONE, FIRST, FIRST + timedelta(days=30))
    assert not result.schedule.periods
    assert result.confidence == 0
