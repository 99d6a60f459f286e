"""Schedules as calendar and table: a foreign reader finds the same instants, a table comes back as it went."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from icalendar import Calendar

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_calendar import TableProblem, from_table, to_calendar, to_table
from tests.unit.domain.schedule_strategies import schedules

ZONE = "America/Los_Angeles"


@given(schedules())
@settings(max_examples=60, deadline=None)
def test_a_table_comes_back_as_it_went(schedule: WeekSchedule) -> None:
    assert is_same(from_table(to_table(schedule)), schedule)


def test_what_an_overlap_leaves_after_midnight_comes_back_too() -> None:
    for first, second in (((2, 1440), (1, 1440)), ((1, 1440), (0, 1440))):
        overlapped = DayException(date(2026, 1, 1), ((*first, ArmingMode.AWAY), (*second, ArmingMode.STAY)))
        schedule = WeekSchedule((), (overlapped,))
        assert is_same(from_table(to_table(schedule)), schedule)


def test_a_typed_table_is_understood_or_its_line_named() -> None:
    read = from_table("Mon,18:00,07:00,,Armed Away\n2026-12-24,,,,\n")
    assert read.periods == (ArmedPeriod(18 * 60, 13 * 60, ArmingMode.AWAY),)
    assert read.exceptions == (DayException(date(2026, 12, 24)),)
    with pytest.raises(TableProblem, match="Line 2"):
        from_table("Mon,18:00,07:00,,away\nTue,25:00,07:00,,away\n")


def test_a_calendar_program_sees_the_same_instants() -> None:
    schedule = WeekSchedule(
        (ArmedPeriod(3 * DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY),),
        (DayException(date(2026, 12, 24), ((0, DAY_MIN, ArmingMode.AWAY),)),),
    )
    written = to_calendar(
        schedule,
        site_id="1",
        site_name="Dock",
        timezone=ZONE,
        from_day=date(2026, 12, 7),
        stamp=datetime.now(UTC),
    )
    entries = Calendar.from_ical(written).walk("VEVENT")
    weekly = next(entry for entry in entries if "RRULE" in entry)
    start = weekly.decoded("dtstart")
    assert start == datetime(2026, 12, 10, 18, tzinfo=ZoneInfo(ZONE))
    assert weekly.decoded("dtend") - start == timedelta(hours=13)
    rule = rrulestr(weekly["RRULE"].to_ical().decode(), dtstart=start)
    skipped = {when.dt for when in weekly["EXDATE"].dts}
    thursdays = [
        at.date() for at in rule.between(start, start + timedelta(days=22), inc=True) if at not in skipped
    ]
    assert thursdays == [date(2026, 12, 10), date(2026, 12, 17), date(2026, 12, 31)]
    single = next(entry for entry in entries if "RRULE" not in entry)
    assert single.decoded("dtstart").date() == date(2026, 12, 24)
