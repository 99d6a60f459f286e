"""Where instants and lanes lie on the timeline, without a window."""

from __future__ import annotations

import pytest

from chekt_console.ui.timeline.timeline_geometry import MIN_SPAN_MS, TOP_PX, LaneLayout, TimeAxis

_AXIS = TimeAxis(from_ms=1_000_000, span_ms=100_000, left_px=160, width_px=1_000)


@pytest.mark.parametrize("factor", [1.25, 4.0, 0.5, 1e9])
@pytest.mark.parametrize("x", [160.0, 400.0, 1160.0])
def test_the_instant_under_the_pointer_stays_there(factor: float, x: float) -> None:
    zoomed = _AXIS.zoomed(factor, x)
    assert zoomed.ms_at(x) == pytest.approx(_AXIS.ms_at(x))
    assert zoomed.span_ms >= MIN_SPAN_MS


def test_pan_follows_the_hand_and_never_loses_the_events() -> None:
    assert _AXIS.panned(100).from_ms == 990_000
    far = _AXIS.panned(1e6).kept_near(1_000_000, 1_100_000)
    assert far.to_ms > 1_000_000
    far = _AXIS.panned(-1e6).kept_near(1_000_000, 1_100_000)
    assert far.from_ms < 1_100_000


def test_lanes_shrink_then_scroll() -> None:
    assert LaneLayout(3, 300).max_scroll_px == 0
    layout = LaneLayout(40, 300)
    assert layout.max_scroll_px > 0
    assert layout.lane_at(TOP_PX - 1) is None
    assert layout.lane_at(TOP_PX) == 0
    shown = layout.revealing(39)
    assert shown.lane_at(299) == 39
    first, last = shown.visible_lanes()
    assert last == 40
    assert first > 0
