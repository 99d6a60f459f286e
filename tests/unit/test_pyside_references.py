"""faults.md, PySide6 upgrade: it must not bring back the release that loses references to None (6.12.0 on Python 3.11)."""

from __future__ import annotations

import sys

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QPainter


def test_void_methods_keep_the_count_of_none() -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    color = QColor("white")
    buffer = QBuffer()
    before = sys.getrefcount(None)
    for _ in range(2000):
        painter.setPen(color)
        buffer.close()
    after = sys.getrefcount(None)
    painter.end()
    assert after - before > -1000
