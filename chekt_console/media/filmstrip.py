"""Small pictures of a whole clip side by side, made one at a time so that the helper stays ready for commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import av.error

from chekt_console.media.strip_shape import CELL_HEIGHT, CELL_WIDTH, CELLS

if TYPE_CHECKING:
    from av.container import InputContainer

_MAX_FRAMES = 120  # decoded for one cell: a clip without key frames must not hold up everything


class Filmstrip:
    """Reads the file through a container of its own, so that the frame on screen is not disturbed."""

    stride = CELLS * CELL_WIDTH * 4

    def __init__(self, container: InputContainer, duration_s: float) -> None:
        self._container = container
        self._stream = container.streams.video[0]
        self._duration_s = duration_s
        self._start_s = float((self._stream.start_time or 0) * (self._stream.time_base or 0))
        self._cell = 0
        self.pixels = bytearray(self.stride * CELL_HEIGHT)

    @property
    def is_done(self) -> bool:
        return self._cell >= CELLS

    def advance(self) -> None:
        """One more cell; a place that cannot be decoded stays dark."""
        middle_s = (self._cell + 0.5) / CELLS * self._duration_s
        try:
            frame = self._frame_near(middle_s)
        except (av.error.FFmpegError, ValueError):
            frame = None
        if frame is not None:
            small = frame.reformat(width=CELL_WIDTH, height=CELL_HEIGHT, format="bgra")
            plane = small.planes[0]
            data = memoryview(plane)
            for row in range(CELL_HEIGHT):
                to = row * self.stride + self._cell * CELL_WIDTH * 4
                line = data[row * plane.line_size : row * plane.line_size + CELL_WIDTH * 4]
                self.pixels[to : to + CELL_WIDTH * 4] = line
        self._cell += 1

    def close(self) -> None:
        self._container.close()

    def _frame_near(self, seconds: float) -> av.VideoFrame | None:
        time_base = self._stream.time_base
        if time_base is None:
            return None
        target = int((seconds + self._start_s) / float(time_base))
        self._container.seek(max(0, target), stream=self._stream, backward=True)
        best = None
        for number, frame in enumerate(self._container.decode(self._stream)):
            best = frame
            if frame.pts is None or frame.pts >= target or number >= _MAX_FRAMES:
                break
        return best
