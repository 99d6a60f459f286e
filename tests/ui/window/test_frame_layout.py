"""Sizes of the window's parts, as numbers."""

from __future__ import annotations

import pytest

from chekt_console.ui.shared.frame_layout import (
    BOTTOM_MIN,
    CENTRE_MIN,
    LEFT_MIN,
    RIGHT_MIN,
    TOP_MIN,
    FrameLayout,
)


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (1440, (312, 810, 318)),
        (1280, (312, 650, 318)),
        (960, (290, CENTRE_MIN, RIGHT_MIN)),
        (700, (LEFT_MIN, CENTRE_MIN, RIGHT_MIN)),
    ],
)
def test_the_centre_keeps_its_least(total: int, expected: tuple[int, int, int]) -> None:
    assert FrameLayout().widths(total, has_left=True, has_right=True) == expected


def test_hidden_parts_take_no_room() -> None:
    layout = FrameLayout()
    assert layout.widths(1440, has_left=False, has_right=False) == (0, 1440, 0)
    assert layout.heights(700, has_bottom=False) == (700, 0)


@pytest.mark.parametrize(
    ("total", "bottom"), [(772, 252), (1400, 252), (400, 200), (330, 130), (100, BOTTOM_MIN)]
)
def test_the_bottom_gives_way(total: int, bottom: int) -> None:
    top, got = FrameLayout().heights(total, has_bottom=True)
    assert got == bottom
    assert top == max(TOP_MIN, total - bottom)


@pytest.mark.parametrize("state", [b"", b"{", b"[]", b"null", b'{"left": "wide", "has_left": 1}', b"\xff"])
def test_what_cannot_be_read_is_as_never_saved(state: bytes) -> None:
    assert FrameLayout.from_bytes(state) == FrameLayout()


def test_a_layout_comes_back() -> None:
    layout = FrameLayout(left=400, sites_share=300, has_bottom=False)
    assert FrameLayout.from_bytes(layout.to_bytes()) == layout
