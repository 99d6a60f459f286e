"""Typed lengths and where a schedule stands, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod
from chekt_console.domain.site import Site
from chekt_console.ui.schedule.period_fields import (
    clock_minutes_of,
    end_day_words,
    minutes_of,
    with_arm_time,
    with_disarm_time,
)
from chekt_console.ui.schedule.schedule_state_words import as_of_words, site_time_words

NOW_MS = int(datetime(2026, 11, 1, 9, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("13 h", 780),
        ("13h30", None),
        ("1:05", 65),
        ("45m", 45),
        ("7", 420),
        ("", None),
        ("x", None),
        ("2 h 5 min", 125),
    ],
)
def test_lengths_as_typed(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("18:00", 1080),
        ("1830", 1110),
        ("7", 420),
        ("07", 420),
        ("730", 450),
        ("6 pm", 1080),
        ("12:15 AM", 15),
        ("24:00", 0),
        ("24:01", None),
        ("13 pm", None),
        ("7:60", None),
        ("", None),
    ],
)
def test_times_as_typed(text: str, minute: int | None) -> None:
    assert clock_minutes_of(text) == minute


def test_a_long_period_keeps_its_days_when_a_time_is_typed() -> None:
    weekend = ArmedPeriod(4 * 1440 + 20 * 60, 59 * 60, ArmingMode.AWAY)  # Fri 20:00 to Mon 07:00
    assert with_disarm_time(weekend, 9 * 60).length_min == 61 * 60
    assert with_arm_time(weekend, 18 * 60).length_min == 61 * 60
    assert end_day_words(weekend) == "Mon, 3 days later"


def test_disarmed_at_midnight_is_the_end_of_the_day() -> None:
    evening = ArmedPeriod(18 * 60, 60, ArmingMode.AWAY)
    assert with_disarm_time(evening, 0).length_min == 360


def test_a_typed_end_is_of_the_day_that_is_shown_beside_it() -> None:
    weekend = ArmedPeriod(5 * DAY_MIN, 2 * DAY_MIN, ArmingMode.AWAY)
    assert end_day_words(weekend) == "Mon, 2 days later"
    assert with_disarm_time(weekend, 7 * 60).length_min == 2 * DAY_MIN + 7 * 60
    assert with_disarm_time(with_disarm_time(weekend, 7 * 60), 0) == weekend
    whole_week = ArmedPeriod(0, 7 * DAY_MIN, ArmingMode.AWAY)
    assert with_disarm_time(whole_week, 7 * 60).length_min == 6 * DAY_MIN + 7 * 60


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Los_Angeles", "site time Sun 01:30 (America/Los_Angeles, UTC−8)"),
        ("Asia/Kolkata", "site time Sun 15:00 (Asia/Kolkata, UTC+5:30)"),
        ("", "site time, zone not told by the server"),
        ("Mars/Base", "site time, zone “Mars/Base” is not one we know"),
    ],
)
def test_site_time(zone: str, words: str) -> None:
    assert site_time_words(Site("1", "Yard", timezone=zone), NOW_MS) == words


def test_as_of_names_the_day_when_it_was_another() -> None:
    zone = "America/Los_Angeles"
    assert as_of_words(datetime(2026, 11, 1, 8, 30, tzinfo=UTC), zone, NOW_MS) == "01:30"
    assert as_of_words(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), zone, NOW_MS) == "Sat 31 Oct 23:30"
    assert as_of_words(None, zone, NOW_MS) == ""
