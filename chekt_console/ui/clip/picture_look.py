"""Lighter or clearer for the eye: what is painted changes, never the file, the snapshot or the evidence."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtGui import QImage

_STEPS = np.arange(256, dtype=np.float64) / 255


class Look(Enum):
    AS_IT_IS = "Picture as it is"
    LIGHTER = "Lighter"
    MUCH_LIGHTER = "Much lighter"
    CLEARER = "More contrast"


_TABLES = {
    Look.LIGHTER: np.round(255 * _STEPS**0.65).astype(np.uint8),
    Look.MUCH_LIGHTER: np.round(255 * _STEPS**0.4).astype(np.uint8),
    Look.CLEARER: np.round(255 * np.clip((_STEPS - 0.5) * 1.6 + 0.5, 0, 1)).astype(np.uint8),
}


def looked(image: QImage, look: Look) -> QImage:
    """A picture of its own; the given one stays as it is."""
    table = _TABLES.get(look)
    if table is None or image.isNull():
        return image
    changed = image.convertToFormat(QImage.Format.Format_RGB32).copy()
    points = np.frombuffer(changed.bits(), np.uint8)
    np.take(table, points, out=points)
    return changed
