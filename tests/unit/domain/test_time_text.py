"""What people type for a date and time, and the instant it means at the site."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chekt_console.domain.time_text import read_time

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 11, 23, 22, 46, 10, tzinfo=ZONE)  # a Monday
NOW_MS = int(NOW.timestamp() * 1000)


def read(text: str, **choices: object) -> str:
    """The understood instant as site time."""
    reading = read_time(text, zone=ZONE, now_ms=NOW_MS, **choices)  # type: ignore[arg-type]
    if reading.instant_ms is None:
        return "no"
    moment = datetime.fromtimestamp(reading.instant_ms / 1000, ZONE)
    return f"{moment:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("2026-11-23 21:04", "2026-11-23 21:04:00"),
        ("2026-11-23T21:04:05", "2026-11-23 21:04:05"),
        ("2026-11-24T05:04:05.250Z", "2026-11-23 21:04:05"),
        ("2026-11-23T21:04:05-08:00", "2026-11-23 21:04:05"),
        ("20261123T210405", "2026-11-23 21:04:05"),
        ("2026/11/23 9 pm", "2026-11-23 21:00:00"),
        ("20261123", "2026-11-23 00:00:00"),
        ("2026-11-23", "2026-11-23 00:00:00"),
        ("23.11. 21:04", "2026-11-23 21:04:00"),
        ("23.11.2026, 21:04 Uhr", "2026-11-23 21:04:00"),
        ("23.11.26 21:04", "2026-11-23 21:04:00"),
        ("24.12. 8:00", "2025-12-24 08:00:00"),
        ("29.2.", "2024-02-29 00:00:00"),
        ("23 Nov 21:04", "2026-11-23 21:04:00"),
        ("Nov 23, 2026 9:04 PM", "2026-11-23 21:04:00"),
        ("23rd of November 9.00", "no"),
        ("November 1st 6h30", "2026-11-01 06:30:00"),
        ("21:04 on 20 Nov", "2026-11-20 21:04:00"),
        ("Mon 23 Nov 2026 21:04 PST", "2026-11-23 21:04:00"),
        ("Tue 23 Nov 2026", "no"),
        ("21/11 9pm", "2026-11-21 21:00:00"),
        ("11/21/2026 9:30 p.m.", "2026-11-21 21:30:00"),
        ("today 6:12", "2026-11-23 06:12:00"),
        ("yesterday 21:00", "2026-11-22 21:00:00"),
        ("yesterday noon", "2026-11-22 12:00:00"),
        ("yesterday", "2026-11-22 00:00:00"),
        ("3 days ago 7:00", "2026-11-20 07:00:00"),
        ("fri 6:12", "2026-11-20 06:12:00"),
        ("Friday at 6:12", "2026-11-20 06:12:00"),
        ("last tuesday 6am", "2026-11-17 06:00:00"),
        ("mon 23:00", "2026-11-16 23:00:00"),
        ("mon 22:00", "2026-11-23 22:00:00"),
        ("-2h", "2026-11-23 20:46:10"),
        ("−1d 2h", "2026-11-22 20:46:10"),
        ("-1:30", "2026-11-23 21:16:10"),
        ("90 min ago", "2026-11-23 21:16:10"),
        ("2 hours and 5 minutes ago", "2026-11-23 20:41:10"),
        ("+15m", "2026-11-23 23:01:10"),
        ("now", "2026-11-23 22:46:10"),
        ("21:04", "2026-11-23 21:04:00"),
        ("23:00", "2026-11-22 23:00:00"),
        ("9pm", "2026-11-23 21:00:00"),
        ("12am", "2026-11-23 00:00:00"),
        ("midnight", "2026-11-23 00:00:00"),
        ("21h04", "2026-11-23 21:04:00"),
        ("22 Nov 24:00", "2026-11-23 00:00:00"),
        ("05:04 utc", "2026-11-23 21:04:00"),
        ("1795501500", "2026-11-23 22:25:00"),
        ("1795501500000", "2026-11-23 22:25:00"),
        ("", "no"),
        ("soon", "no"),
        ("25:00", "no"),
        ("13pm", "no"),
        ("31.2.2026", "no"),
        ("9999-12-31", "no"),
        ("-99999d", "no"),
    ],
)
def test_the_spellings_people_use(text: str, local: str) -> None:
    assert read(text) == local


def test_the_locale_settles_which_number_is_the_day() -> None:
    assert read("3/4/2026") == "2026-04-03 00:00:00"
    assert read("3/4/2026", is_day_first=False) == "2026-03-04 00:00:00"
    assert read("11/23 9pm", is_day_first=False) == "2026-11-23 21:00:00"
    assert read("11/23 9pm", is_day_first=True) == "2026-11-23 21:00:00"


def test_a_bare_time_means_the_one_nearest_to_what_is_in_view() -> None:
    near = int(datetime(2026, 11, 11, 19, tzinfo=ZONE).timestamp() * 1000)
    assert read("21:04", near_ms=near) == "2026-11-11 21:04:00"
    assert read("6:00", near_ms=near) == "2026-11-12 06:00:00"


def test_an_hour_that_comes_twice_is_told_and_can_be_named() -> None:
    reading = read_time("1 Nov 2026 1:30", zone=ZONE, now_ms=NOW_MS)
    assert "happens twice" in reading.note
    assert reading.instant_ms == int(datetime(2026, 11, 1, 8, 30, tzinfo=UTC).timestamp() * 1000)
    second = read_time("1 Nov 2026 1:30 PST", zone=ZONE, now_ms=NOW_MS)
    assert second.note == ""
    assert second.instant_ms == int(datetime(2026, 11, 1, 9, 30, tzinfo=UTC).timestamp() * 1000)


def test_an_hour_that_is_skipped_is_told() -> None:
    reading = read_time("8 Mar 2026 2:30", zone=ZONE, now_ms=NOW_MS)
    assert "does not exist" in reading.note
    assert read("8 Mar 2026 2:30") == "2026-03-08 03:00:00"


@given(st.text(max_size=40))
def test_nothing_typed_breaks_it(text: str) -> None:
    reading = read_time(text, zone=ZONE, now_ms=NOW_MS)
    assert reading.instant_ms is not None or reading.note


@given(st.integers(946_684_800, 3_786_912_000))
def test_what_is_written_out_is_read_back(second: int) -> None:
    instant = second * 1000
    local = datetime.fromtimestamp(instant / 1000, ZONE)
    assert read_time(local.isoformat(), zone=ZONE, now_ms=NOW_MS).instant_ms == instant
    spoken = f"{local:%a} {local.day} {local:%b %Y, %H:%M:%S %Z}"
    assert read_time(spoken, zone=ZONE, now_ms=NOW_MS).instant_ms == instant
