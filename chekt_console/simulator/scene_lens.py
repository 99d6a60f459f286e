"""The simulated camera's lens: metres of a room to pixels and back."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]

_NEAR_M = 0.15


class Lens:
    """A pinhole at (0, height, 0) that looks along +z and down. x is to the right, y up, units metres."""

    def __init__(
        self, width: int, height: int, *, above_m: float, down_deg: float, focal: float = 0.72
    ) -> None:
        self.width, self.height = width, height
        self.eye = np.array([0.0, above_m, 0.0], np.float32)
        self.focal_px = focal * width
        self._cos, self._sin = math.cos(math.radians(down_deg)), math.sin(math.radians(down_deg))

    def seen(self, points: Floats) -> Floats:
        """World points (n, 3) as (right, up, ahead) of the lens."""
        x, y, z = points[:, 0], points[:, 1] - self.eye[1], points[:, 2]
        return np.stack([x, y * self._cos + z * self._sin, z * self._cos - y * self._sin], axis=1)

    def on_picture(self, seen: Floats) -> Floats:
        """(right, up, ahead) to pixels (n, 2)."""
        ahead = np.maximum(seen[:, 2], _NEAR_M)
        return np.stack(
            [
                self.width / 2 + self.focal_px * seen[:, 0] / ahead,
                self.height / 2 - self.focal_px * seen[:, 1] / ahead,
            ],
            axis=1,
        )

    def project(self, point: tuple[float, float, float]) -> tuple[float, float, float]:
        """One world point: pixel x, pixel y, and metres ahead of the lens (negative is behind)."""
        x, y, z = point
        y -= float(self.eye[1])
        up, ahead = y * self._cos + z * self._sin, z * self._cos - y * self._sin
        far = max(ahead, _NEAR_M)
        return self.width / 2 + self.focal_px * x / far, self.height / 2 - self.focal_px * up / far, ahead

    def outline(self, corners: Floats) -> Floats:
        """The pixels of a flat shape's corners, the part behind the lens cut off; may be empty."""
        seen = self.seen(corners)
        kept: list[Floats] = []
        for here, after in zip(seen, np.roll(seen, -1, axis=0), strict=True):
            if here[2] >= _NEAR_M:
                kept.append(here)
            if (here[2] >= _NEAR_M) != (after[2] >= _NEAR_M):
                share = (_NEAR_M - here[2]) / (after[2] - here[2])
                kept.append(here + share * (after - here))
        return self.on_picture(np.array(kept, np.float32)) if len(kept) > 2 else np.empty((0, 2), np.float32)

    def rays(self, left: int, top: int, right: int, bottom: int) -> Floats:
        """World directions (h, w, 3) through the pixels of a rectangle; their length along the lens axis is 1."""
        right_of, down = np.meshgrid(
            (np.arange(left, right, dtype=np.float32) + 0.5 - self.width / 2) / self.focal_px,
            (np.arange(top, bottom, dtype=np.float32) + 0.5 - self.height / 2) / self.focal_px,
        )
        up = -down
        return np.stack([right_of, up * self._cos - self._sin, up * self._sin + self._cos], axis=-1)
