"""Ticks and clock changes of the axis in site time, on the days when clocks move."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from chekt_console.ui.timeline.timeline_geometry import DAY_MS, HOUR_MS, MINUTE_MS
from chekt_console.ui.timeline.timeline_ticks import clock_changes, ticks

ZONE = ZoneInfo("America/Los_Angeles")


def _ms(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc]


SPRING, AUTUMN = _ms(2026, 3, 8, 10), _ms(2026, 11, 1, 9)


@pytest.mark.parametrize(("instant", "words"), [(SPRING, "clocks +1 h"), (AUTUMN, "clocks −1 h")])
def test_a_clock_change_is_told_at_its_instant(instant: int, words: str) -> None:
    (change,) = clock_changes(instant - DAY_MS, instant + DAY_MS, ZONE)
    assert (change.instant_ms, change.words) == (instant, words)
    assert not clock_changes(instant, instant + 30 * DAY_MS, ZONE)
    assert not clock_changes(instant - DAY_MS, instant + DAY_MS, ZoneInfo("America/Phoenix"))


def test_the_skipped_hour_has_no_tick_and_the_doubled_one_two() -> None:
    spring = [tick.label for tick in ticks(SPRING - 2 * HOUR_MS, SPRING + 2 * HOUR_MS, HOUR_MS, ZONE)]
    assert spring == ["Sun 8 Mar", "01:00", "03:00", "04:00", "05:00"]
    autumn = [tick.label for tick in ticks(AUTUMN - 2 * HOUR_MS, AUTUMN + 2 * HOUR_MS, HOUR_MS, ZONE)]
    assert autumn == ["Sun 1 Nov", "01:00 PDT", "01:00 PST", "02:00", "03:00"]


@pytest.mark.parametrize(
    "span", [1_000, MINUTE_MS, HOUR_MS, DAY_MS, 60 * DAY_MS, 900 * DAY_MS, 7000 * DAY_MS]
)
def test_ticks_ascend_and_keep_their_distance(span: int) -> None:
    shown = ticks(AUTUMN - span // 2, AUTUMN + span // 2, span / 12, ZONE)
    instants = [tick.instant_ms for tick in shown]
    assert instants == sorted(set(instants))
    assert 2 <= len(instants) <= 30
