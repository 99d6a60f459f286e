"""Marks of single events as small pictures: drawn once, then copied."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from chekt_console.ui.shared.event_marks import draw_mark, kind_color

if TYPE_CHECKING:
    from chekt_console.domain.event import EventKind
    from chekt_console.ui.shared.theme import Colors

_WIDTH_PX = 16


class MarkPictures:
    """For one theme, height and ratio at a time."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._pictures: dict[tuple[EventKind, bool], QPixmap] = {}
        self._corner = QPointF()

    def use(self, colors: Colors, height: float, ratio: float) -> None:
        key = (colors, height, ratio)
        if key != self._key:
            self._key = key
            self._pictures.clear()
            self._colors, self._height, self._ratio = colors, height, ratio
            self._tall = ceil(height) + 4
            self._corner = QPointF(_WIDTH_PX / 2, self._tall / 2)

    def draw(self, painter: QPainter, kind: EventKind, x: float, y: float, *, is_hollow: bool) -> None:
        """Centred at x, y."""
        picture = self._pictures.get((kind, is_hollow))
        if picture is None:
            picture = self._pictures[kind, is_hollow] = self._made(kind, is_hollow=is_hollow)
        painter.drawPixmap(QPointF(x, y) - self._corner, picture)

    def _made(self, kind: EventKind, *, is_hollow: bool) -> QPixmap:
        picture = QPixmap(ceil(_WIDTH_PX * self._ratio), ceil(self._tall * self._ratio))
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = kind_color(kind, self._colors)
        x, y = self._corner.x(), self._corner.y()
        draw_mark(painter, kind, x, y, color, height=self._height, is_hollow=is_hollow)
        painter.end()
        return picture
