"""The nearest schedule a connection can store: it can be stored, and no other that can is nearer."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise, put
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_storable import minutes_apart, nearest_storable
from tests.unit.domain.schedule_strategies import schedules


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


def test_a_short_break_is_armed_through_and_a_long_one_is_not() -> None:
    def two(first_h: int, first_len_h: int, then_h: int, then_len_h: int) -> WeekSchedule:
        periods = ((first_h, first_len_h), (then_h, then_len_h))
        return WeekSchedule(tuple(ArmedPeriod(DAY_MIN + h * 60, n * 60, ArmingMode.AWAY) for h, n in periods))

    assert nearest_storable(two(1, 5, 7, 5)).periods == (ArmedPeriod(DAY_MIN + 60, 11 * 60, ArmingMode.AWAY),)
    assert nearest_storable(two(1, 5, 18, 2)).periods == (ArmedPeriod(DAY_MIN + 60, 5 * 60, ArmingMode.AWAY),)
