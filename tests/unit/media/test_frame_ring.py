"""The mapped file between helper and window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.media.frame_ring import MAX_HEIGHT, MAX_WIDTH, SLOTS, FrameRing, fitted

if TYPE_CHECKING:
    from pathlib import Path


def test_a_picture_crosses_and_is_told_from_the_one_that_overwrites_it(tmp_path: Path) -> None:
    window, helper = FrameRing(tmp_path / "ring", create=True), FrameRing(tmp_path / "ring")
    helper.slot_for_writing()[:8] = b"12345678"
    first = helper.publish(2, 1, 8, clip=7, time_s=1.5)
    frame = window.look(first)
    assert frame is not None
    assert (bytes(frame.pixels), frame.clip, frame.time_s) == (b"12345678", 7, 1.5)
    frame.pixels.release()
    for _ in range(SLOTS):
        helper.slot_for_writing()
        helper.publish(2, 1, 8, clip=7, time_s=2.0)
    assert not window.is_whole(first)
    assert window.look(first) is None
    helper.close()
    window.close(remove=True)
    assert not list(tmp_path.iterdir())


def test_a_picture_of_nonsense_size_is_not_read(tmp_path: Path) -> None:
    ring = FrameRing(tmp_path / "ring", create=True)
    for size in ((10_000, 10_000, 40_000), (100, 10, 4), (0, 0, 0)):
        ring.slot_for_writing()
        assert ring.look(ring.publish(*size, clip=1, time_s=0.0)) is None
    ring.close(remove=True)


def test_pictures_above_1080p_are_scaled_down_and_keep_their_shape() -> None:
    assert fitted(640, 360) == (640, 360)
    assert fitted(1920, 1080) == (1920, 1080)
    assert fitted(3840, 2160) == (1920, 1080)
    for size in ((1080, 1920), (8000, 20), (20, 8000), (2592, 1944)):
        width, height = fitted(*size)
        assert 0 < width <= MAX_WIDTH
        assert 0 < height <= MAX_HEIGHT
