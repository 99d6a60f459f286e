"""A calendar that this program wrote comes back as it went; one of another program is read as it is meant, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.calendar_reading import CalendarProblem, from_calendar
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_calendar import to_calendar
from tests.unit.domain.schedule_strategies import schedules

_STAMP = datetime(2026, 1, 1, tzinfo=UTC)


def _there_and_back(schedule: WeekSchedule) -> WeekSchedule:
    raw = to_calendar(
        schedule, site_id="s1", site_name="Harbor", timezone="UTC", from_day=date(2020, 1, 6), stamp=_STAMP
    )
    return from_calendar(raw, "UTC")


@given(schedules())
@settings(max_examples=60, deadline=None)
def test_a_week_comes_back_as_it_went(schedule: WeekSchedule) -> None:
    week = WeekSchedule(schedule.periods)
    if week.periods:
        assert is_same(_there_and_back(week), week)


def test_exceptions_come_back() -> None:
    night = ArmedPeriod(3 * DAY_MIN + 22 * 60, 9 * 60, ArmingMode.NIGHT)
    exceptions = (
        DayException(date(2026, 12, 24), ((0, DAY_MIN, ArmingMode.AWAY),)),
        DayException(date(2026, 12, 31)),
    )
    assert is_same(_there_and_back(WeekSchedule((night,), exceptions)), WeekSchedule((night,), exceptions))


def test_a_foreign_calendar_is_read_in_site_time() -> None:
    raw = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//Somebody//EN\r
BEGIN:VEVENT\r
UID:1\r
SUMMARY:Stay at home\r
DTSTART:20260105T200000Z\r
DURATION:PT10H\r
RRULE:FREQ=WEEKLY;BYDAY=MO,WE\r
END:VEVENT\r
END:VCALENDAR\r
"""
    found = from_calendar(raw, "Europe/Berlin")
    assert [(p.day, p.start_min % DAY_MIN, p.length_min, p.mode) for p in found.periods] == [
        (0, 21 * 60, 600, ArmingMode.STAY),
        (2, 21 * 60, 600, ArmingMode.STAY),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no calendar",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260105T200000Z\r\nDTEND:20260105T210000Z\r\n"
        b"RRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20260105T200000Z\r\nDTEND:20260301T210000Z\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_what_is_no_week_is_refused_in_words(raw: bytes) -> None:
    with pytest.raises(CalendarProblem) as raised:
        from_calendar(raw, "UTC")
    assert str(raised.value).endswith(".") or "file" in str(raised.value)
