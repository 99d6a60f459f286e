"""The engine of exact frames, driven as its helper process drives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.media.av_engine import AvEngine
from chekt_console.media.frame_ring import FrameRing
from tests.unit.media.moving_square import FPS, SECONDS

if TYPE_CHECKING:
    from pathlib import Path


def test_a_clip_that_plays_too_fast_for_this_computer_ends_at_its_last_picture(
    tmp_path: Path, clip_file: Path
) -> None:
    ring = FrameRing(tmp_path / "frames.ring", create=True)
    told: list[tuple[str, dict[str, Any]]] = []
    engine = AvEngine(ring, lambda fact, **values: told.append((fact, values)))
    engine.open(str(clip_file), 1)
    engine.set_speed(1000.0)
    engine.play()
    while told[-1][0] != "ended":
        engine.tick()
    engine.close()
    ring.close(remove=True)
    times = [values["time_s"] for fact, values in told if fact == "frame"]
    assert len(times) < FPS * SECONDS
    assert times[-1] == pytest.approx(SECONDS - 1 / FPS)
