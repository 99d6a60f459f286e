"""The live view of a simulated camera."""

from __future__ import annotations

import io

from PIL import Image

from chekt_console.simulator.live_picture import LivePicture

NOON_MS = 1_770_840_000_000


def test_each_instant_has_its_own_jpeg_of_the_size_asked_for() -> None:
    live = LivePicture("St. Mark School", "Corridor B", "America/Los_Angeles", seed=4)
    first, second = live.jpeg(NOON_MS, 320, 180), live.jpeg(NOON_MS + 200, 320, 180)
    assert Image.open(io.BytesIO(first)).size == (320, 180)
    assert first != second
    assert Image.open(io.BytesIO(live.jpeg(NOON_MS))).size == (1280, 720)


def test_everybody_sees_the_same() -> None:
    one, other = (
        LivePicture("St. Mark School", "Gym", "UTC", seed=4).jpeg(NOON_MS, 320, 180) for _ in range(2)
    )
    assert one == other
