"""A schedule as people read it: words, differences, checks, and the next days with clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import armed_minutes, paint
from chekt_console.domain.schedule_checks import Verdict, check
from chekt_console.domain.schedule_difference import difference
from chekt_console.domain.schedule_exceptions import with_exception
from chekt_console.domain.schedule_forecast import clock_nights, forecast, night_words
from chekt_console.domain.schedule_reality import planned_changes
from chekt_console.domain.schedule_words import (
    WordStyle,
    describe,
    exception_words,
    summary_words,
    times_words,
)
from chekt_console.domain.site_clock import clock_changes, instant_of, week_minute
from tests.unit.domain.schedule_strategies import schedules

AWAY, NIGHT = ArmingMode.AWAY, ArmingMode.NIGHT
PACIFIC = ZoneInfo("America/Los_Angeles")


def nightly(days: range, start: int, end: int) -> tuple[ArmedPeriod, ...]:
    return tuple(ArmedPeriod(day * DAY_MIN + start, (end - start) % DAY_MIN, AWAY) for day in days)


OFFICE = WeekSchedule((*nightly(range(4), 1080, 420), ArmedPeriod(4 * DAY_MIN + 1200, 59 * 60, AWAY)))
HOLE = WeekSchedule(nightly(range(5), 1320, 420))


def test_words() -> None:
    assert describe(OFFICE) == (
        "Mon to Thu armed Away 18:00 to 07:00 next day",
        "Fri 20:00 to Mon 07:00 armed Away",
    )
    assert summary_words(OFFICE) == (
        "111 h of 168 h armed a week",
        "Longest disarmed: Fri 07:00 to 20:00, 13 h",
    )
    weekend = WeekSchedule(
        (ArmedPeriod(5 * DAY_MIN, 2 * DAY_MIN, NIGHT),), (DayException(date(2026, 12, 24)),)
    )
    assert describe(weekend) == ("Sat and Sun armed Night all day", "Thu 24 Dec 2026: nothing is armed anew")
    us = WordStyle(first_day=6, is_12h=True)
    assert describe(HOLE, us) == ("Mon to Fri armed Away 10:00 PM to 7:00 AM next day",)
    assert describe(WeekSchedule()) == ("Never armed by schedule",)


def test_all_weekend_is_said_as_whole_days_and_a_holiday_range_in_one_sentence() -> None:
    week = WeekSchedule((*nightly(range(5), 1080, 420), ArmedPeriod(5 * DAY_MIN, 2 * DAY_MIN, AWAY)))
    closed = with_exception(week, date(2026, 12, 24), date(2027, 1, 2), ((0, DAY_MIN, AWAY),))
    assert describe(closed) == (
        "Mon to Fri armed Away 18:00 to 07:00 next day",
        "Sat and Sun armed Away all day",
        "Thu 24 Dec 2026 to Sat 2 Jan 2027: armed Away all day",
    )
    to_midnight = WeekSchedule((ArmedPeriod(4 * DAY_MIN + 1080, 54 * 60, AWAY),))
    assert describe(to_midnight) == ("Fri 18:00 to Mon 00:00 armed Away",)


def test_a_rule_of_more_than_a_day_says_how_many_days_later_it_ends() -> None:
    long = DayException(date(2026, 12, 24), ((1080, 60 * 60, AWAY),))
    assert exception_words(long) == "Thu 24 Dec 2026: armed Away 18:00 to 06:00, 3 days later"
    assert times_words(1080, 780) == "18:00 to 07:00 next day"


def test_difference_groups_days_and_counts_hours() -> None:
    later = WeekSchedule((*nightly(range(4), 1140, 420), OFFICE.periods[-1]))
    change = difference(OFFICE, later)
    assert change.sentences == (
        "Mon to Thu: Away 18:00 to 07:00 next day becomes Away 19:00 to 07:00 next day",
    )
    assert (change.changes, change.gained_min, change.lost_min) == (4, 0, 240)


@given(schedules(), schedules())
@settings(max_examples=60, deadline=None)
def test_gained_less_lost_is_the_change_in_armed_time(before: WeekSchedule, after: WeekSchedule) -> None:
    change = difference(before, after)
    assert change.gained_min - change.lost_min == armed_minutes(after) - armed_minutes(before)
    assert bool(change.changes) == bool(change.sentences)


def test_checks_find_the_open_weekend_and_the_odd_day() -> None:
    assert [f.sentence for f in check(HOLE) if f.verdict is Verdict.LOOK] == [
        "Disarmed Sat 07:00 to Mon 22:00, 63 h: the weekend is open"
    ]
    assert [f.sentence for f in check(OFFICE)] == [
        "Fri 20:00 differs from Mon to Thu 18:00",
        "No gap or overlap",
        "This connection can store it",
    ]
    twice = paint(OFFICE, 12 * 60, 60, NIGHT)
    assert check(twice)[0].verdict is Verdict.BAD
    assert (check(twice)[0].start_min, check(twice)[0].length_min) == (12 * 60, 60)


@pytest.mark.parametrize(
    ("day", "minute", "is_last", "utc"),
    [
        (date(2026, 3, 8), 150, False, datetime(2026, 3, 8, 10, tzinfo=UTC)),  # 02:30 is skipped: the jump
        (date(2026, 11, 1), 90, False, datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (date(2026, 11, 1), 90, True, datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        (date(2026, 10, 31), DAY_MIN + 240, False, datetime(2026, 11, 1, 12, tzinfo=UTC)),
    ],
)
def test_instants_at_clock_changes(day: date, minute: int, is_last: bool, utc: datetime) -> None:
    assert instant_of(day, minute, PACIFIC, is_last=is_last) == utc


def test_lord_howe_changes_by_half_an_hour() -> None:
    (change,) = clock_changes(ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 1), 14)
    assert (change.day, change.before_min, change.after_min) == (date(2026, 4, 5), 120, 90)


def test_forecast_explains_the_short_night_and_exceptions() -> None:
    week = WeekSchedule(OFFICE.periods, (DayException(date(2026, 3, 10)),))
    lines = forecast(week, PACIFIC, date(2026, 3, 6), 7)
    assert [(line.day.day, line.start_min, line.end_min) for line in lines if line.mode] == [
        (5, 1080, 1860), (6, 1200, 1200 + 59 * 60), (9, 1080, 1860), (11, 1080, 1860), (12, 1080, 1860)
    ]  # fmt: skip
    weekend = lines[1]
    assert weekend.note == "clock 02:00 → 03:00, 1 h skipped; armed 58 h"
    assert (lines[3].day, lines[3].note) == (date(2026, 3, 10), "nothing is armed anew")


def test_a_closed_day_between_armed_nights_is_told_as_what_it_is() -> None:
    closed = DayException(date(2026, 11, 24), ((0, DAY_MIN, AWAY),))
    nights = WeekSchedule(nightly(range(5), 1080, 420), (closed,))
    lines = forecast(nights, PACIFIC, date(2026, 11, 23), 3)
    assert [(x.day.day, x.start_min, x.end_min, x.mode, x.is_exception, x.note) for x in lines] == [
        (23, 1080, DAY_MIN, AWAY, False, ""),
        (24, 0, DAY_MIN, AWAY, True, ""),
        (25, 1080, DAY_MIN + 420, AWAY, False, ""),
    ]
    assert lines[0].ends_at == lines[1].starts_at  # armed without a break
    planned = planned_changes(nights, PACIFIC, date(2026, 11, 23), 3)
    at = [(datetime.fromtimestamp(x.instant_ms / 1000, PACIFIC), x.mode) for x in planned]
    assert [(one.day, one.hour, mode) for one, mode in at] == [
        (23, 18, AWAY), (25, 0, ArmingMode.DISARMED), (25, 18, AWAY), (26, 7, ArmingMode.DISARMED)
    ]  # fmt: skip


def test_a_range_of_dates_has_a_line_for_each() -> None:
    days = tuple(DayException(date(2026, 11, day), ((0, DAY_MIN, AWAY),)) for day in (24, 25, 26))
    lines = forecast(WeekSchedule(nightly(range(5), 1080, 420), days), PACIFIC, date(2026, 11, 23), 5)
    assert [(x.day.day, x.mode, x.is_exception, x.note) for x in lines] == [
        (23, AWAY, False, ""),
        (24, AWAY, True, ""), (25, AWAY, True, ""), (26, AWAY, True, ""),
        (27, AWAY, False, ""),
    ]  # fmt: skip


def test_what_an_overlap_leaves_after_midnight_gives_way_to_what_begins_there() -> None:
    overlapped = DayException(date(2026, 11, 24), ((2, DAY_MIN, AWAY), (1, DAY_MIN, NIGHT)))
    week = WeekSchedule((ArmedPeriod(2 * DAY_MIN, 60, NIGHT),), (overlapped,))
    lines = forecast(week, PACIFIC, date(2026, 11, 24), 2)
    assert all(x.starts_at < x.ends_at for x in lines if x.starts_at and x.ends_at)
    assert [(x.day.day, x.start_min, x.end_min, x.mode) for x in lines] == [
        (24, 1, DAY_MIN, NIGHT), (25, 0, 1, NIGHT), (25, 1, 2, AWAY)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Los_Angeles", date(2026, 3, 4)), ("Europe/Berlin", date(2026, 10, 20))]
)
def test_forecast_agrees_with_walking_minute_by_minute_outside_the_doubled_hour(zone: str, day: date) -> None:
    info = ZoneInfo(zone)
    spans = [(x.starts_at, x.ends_at) for x in forecast(OFFICE, info, day) if x.starts_at and x.ends_at]
    week = {m % 10080 for p in OFFICE.periods for m in range(p.start_min, p.end_min)}
    now = instant_of(day, 0, info)
    for _ in range(13 * DAY_MIN):
        wall = now.astimezone(info)
        assert any(a <= now < b for a, b in spans) == (week_minute(wall) in week), wall
        now += timedelta(minutes=1)


def test_nights_when_the_clock_changes_are_told_with_utc_and_what_they_do() -> None:
    first = date(2026, 3, 1)
    spring, autumn = clock_nights(
        WeekSchedule((ArmedPeriod(6 * DAY_MIN + 90, 60, AWAY),)), PACIFIC, first, 300
    )
    assert night_words(spring) == (
        "Sun 8 Mar 2026: clock 02:00 → 03:00, 1 h skipped (10:00 UTC)",
        "Away Sun 01:30 to 02:30 lasts 30 min, not 1 h.",
    )
    assert night_words(autumn)[1] == "Away Sun 01:30 to 02:30 lasts 2 h, not 1 h."
    skipped = WeekSchedule((ArmedPeriod(6 * DAY_MIN + 135, 30, AWAY),))
    assert night_words(clock_nights(skipped, PACIFIC, first, 20)[0])[1] == (
        "Away Sun 02:15 to 02:45 is skipped whole: it is not armed."
    )
    ends_there = WeekSchedule((ArmedPeriod(6 * DAY_MIN, 120, AWAY),))
    assert night_words(clock_nights(ends_there, PACIFIC, first, 20)[0])[1] == "Nothing is armed then."
    always = WeekSchedule((ArmedPeriod(0, 7 * DAY_MIN, AWAY),))
    (night,) = clock_nights(always, ZoneInfo("Australia/Lord_Howe"), date(2026, 4, 1), 14)
    assert night_words(night) == (
        "Sun 5 Apr 2026: clock 02:00 → 01:30, 30 min doubled (Sat 15:00 UTC)",
        "Away all through.",
    )
    assert not clock_nights(always, ZoneInfo("America/Phoenix"), first)


def test_the_clock_of_morocco_changes_around_ramadan() -> None:
    nights = clock_nights(WeekSchedule(), ZoneInfo("Africa/Casablanca"), date(2026, 1, 1))
    assert [(night.change.day, night.change.shift_min) for night in nights] == [
        (date(2026, 2, 15), -60), (date(2026, 3, 22), 60)
    ]  # fmt: skip
