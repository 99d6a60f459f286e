"""Schedules as calendar and table: a foreign reader finds the same instants, a table comes back as it went."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from icalendar import Calendar

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.calendar_reading import from_calendar
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_calendar import TableProblem, from_table, to_calendar, to_table
from chekt_console.domain.schedule_forecast import forecast
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


def _spans(written: bytes, first: date, days: int) -> list[tuple[datetime, datetime]]:
    """What a calendar program shows as armed that begins on these days."""
    low = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(ZONE))
    found = []
    for entry in Calendar.from_ical(written).walk("VEVENT"):
        if "armed Away" not in entry["SUMMARY"]:
            continue
        start, length = entry.decoded("dtstart"), entry.decoded("dtend") - entry.decoded("dtstart")
        starts = [start]
        if "RRULE" in entry:
            rule = rrulestr(entry["RRULE"].to_ical().decode(), dtstart=start)
            told = entry.get("EXDATE")
            skipped = {when.dt for when in told.dts} if told is not None else set()
            starts = [
                at
                for at in rule.between(low - timedelta(days=8), low + timedelta(days=days))
                if at not in skipped
            ]
        found += [(at, at + length) for at in starts if low <= at < low + timedelta(days=days)]
    return sorted(found)


@pytest.mark.parametrize("day", [27, 28, 29])
@pytest.mark.parametrize("periods", [(), ((21 * 60, 120, ArmingMode.AWAY),)])
def test_an_exception_within_a_long_weekend_takes_away_what_begins_on_it(
    day: int, periods: tuple[tuple[int, int, ArmingMode], ...]
) -> None:
    weekend = ArmedPeriod(4 * DAY_MIN + 20 * 60, 59 * 60, ArmingMode.AWAY)
    schedule = WeekSchedule((weekend,), (DayException(date(2026, 11, day), periods),))
    written = to_calendar(
        schedule, site_id="1", site_name="Dock", timezone=ZONE, from_day=date(2026, 11, 25),
        stamp=datetime.now(UTC),
    )  # fmt: skip
    shown: set[datetime] = set()
    for start, end in _spans(written, date(2026, 11, 26), 7):
        shown |= {start + timedelta(minutes=n) for n in range(int((end - start) / timedelta(minutes=1)))}
    planned: set[datetime] = set()
    for line in forecast(schedule, ZoneInfo(ZONE), date(2026, 11, 26), 7):
        if line.starts_at is not None and line.ends_at is not None:
            minutes = int((line.ends_at - line.starts_at) / timedelta(minutes=1))
            planned |= {line.starts_at + timedelta(minutes=n) for n in range(minutes)}
    assert shown == planned
    read = from_calendar(written, ZONE, date(2026, 11, 25))
    assert is_same(read.schedule, schedule)
    assert read.problems == ()


def test_a_date_that_is_over_comes_back_as_it_was() -> None:
    night = ArmedPeriod(DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY)
    schedule = WeekSchedule((night,), (DayException(date(2026, 11, 3), ((0, 60, ArmingMode.STAY),)),))
    written = to_calendar(
        schedule, site_id="1", site_name="Dock", timezone=ZONE, from_day=date(2026, 11, 25),
        stamp=datetime.now(UTC),
    )  # fmt: skip
    assert is_same(from_calendar(written, ZONE, date(2026, 11, 25)).schedule, schedule)


@pytest.mark.parametrize("periods", [(), ((20 * 60, 3 * DAY_MIN, ArmingMode.AWAY),)])
@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_ends_of_time_are_written_too(
    day: date, periods: tuple[tuple[int, int, ArmingMode], ...]
) -> None:
    schedule = WeekSchedule((), (DayException(day, periods),))
    written = to_calendar(
        schedule, site_id="1", site_name="Dock", timezone=ZONE, from_day=date(2026, 11, 25),
        stamp=datetime.now(UTC),
    )  # fmt: skip
    (entry,) = Calendar.from_ical(written).walk("VEVENT")
    assert entry["DTSTART"].to_ical().decode().startswith(f"{day:%Y%m%d}".zfill(8))


def test_a_table_of_an_old_mac_is_read() -> None:
    read = from_table("day,arm,disarm,days later,mode\rMonday,18:00,07:00,1,away\r")
    assert read.periods == (ArmedPeriod(18 * 60, 13 * 60, ArmingMode.AWAY),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Monday,18:00\rTuesday,1", 1),
        ("Mon,18:00,07:00,,away\n" + "x" * 200_000, 2),
        ("Mon,18:00,07:00,,away\n9999-12-31,,,,", 2),
        ("0001-01-01,18:00,19:00,,away", 1),
        ("Mon,18:00,07:00,,away\0", 1),
    ],
)
def test_a_strange_table_is_refused_by_its_line(text: str, line: int) -> None:
    with pytest.raises(TableProblem, match=f"^Line {line} cannot be read"):
        from_table(text)


def test_a_table_without_end_is_refused() -> None:
    with pytest.raises(TableProblem, match="more than 2000 lines"):
        from_table("Mon,18:00,07:00,,away\n" * 2001)
