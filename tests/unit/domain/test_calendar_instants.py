"""What a calendar program shows of an exported schedule is armed to the minute, no two entries at once, clock changes included."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.calendar_reading import from_calendar
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise
from chekt_console.domain.schedule_calendar import to_calendar
from chekt_console.domain.schedule_forecast import forecast
from tests.unit.domain.schedule_strategies import LENGTHS, MODES, schedules

Span = tuple[datetime, datetime, str]
_AWAY = ArmingMode.AWAY
_DAYS = 20
# The clocks there skip and double an hour, half an hour, and an hour at midnight, each some days after.
_PLACES = (
    ("America/Los_Angeles", date(2026, 3, 3)),
    ("America/Los_Angeles", date(2026, 10, 27)),
    ("Australia/Lord_Howe", date(2026, 3, 31)),
    ("Australia/Lord_Howe", date(2026, 9, 29)),
    ("America/Santiago", date(2026, 3, 31)),
    ("America/Santiago", date(2026, 9, 2)),
    ("UTC", date(2026, 6, 1)),
)


def _written(schedule: WeekSchedule, zone: str, from_day: date) -> bytes:
    return to_calendar(
        schedule, site_id="1", site_name="Dock", timezone=zone, from_day=from_day, stamp=datetime.now(UTC)
    )


def _shown(written: bytes, low: datetime, high: datetime, *, by_wall: bool) -> list[Span]:
    """What a calendar program shows between two instants, in UTC. `by_wall`: a time of a series ends when the clock on the wall
    says so, as most programs have it; else after as many hours as the first."""
    entries = [one for one in Calendar.from_ical(written).walk("VEVENT") if "armed " in one["SUMMARY"]]
    entries = [one for one in entries if isinstance(one.decoded("dtstart"), datetime)]
    replaced = {(one["UID"], one.decoded("recurrence-id")) for one in entries if "RECURRENCE-ID" in one}
    found: list[Span] = []
    for one in entries:
        start, mode = one.decoded("dtstart"), one["SUMMARY"].rpartition("armed ")[2]
        end = one.decoded("dtend", start)
        if "RRULE" not in one:
            found.append((start.astimezone(UTC), end.astimezone(UTC), mode))
            continue
        told = one.get("EXDATE")
        skipped = {when.dt for when in told.dts} if told is not None else set()
        rule = rrulestr(one["RRULE"].to_ical().decode(), dtstart=start)
        for at in rule.between(low - timedelta(days=8), high, inc=True):
            if at in skipped or (one["UID"], at) in replaced:
                continue
            begin = at.astimezone(UTC)
            finish = (at + (end - start)).astimezone(UTC)
            if not by_wall:
                finish = begin + (end.astimezone(UTC) - start.astimezone(UTC))
            found.append((begin, finish, mode))
    return _between(found, low, high)


def _armed(schedule: WeekSchedule, zone: str, first: date) -> list[Span]:
    lines = forecast(schedule, ZoneInfo(zone), first, _DAYS + 2)
    low, high = _window(zone, first)
    spans = [
        (line.starts_at, line.ends_at, line.mode.label)
        for line in lines
        if line.mode is not None and line.starts_at is not None and line.ends_at is not None
    ]
    return _between(spans, low, high)


def _window(zone: str, first: date) -> tuple[datetime, datetime]:
    low = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
    return low.astimezone(UTC), (low + timedelta(days=_DAYS)).astimezone(UTC)


def _between(spans: list[Span], low: datetime, high: datetime) -> list[Span]:
    """Cut to the window, sorted, those of no length left out."""
    cut = [(max(start, low), min(end, high), mode) for start, end, mode in spans]
    return sorted(one for one in cut if one[0] < one[1])


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end, mode in spans:
        if joined and joined[-1][1] == start and joined[-1][2] == mode:
            joined[-1] = (joined[-1][0], end, mode)
        else:
            joined.append((start, end, mode))
    return joined


def _check(schedule: WeekSchedule, zone: str, from_day: date) -> None:
    monday = from_day - timedelta(days=from_day.weekday())
    written = _written(schedule, zone, from_day)
    truth = _joined(_armed(schedule, zone, monday))
    for by_wall in (True, False):
        shown = _shown(written, *_window(zone, monday), by_wall=by_wall)
        assert not [(one, other) for one, other in itertools.pairwise(shown) if one[1] > other[0]], (
            "two entries at once"
        )
        assert _joined(shown) == truth
    if schedule.periods or schedule.exceptions:
        assert is_same(from_calendar(written, zone, from_day).schedule, schedule)


@given(st.data(), st.sampled_from(_PLACES), schedules())
@settings(max_examples=100, deadline=None)
def test_a_calendar_shows_what_is_armed_and_nothing_twice(
    data: st.DataObject, place: tuple[str, date], week: WeekSchedule
) -> None:
    zone, from_day = place
    begun = st.tuples(st.integers(0, DAY_MIN - 1), LENGTHS, MODES)
    exceptions = data.draw(
        st.lists(
            st.builds(
                DayException,
                st.integers(-8, _DAYS).map(lambda number: from_day + timedelta(days=number)),
                st.lists(begun, max_size=2).map(tuple),
            ),
            max_size=3,
            unique_by=lambda one: one.day,
        )
    )
    _check(normalise(WeekSchedule(week.periods, tuple(exceptions))), zone, from_day)


def test_a_night_that_an_exception_cuts_is_one_entry_that_ends_there() -> None:
    friday = ArmedPeriod(4 * DAY_MIN + 18 * 60, 13 * 60, _AWAY)
    holiday = DayException(date(2026, 11, 28), ((0, DAY_MIN, ArmingMode.STAY),))
    schedule = WeekSchedule((friday,), (holiday,))
    written = _written(schedule, "America/Los_Angeles", date(2026, 11, 25))
    low, high = _window("America/Los_Angeles", date(2026, 11, 25))
    zone = ZoneInfo("America/Los_Angeles")
    shown = [
        (f"{start.astimezone(zone):%m-%d %H:%M}", f"{end.astimezone(zone):%m-%d %H:%M}", mode)
        for start, end, mode in _shown(written, low, high, by_wall=True)
    ]
    assert shown == [
        ("11-27 18:00", "11-28 00:00", "Away"),
        ("11-28 00:00", "11-29 00:00", "Stay"),
        ("12-04 18:00", "12-05 07:00", "Away"),
        ("12-11 18:00", "12-12 07:00", "Away"),
    ]
    assert is_same(from_calendar(written, "America/Los_Angeles", date(2026, 11, 25)).schedule, schedule)


@pytest.mark.parametrize("length_min", [30, 60])
def test_what_the_clock_skips_is_not_armed_and_comes_back(length_min: int) -> None:
    skipped = ArmedPeriod(6 * DAY_MIN + 2 * 60, length_min, _AWAY)
    _check(WeekSchedule((skipped,)), "America/Los_Angeles", date(2026, 3, 3))


@pytest.mark.parametrize(
    ("was", "becomes", "begun"),
    [
        (b"DTEND:20261128T000000Z", b"DTEND:20261127T220000Z", ((18 * 60, 4 * 60, _AWAY),)),
        (
            b"SUMMARY:Dock: armed Away\r\nDTSTART:20261127",
            b"SUMMARY:Dock: armed Night\r\nDTSTART:20261127",
            ((18 * 60, 6 * 60, ArmingMode.NIGHT),),
        ),
        (b"DTEND:20261128T000000Z", b"DTEND:20261128T000000Z\r\nSTATUS:CANCELLED", ()),
    ],
)
def test_what_was_changed_in_another_program_is_read_as_it_is_now(
    was: bytes, becomes: bytes, begun: tuple[tuple[int, int, ArmingMode], ...]
) -> None:
    friday = ArmedPeriod(4 * DAY_MIN + 18 * 60, 13 * 60, _AWAY)
    holiday = DayException(date(2026, 11, 28), ((0, DAY_MIN, ArmingMode.STAY),))
    written = _written(WeekSchedule((friday,), (holiday,)), "UTC", date(2026, 11, 20))
    assert written.count(was) == 1
    read = from_calendar(written.replace(was, becomes), "UTC", date(2026, 11, 25)).schedule
    assert read.periods == (friday,)
    assert read.exceptions == (DayException(date(2026, 11, 27), begun), holiday)


@pytest.mark.parametrize(
    "words", ["2026-11-27 -5 60 away", "2026-11-27 0 99999 away", "9999-01-01 0 9 away", "x"]
)
def test_a_plan_that_makes_no_sense_is_not_followed(words: str) -> None:
    friday = ArmedPeriod(4 * DAY_MIN + 18 * 60, 13 * 60, _AWAY)
    holiday = DayException(date(2026, 11, 28), ((0, DAY_MIN, ArmingMode.STAY),))
    written = _written(WeekSchedule((friday,), (holiday,)), "UTC", date(2026, 11, 25))
    plan = b"2026-11-27 1080 780 away"
    assert plan in written.replace(b"\r\n ", b"")
    strange = written.replace(b"\r\n ", b"").replace(plan, words.encode())
    read = from_calendar(strange, "UTC", date(2026, 11, 25)).schedule
    assert read.exceptions[0] == DayException(date(2026, 11, 27), ((18 * 60, 6 * 60, _AWAY),))
