"""A small real clip: a white square that moves four pixels right with every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

WIDTH, HEIGHT, FPS, SECONDS = 640, 360, 25, 6
SIDE = 32
STEP = 4


def encode(path: Path) -> Path:
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"g": "50", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FPS * SECONDS):
            picture = np.full((HEIGHT, WIDTH, 3), 24, np.uint8)
            left = number * STEP
            picture[100 : 100 + SIDE, left : left + SIDE] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def frame_number(row: bytes) -> int:
    """Which frame a picture is, from the 32-bit pixels of a line through the square."""
    bright = np.frombuffer(row, np.uint8).reshape(-1, 4)[:, 1] > 128
    return round(int(np.argmax(bright)) / STEP)


def brightest(row: bytes) -> int:
    """Where in a line of 32-bit pixels it is brightest."""
    return int(np.argmax(np.frombuffer(row, np.uint8).reshape(-1, 4)[:, 1]))
