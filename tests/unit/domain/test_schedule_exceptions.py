"""Dates with a rule of their own: ranges over the year's end, leap days, one skipped night, and what is over."""

from __future__ import annotations

from datetime import date

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_exceptions import (
    ALL_DAY,
    NOTHING,
    past_days,
    runs,
    skip_next,
    with_exception,
    without_days,
)
from chekt_console.services.holiday_service import countries, country_of_zone, days_of, regions_of

NIGHT = ArmedPeriod(0 * DAY_MIN + 22 * 60, 9 * 60, ArmingMode.AWAY)  # Monday 22:00
WEEK = WeekSchedule((NIGHT,))


def test_a_range_over_the_year_and_the_leap_day() -> None:
    changed = with_exception(WEEK, date(2027, 12, 30), date(2028, 3, 1), ALL_DAY)
    assert len(changed.exceptions) == 63
    assert DayException(date(2028, 2, 29), ALL_DAY) in changed.exceptions
    (run,) = runs(changed)
    assert (run.first, run.last, run.days) == (date(2027, 12, 30), date(2028, 3, 1), 63)
    assert without_days(changed, [one.day for one in changed.exceptions]) == WEEK


def test_a_run_ends_where_the_rule_differs() -> None:
    changed = with_exception(WEEK, date(2026, 12, 24), date(2026, 12, 26), ALL_DAY)
    changed = with_exception(changed, date(2026, 12, 25), date(2026, 12, 25), NOTHING)
    assert [(run.first.day, run.last.day) for run in runs(changed)] == [(24, 24), (25, 25), (26, 26)]


@pytest.mark.parametrize(("first", "last"), [((2026, 1, 2), (2026, 1, 1)), ((2026, 1, 1), (2030, 1, 1))])
def test_no_range_is_refused(first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="range"):
        with_exception(WEEK, date(*first), date(*last), ALL_DAY)


def test_one_night_is_skipped_and_only_that_period() -> None:
    noon = ArmedPeriod(12 * 60, 60, ArmingMode.STAY)
    week = WeekSchedule((noon, NIGHT))
    today = date(2026, 11, 23)  # a Monday
    skipped, day = skip_next(week, NIGHT, today)
    assert day == today
    assert skipped.exceptions == (DayException(today, ((12 * 60, 60, ArmingMode.STAY),)),)
    again, later = skip_next(skipped, NIGHT, today)
    assert later == date(2026, 11, 30)
    assert len(again.exceptions) == 2
    assert past_days(again, date(2026, 11, 25)) == (today,)
    assert past_days(again, date(2026, 11, 24)) == ()  # last night may still run


def test_what_has_begun_today_is_not_skipped_but_the_next_one() -> None:
    monday = date(2026, 11, 23)
    assert skip_next(WEEK, NIGHT, monday, 21 * 60)[1] == monday
    assert skip_next(WEEK, NIGHT, monday, 22 * 60)[1] == date(2026, 11, 30)


def test_a_long_period_is_skipped_whole() -> None:
    weekend = ArmedPeriod(4 * DAY_MIN + 20 * 60, 59 * 60, ArmingMode.AWAY)  # Friday 20:00 to Monday 07:00
    skipped, day = skip_next(WeekSchedule((weekend,)), weekend, date(2026, 11, 23))
    assert day == date(2026, 11, 27)
    assert [(one.day.day, one.periods) for one in skipped.exceptions] == [(27, ()), (28, ()), (29, ())]


def test_holidays_are_known_by_country_and_region() -> None:
    names = {country.code: country.name for country in countries()}
    assert names["US"] == "United States"
    assert len(names) > 100
    assert ("CA", "California") in regions_of("US")
    found = {holiday.day: holiday.name for holiday in days_of("US", "CA", date(2026, 11, 1))}
    assert found[date(2026, 11, 26)].startswith("Thanksgiving")
    assert max(found) > date(2028, 9, 1)
    assert days_of("DE", "BY", date(2026, 1, 1)) != days_of("DE", "BE", date(2026, 1, 1))
    assert country_of_zone("America/Los_Angeles") == ("US", "CA")
    assert country_of_zone("Europe/Lisbon") == ("PT", "")
    assert country_of_zone("Mars/Olympus") == ("", "")
