"""What a recorder writes into its pictures: local time, site and camera, and the mark of an alarm."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]
_RED = (255, 59, 48)
_EDGE_PX = 3


class BurnIn:
    """Lays text over frames of one size."""

    def __init__(self, width: int, height: int, site_name: str, camera_name: str, timezone: str) -> None:
        self._width, self._height = width, height
        self._zone = ZoneInfo(timezone)
        self._size = max(11, round(height / 32))
        self._letters: dict[str, tuple[Mask, int]] = {}
        self._font = ImageFont.load_default(self._size)
        self._margin = round(height / 45)
        self._names = self._mask(f"{site_name}  ·  {camera_name}")
        self._alarm = self._mask("ALARM")
        self._clock_px = 0

    def write(self, frame: Picture, now_ms: int) -> None:
        """The instant at the top right, the names at the bottom left."""
        local = datetime.fromtimestamp(now_ms / 1000, self._zone)
        clock = self._mask(f"{local:%a %Y-%m-%d  %H:%M:%S}.{now_ms % 1000:03d} {local:%Z}")
        # At the right edge, a text whose width changes with its digits would jitter.
        self._clock_px = max(self._clock_px, clock.shape[1])
        _stamp(frame, clock, self._width - self._margin - self._clock_px, self._margin)
        _stamp(frame, self._names, self._margin, self._height - self._margin - self._names.shape[0])

    def mark_alarm(self, frame: Picture) -> None:
        """A thin red frame around the picture with the word in its corner."""
        thick = max(2, self._height // 180)
        red = np.array(_RED, np.uint8)
        frame[:thick] = frame[-thick:] = red
        frame[:, :thick] = frame[:, -thick:] = red
        high, wide = self._alarm.shape
        pad = self._size // 3
        top = self._height - self._margin - high - 2 * pad
        left = self._width - self._margin - wide - 2 * pad
        frame[top : top + high + 2 * pad, left : left + wide + 2 * pad] = red
        _stamp(frame, self._alarm, left + pad, top + pad)

    def _mask(self, text: str) -> Mask:
        """The letters' own masks side by side: much quicker than drawing a text for every frame."""
        wide = sum(self._letter(letter)[1] for letter in text) + 2 * _EDGE_PX
        mask = np.zeros((round(self._size * 1.4), wide), np.uint8)
        left = 0
        for letter in text:
            shape, step = self._letter(letter)
            area = mask[:, left : left + shape.shape[1]]
            np.maximum(area, shape[:, : area.shape[1]], out=area)
            left += step
        return mask[:, : self._width - 2 * self._margin]

    def _letter(self, letter: str) -> tuple[Mask, int]:
        """0 nothing, up to 120 the dark edge, above it the white letter; and the step to the next one."""
        if letter not in self._letters:
            step = round(self._font.getlength(letter))
            image = Image.new("L", (step + 2 * _EDGE_PX, round(self._size * 1.4)))
            draw = ImageDraw.Draw(image)
            edge = max(1, self._size // 14)
            draw.text((_EDGE_PX, 1), letter, font=self._font, fill=120, stroke_width=edge, stroke_fill=120)
            draw.text((_EDGE_PX, 1), letter, font=self._font, fill=255)
            self._letters[letter] = np.asarray(image), step
        return self._letters[letter]


def _stamp(frame: Picture, mask: Mask, left: int, top: int) -> None:
    area = frame[top : top + mask.shape[0], left : left + mask.shape[1]]
    shape = mask[: area.shape[0], : area.shape[1], None].astype(np.float32)
    edge = np.minimum(shape / 120, 1)
    letter = np.clip((shape - 120) / 135, 0, 1)
    area[:] = area * (1 - 0.75 * edge) * (1 - letter) + 240 * letter
