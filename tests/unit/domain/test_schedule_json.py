"""The key-concepts JSON and back: round trips, the 24-hour cut, and what it cannot hold."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from tests.unit.domain.schedule_strategies import schedules

AWAY, NIGHT = ArmingMode.AWAY, ArmingMode.NIGHT
FRI, SAT = 4 * DAY_MIN, 5 * DAY_MIN


@given(schedules())
@settings(max_examples=150, deadline=None)
def test_round_trip_without_losses(schedule: WeekSchedule) -> None:
    storable = to_key_concepts(schedule)
    reading = from_key_concepts(storable.body)
    assert reading.problems == ()
    if not storable.losses:
        assert reading.schedule == normalise(schedule)
    else:
        assert not is_same(reading.schedule, schedule)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["08:00", "24:00", "8:5", "away", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["arm_time", "arm_mode", "disarm_time", "monday", "Sunday"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["schedule", "exceptions", "other"]), JSON_VALUES))
def test_anything_is_read_and_what_was_read_can_be_stored(body: dict[str, object]) -> None:
    reading = from_key_concepts(body)
    assert from_key_concepts(to_key_concepts(reading.schedule).body).schedule == reading.schedule


@pytest.mark.parametrize(
    ("arm", "disarm", "length"),
    [("08:00", "18:00", 600), ("18:00", "07:00", 780), ("20:00", "20:00", 1440), ("00:00", "24:00", 1440)],
)
def test_length_of_a_stored_day(arm: str, disarm: str, length: int) -> None:
    day = {"arm_time": arm, "arm_mode": "away", "disarm_time": disarm}
    assert from_key_concepts({"schedule": {"monday": day}}).schedule.periods[0].length_min == length


def test_weekend_run_is_cut_every_24_hours_and_joined_again() -> None:
    run = ArmedPeriod(FRI + 1200, 59 * 60, AWAY)
    body = to_key_concepts(WeekSchedule((run,))).body
    assert body == {
        "schedule": {
            "friday": {"arm_time": "20:00", "arm_mode": "away", "disarm_time": "20:00"},
            "saturday": {"arm_time": "20:00", "arm_mode": "away", "disarm_time": "20:00"},
            "sunday": {"arm_time": "20:00", "arm_mode": "away", "disarm_time": "07:00"},
        },
        "exceptions": {},
    }
    assert from_key_concepts(body).schedule.periods == (run,)


def test_second_period_of_a_day_is_a_loss_in_words() -> None:
    short = ArmedPeriod(8 * 60, 240, NIGHT)
    storable = to_key_concepts(WeekSchedule((short, ArmedPeriod(18 * 60, 780, AWAY))))
    assert [loss.period for loss in storable.losses] == [short]
    assert storable.losses[0].sentence == (
        "Monday: this connection holds one armed period a day; 08:00 to 12:00 Night would be left out."
    )


def test_null_exception_begins_nothing() -> None:
    body = {"schedule": {}, "exceptions": {"2026-12-24": None}}
    schedule = from_key_concepts(body).schedule
    assert schedule.exceptions == (DayException(date(2026, 12, 24)),)
    assert to_key_concepts(schedule).body == body


def test_what_is_not_understood_is_told() -> None:
    body: dict[str, object] = {
        "schedule": {
            "monday": {"arm_time": "25:00", "arm_mode": "vacation"},
            "funday": {},
            "tuesday": {"arm_time": "08:00", "arm_mode": "away", "disarm_time": "18:00", "delay": 5},
        }
    }
    reading = from_key_concepts(body)
    assert [p.day for p in reading.schedule.periods] == [1]
    assert reading.problems == (
        "Monday has “25:00” as arm time; it was left out.",
        "Monday has no disarm time; it was left out.",
        "Monday has “vacation” as arm mode; it was left out.",
        "“funday” is not a day of the week; it was left out.",
        "Tuesday has an unknown field “delay”; saving would drop it.",
    )
