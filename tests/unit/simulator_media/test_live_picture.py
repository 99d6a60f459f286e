"""The live view of a simulated camera."""

from __future__ import annotations

import io

from PIL import Image

from chekt_console.simulator.live_picture import LivePicture

NOON_MS = 1_770_840_000_000
DAY_MS = 86_400_000


def _colour(picture: Image.Image) -> float:
    """How much a picture has of it, on the average."""
    saturation = picture.convert("HSV").getchannel("S").resize((1, 1), Image.Resampling.BOX)
    return float(saturation.getpixel((0, 0)))  # type: ignore[arg-type]


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


def test_after_dusk_a_camera_stays_in_infrared() -> None:
    """No colour in its light until the morning."""
    live = LivePicture("Northgate Warehouse", "Yard", "UTC", seed=4)
    midnight_ms = NOON_MS // DAY_MS * DAY_MS
    pictures = [
        Image.open(io.BytesIO(live.jpeg(midnight_ms + minutes * 60_000, 320, 180))).convert("RGB")
        for minutes in (19 * 60, 19 * 60 + 20, 19 * 60 + 40, 23 * 60)
    ]
    at_dusk, *at_night = [_colour(picture) for picture in pictures]
    assert all(colour < at_dusk / 2 for colour in at_night)
