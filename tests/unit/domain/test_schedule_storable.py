"""The nearest schedule a connection can store: it can be stored, and no other that can is nearer."""

from __future__ import annotations

from itertools import accumulate, product
from random import Random
from time import thread_time

from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise, put
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_storable import minutes_apart, nearest_storable
from tests.unit.domain.schedule_strategies import MODES, minutes, schedules

ARMED = tuple(mode for mode in ArmingMode if mode is not ArmingMode.DISARMED)


@settings(max_examples=40, deadline=None)
@given(schedules())
def test_storing_the_nearest_succeeds_and_reads_back_the_same(schedule: WeekSchedule) -> None:
    nearest = nearest_storable(schedule)
    stored = to_key_concepts(nearest)
    assert stored.losses == ()
    assert is_same(from_key_concepts(stored.body).schedule, nearest)
    if not to_key_concepts(schedule).losses:
        assert nearest == normalise(schedule)


@settings(max_examples=40, deadline=None)
@given(schedules(), schedules(), st.integers(0, 6), st.integers(-90, 90))
def test_nothing_storable_is_nearer(
    schedule: WeekSchedule, other: WeekSchedule, day: int, shift: int
) -> None:
    nearest = nearest_storable(schedule)
    apart = minutes_apart(schedule, nearest)
    nudged = WeekSchedule()
    for period in nearest.periods:
        moved = (period.start_min + shift) % 10_080 if period.day == day else period.start_min
        nudged = put(nudged, ArmedPeriod(moved, period.length_min, period.mode))
    for rival in (other, nudged, from_key_concepts(to_key_concepts(schedule).body).schedule):
        if not to_key_concepts(rival).losses:
            assert apart <= minutes_apart(schedule, rival)


HOURS_6 = st.integers(0, 27).map(lambda part: part * 360)
COARSE = st.builds(ArmedPeriod, HOURS_6, st.integers(1, 8).map(lambda part: part * 360), MODES)


@settings(max_examples=60, deadline=None)
@given(st.lists(COARSE, min_size=1, max_size=9))
def test_it_is_as_near_as_the_best_of_all_that_can_be_stored(periods: list[ArmedPeriod]) -> None:
    schedule = WeekSchedule()
    for period in periods:
        schedule = put(schedule, period)
    assert minutes_apart(schedule, nearest_storable(schedule)) == _fewest(schedule)


def _fewest(schedule: WeekSchedule) -> int:
    """Every piece on every day at every sixth hour, for everything that Sunday may leave to Monday."""
    week = minutes(schedule)[::360] * 2
    wrong = {mode: [0, *accumulate(6 * 60 * (one is not mode) for one in week)] for mode in ArmingMode}

    def cost(mode: ArmingMode, start: int, end: int) -> int:
        return wrong[mode][end] - wrong[mode][start]

    found = []
    for from_sunday in range(4):
        at_best = {from_sunday: 0}  # quarters of the day that are taken already: minutes of the days before
        for day in range(7):
            after: dict[int, int] = {}
            for taken, so_far in at_best.items():
                rest = so_far + cost(ArmingMode.DISARMED, 4 * day + taken, 4 * day + 4)
                after[0] = min(after.get(0, rest), rest)
                for start, length in product(range(taken, 4), range(1, 5)):
                    end = start + length
                    out = cost(ArmingMode.DISARMED, 4 * day + taken, 4 * day + start)
                    out += cost(ArmingMode.DISARMED, 4 * day + min(end, 4), 4 * day + 4)
                    for mode in ARMED:
                        total = so_far + out + cost(mode, 4 * day + start, 4 * day + end)
                        reach = max(end - 4, 0)
                        after[reach] = min(after.get(reach, total), total)
            at_best = after
        found.append(at_best.get(from_sunday, WEEK_MIN))
    return min(found)


def test_many_odd_minutes_a_day_are_no_wait() -> None:
    dice = Random(1)
    periods: list[ArmedPeriod] = []
    for day in range(7):
        edges = sorted(dice.sample(range(DAY_MIN), 48))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            periods.append(ArmedPeriod(day * DAY_MIN + start, end - start, ArmingMode.AWAY))
    began = thread_time()
    nearest = nearest_storable(WeekSchedule(tuple(periods)))
    assert (
        thread_time() - began < 2
    )  # on each edit, in the window's thread; all ways one by one take a minute
    assert len(nearest.periods) == 7


def test_a_short_break_is_armed_through_and_a_long_one_is_not() -> None:
    def two(first_h: int, first_len_h: int, then_h: int, then_len_h: int) -> WeekSchedule:
        periods = ((first_h, first_len_h), (then_h, then_len_h))
        return WeekSchedule(tuple(ArmedPeriod(DAY_MIN + h * 60, n * 60, ArmingMode.AWAY) for h, n in periods))

    assert nearest_storable(two(1, 5, 7, 5)).periods == (ArmedPeriod(DAY_MIN + 60, 11 * 60, ArmingMode.AWAY),)
    assert nearest_storable(two(1, 5, 18, 2)).periods == (ArmedPeriod(DAY_MIN + 60, 5 * 60, ArmingMode.AWAY),)
