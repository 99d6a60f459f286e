"""Where instants and lanes lie on the timeline, without a window."""

from __future__ import annotations

import pytest

from chekt_console.ui.timeline.timeline_geometry import (
    MIN_SPAN_MS,
    TOP_PX,
    LaneLayout,
    SpanWindow,
    TimeAxis,
)

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


@pytest.mark.parametrize(
    ("from_ms", "span_ms", "left", "right"),
    [
        (1_000_000, 100_000, 160, 1160),  # all of it
        (1_050_000, 10_000, 660, 760),
        (1_050_000, 1, 656.005, 664.005),  # never too narrow to be taken
        (1_099_999, 1, 1152, 1160),  # and never outside
        (900_000, 50_000, 160, 168),
    ],
)
def test_the_window_on_the_whole(from_ms: float, span_ms: float, left: float, right: float) -> None:
    window = SpanWindow.of(_AXIS, TimeAxis(from_ms, span_ms, 160, 500))
    assert (window.left_px, window.right_px) == (pytest.approx(left), pytest.approx(right))


@pytest.mark.parametrize(
    ("x", "grip"), [(500, ""), (599, "left"), (603, "left"), (650, "body"), (698, "right"), (710, "")]
)
def test_what_of_the_window_is_taken(x: float, grip: str) -> None:
    assert SpanWindow(600, 700).grip_at(x) == grip
    assert SpanWindow(600, 608).grip_at(601) == "body"


@pytest.mark.parametrize(
    ("y", "gap"), [(0, 0), (TOP_PX + 5, 0), (TOP_PX + 20, 1), (TOP_PX + 40, 1), (900, 3)]
)
def test_where_a_dragged_lane_is_put(y: float, gap: int) -> None:
    assert LaneLayout(3, 300).gap_at(y) == gap
