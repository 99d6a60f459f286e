"""Pictures handed from the helper process to the window through a mapped file with a few slots.

A plain mapped file, not multiprocessing.shared_memory: before Python 3.13 the resource tracker of a killed helper
deletes the window's block.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

SLOTS = 4
MAX_WIDTH = 1920
MAX_HEIGHT = 1088
_SLOT_BYTES = MAX_WIDTH * MAX_HEIGHT * 4
_HEADER = struct.Struct("<QIIIIq")  # sequence, width, height, stride, clip number, time in microseconds
_HEADER_BYTES = 64
_STEP = _HEADER_BYTES + _SLOT_BYTES
RING_BYTES = SLOTS * _STEP


@dataclass(frozen=True, slots=True)
class RingFrame:
    """A picture of 32-bit pixels (blue, green, red, unused). `clip` is the number the open command carried."""

    sequence: int
    width: int
    height: int
    stride: int
    clip: int
    time_s: float
    pixels: memoryview


def fitted(width: int, height: int, box: tuple[int, int] = (MAX_WIDTH, MAX_HEIGHT)) -> tuple[int, int]:
    """The largest even size of the same shape that a slot and `box` hold; never larger than the video itself."""
    scale = min(1.0, box[0] / width, min(box[1], 1080) / height)
    if scale == 1.0 and width * height * 4 <= _SLOT_BYTES:
        return width, height
    return max(2, int(width * scale) // 2 * 2), max(2, int(height * scale) // 2 * 2)


class FrameRing:
    """The window makes the file (`create`), the helper opens it and writes; slots are reused in turn."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path
        if create:
            with path.open("wb") as made:
                made.truncate(RING_BYTES)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), RING_BYTES)
        self._view = memoryview(self._map)
        self._sequence = 0

    def begin(self) -> int:
        """Offset of the slot that `publish` will hand over next; the old picture in it is gone at once."""
        base = self._base(self._sequence + 1)
        _HEADER.pack_into(self._map, base, 0, 0, 0, 0, 0, 0)
        return base + _HEADER_BYTES

    def slot_for_writing(self) -> memoryview:
        offset = self.begin()
        return self._view[offset : offset + _SLOT_BYTES]

    def address(self) -> int:
        """Where the file is mapped, for a native library that writes into a slot by itself."""
        return ctypes.addressof(ctypes.c_char.from_buffer(self._map))

    def publish(self, width: int, height: int, stride: int, *, clip: int, time_s: float) -> int:
        self._sequence += 1
        base = self._base(self._sequence)
        _HEADER.pack_into(self._map, base, self._sequence, width, height, stride, clip, round(time_s * 1e6))
        return self._sequence

    def look(self, sequence: int) -> RingFrame | None:
        """That picture in place, or None when it was overwritten meanwhile (or a helper wrote nonsense).

        Copy the pixels, then ask `is_whole` whether the helper began to write over them during the copy.
        """
        base = self._base(sequence)
        found, width, height, stride, clip, time_us = _HEADER.unpack_from(self._map, base)
        size = stride * height
        if found != sequence or not 0 < size <= _SLOT_BYTES or not 0 < width * 4 <= stride:
            return None
        begin = base + _HEADER_BYTES
        return RingFrame(
            sequence, width, height, stride, clip, time_us / 1e6, self._view[begin : begin + size]
        )

    def is_whole(self, sequence: int) -> bool:
        return bool(_HEADER.unpack_from(self._map, self._base(sequence))[0] == sequence)

    def close(self, *, remove: bool = False) -> None:
        self._view.release()
        self._map.close()
        if remove:
            self.path.unlink(missing_ok=True)

    @staticmethod
    def _base(sequence: int) -> int:
        return (sequence % SLOTS) * _STEP
