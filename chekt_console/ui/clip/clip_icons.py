"""The clip's button icons, drawn from paths so that they follow the theme at any scale."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

_GRID = 16.0
_SCALES = (1, 2, 3)


class ClipIcon(Enum):
    PLAY = "play"
    PAUSE = "pause"
    TO_START = "to start"
    TO_END = "to end"
    STEP_BACK = "step back"
    STEP_FORWARD = "step forward"
    ALARM = "alarm"
    SOUND = "sound"
    MUTED = "muted"
    SNAPSHOT = "snapshot"


def clip_icon(kind: ClipIcon, color: QColor, disabled: QColor) -> QIcon:
    return _drawn(kind, color.name(), disabled.name(), 16)


@lru_cache(maxsize=64)
def _drawn(kind: ClipIcon, color: str, disabled: str, size: int) -> QIcon:
    icon = QIcon()
    for scale in _SCALES:
        for mode, ink in ((QIcon.Mode.Normal, QColor(color)), (QIcon.Mode.Disabled, QColor(disabled))):
            pixmap = QPixmap(size * scale, size * scale)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(size * scale / _GRID, size * scale / _GRID)
            _draw(painter, kind, ink)
            painter.end()
            pixmap.setDevicePixelRatio(scale)
            icon.addPixmap(pixmap, mode)
    return icon


def _draw(painter: QPainter, kind: ClipIcon, ink: QColor) -> None:
    filled, lines = _shape(kind)
    painter.fillPath(filled, ink)
    painter.setPen(QPen(ink, 1.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPath(lines)


def _shape(kind: ClipIcon) -> tuple[QPainterPath, QPainterPath]:
    """What is filled and what is drawn as lines, on a grid of 16."""
    filled, lines = QPainterPath(), QPainterPath()
    match kind:
        case ClipIcon.PLAY:
            filled = _polygon((4, 2.5), (13.5, 8), (4, 13.5))
        case ClipIcon.PAUSE:
            filled.addRoundedRect(QRectF(3.5, 2.5, 3.2, 11), 0.8, 0.8)
            filled.addRoundedRect(QRectF(9.3, 2.5, 3.2, 11), 0.8, 0.8)
        case ClipIcon.TO_START:
            filled = _polygon((8.4, 3.5), (3.4, 8), (8.4, 12.5))
            filled.addPath(_polygon((13.8, 3.5), (8.8, 8), (13.8, 12.5)))
            filled.addRect(QRectF(1.6, 3.5, 1.6, 9))
        case ClipIcon.TO_END:
            filled = _polygon((7.6, 3.5), (12.6, 8), (7.6, 12.5))
            filled.addPath(_polygon((2.2, 3.5), (7.2, 8), (2.2, 12.5)))
            filled.addRect(QRectF(12.8, 3.5, 1.6, 9))
        case ClipIcon.STEP_BACK:
            filled = _polygon((10, 3.5), (3, 8), (10, 12.5))
            filled.addRect(QRectF(11.6, 3.5, 1.8, 9))
        case ClipIcon.STEP_FORWARD:
            filled = _polygon((6, 3.5), (13, 8), (6, 12.5))
            filled.addRect(QRectF(2.6, 3.5, 1.8, 9))
        case ClipIcon.ALARM:
            filled = _polygon((4.6, 5), (11.4, 5), (8, 10))
            lines.moveTo(8, 9)
            lines.lineTo(8, 14)
            lines.moveTo(2, 14)
            lines.lineTo(14, 14)
            lines.moveTo(8, 1.5)
            lines.lineTo(8, 2.6)
        case ClipIcon.SOUND | ClipIcon.MUTED:
            filled = _polygon((2, 6), (4.6, 6), (8, 3), (8, 13), (4.6, 10), (2, 10))
            if kind is ClipIcon.SOUND:
                lines.arcMoveTo(QRectF(6.4, 4.8, 6.4, 6.4), -50)
                lines.arcTo(QRectF(6.4, 4.8, 6.4, 6.4), -50, 100)
                lines.arcMoveTo(QRectF(4.6, 2.8, 10.4, 10.4), -50)
                lines.arcTo(QRectF(4.6, 2.8, 10.4, 10.4), -50, 100)
            else:
                lines.moveTo(10.4, 6)
                lines.lineTo(14.4, 10)
                lines.moveTo(14.4, 6)
                lines.lineTo(10.4, 10)
        case ClipIcon.SNAPSHOT:
            lines.addRoundedRect(QRectF(1.6, 4.4, 12.8, 8.6), 1.6, 1.6)
            lines.moveTo(5.4, 4.2)
            lines.lineTo(6.4, 2.8)
            lines.lineTo(9.6, 2.8)
            lines.lineTo(10.6, 4.2)
            lines.addEllipse(QPointF(8, 8.7), 2.4, 2.4)
    return filled, lines


def _polygon(*points: tuple[float, float]) -> QPainterPath:
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    path.closeSubpath()
    return path
