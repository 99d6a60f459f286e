"""The week's algebra against one mode per minute: nothing overlaps, nothing else changes, nothing is lost."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import (
    armed_minutes,
    copy_day,
    disarmed_stretches,
    is_same,
    moved,
    normalise,
    paint,
    period_at,
    split,
    with_end,
    with_start,
)
from tests.unit.domain.schedule_strategies import LENGTHS, MINUTES, MODES, PERIODS, minutes, schedules

AWAY = ArmingMode.AWAY
FEW = settings(max_examples=30, deadline=None)


@given(schedules(), MINUTES, LENGTHS, MODES | st.just(ArmingMode.DISARMED))
@FEW
def test_paint_changes_exactly_what_it_covers(
    schedule: WeekSchedule, start: int, length: int, mode: ArmingMode
) -> None:
    expected = minutes(schedule)
    for minute in range(start, start + length):
        expected[minute % WEEK_MIN] = mode
    result = paint(schedule, start, length, mode)
    assert minutes(result) == expected
    assert armed_minutes(result) == sum(m is not ArmingMode.DISARMED for m in expected)


@given(schedules())
@FEW
def test_normalise_keeps_every_minute_and_is_idempotent(schedule: WeekSchedule) -> None:
    normal = normalise(schedule)
    assert minutes(normal) == minutes(schedule)
    assert normalise(normal) == normal
    for one in normal.periods:
        follower = period_at(normal, one.end_min)
        assert follower is None or follower.mode is not one.mode or one.length_min == WEEK_MIN


@given(schedules(), MINUTES, st.integers(0, 6))
@FEW
def test_split_arms_the_same_minutes(schedule: WeekSchedule, minute: int, number: int) -> None:
    for period in schedule.periods[:number]:
        cut = split(schedule, period, minute)
        assert is_same(cut, schedule)
        assert armed_minutes(cut) == armed_minutes(schedule)


@given(schedules())
@FEW
def test_armed_and_disarmed_fill_the_week(schedule: WeekSchedule) -> None:
    gaps = disarmed_stretches(schedule)
    assert armed_minutes(schedule) + sum(length for _, length in gaps) == WEEK_MIN
    assert all(period_at(schedule, start) is None for start, _ in gaps)


@given(PERIODS, st.integers(-2 * WEEK_MIN, 2 * WEEK_MIN))
@FEW
def test_dragging_an_end_keeps_the_other(period: ArmedPeriod, minute: int) -> None:
    assert with_end(period, minute).start_min == period.start_min
    assert with_start(period, minute).end_min % WEEK_MIN == period.end_min % WEEK_MIN
    assert moved(moved(period, minute), -minute) == period


@given(schedules(), st.integers(0, 6), st.sets(st.integers(0, 6)))
@FEW
def test_copied_day_begins_the_same(schedule: WeekSchedule, source: int, days: set[int]) -> None:
    def starts(week: WeekSchedule, day: int) -> list[tuple[int, ArmingMode]]:
        return [(p.start_min % DAY_MIN, p.mode) for p in week.periods if p.day == day]

    copied = copy_day(schedule, source, days)
    for day in days if starts(schedule, source) else ():
        assert set(starts(schedule, source)) <= set(starts(copied, day))


def test_painting_over_sunday_grows_together_with_both_neighbours() -> None:
    week = WeekSchedule((ArmedPeriod(0, 60, AWAY), ArmedPeriod(WEEK_MIN - 120, 60, AWAY)))
    assert paint(week, WEEK_MIN - 60, 60, AWAY).periods == (ArmedPeriod(WEEK_MIN - 120, 180, AWAY),)


def test_periods_that_tie_still_sort() -> None:
    tied = [ArmedPeriod(0, 60, ArmingMode.STAY), ArmedPeriod(0, 60, AWAY)]
    assert [p.mode for p in sorted(tied)] == [AWAY, ArmingMode.STAY]
