"""Small line drawings for kinds of devices and what they can do; drawn as paths, sharp at every scale."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen

from chekt_console.domain.device import DeviceKind

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

ICON_PX = 14


def draw_icon(
    painter: QPainter, name: str, left: float, top: float, color: QColor, size: float = ICON_PX
) -> None:
    """Draw the named icon into a square; the painter is left as it was."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(left, top)
    painter.scale(size / ICON_PX, size / ICON_PX)
    pen = QPen(color, 1.25)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(icon_path(name))
    solid = _solid_part(name)
    if not solid.isEmpty():
        painter.fillPath(solid, color)
    painter.restore()


def kind_icon(kind: DeviceKind) -> str:
    """`audio` alone is the capability."""
    return "audio-device" if kind is DeviceKind.AUDIO else kind.value


@cache
def icon_path(name: str) -> QPainterPath:
    """Outline on a 14 x 14 grid."""
    path = QPainterPath()
    match name:
        case "ptz":
            for dx, dy in ((0, -1), (1, 0), (0, 1), (-1, 0)):
                tip = QPointF(7 + dx * 6, 7 + dy * 6)
                path.moveTo(QPointF(7 + dx * 2, 7 + dy * 2))
                path.lineTo(tip)
                for side in (-1, 1):
                    path.moveTo(tip)
                    path.lineTo(QPointF(7 + dx * 4 + dy * side * 2, 7 + dy * 4 + dx * side * 2))
        case "audio-device":
            path = _speaker()
        case "audio":
            path.addRoundedRect(QRectF(5, 1, 4, 7), 2, 2)
            path.moveTo(2.5, 6)
            path.arcTo(QRectF(2.5, 1.5, 9, 9), 180, 180)
            path.moveTo(7, 10.5)
            path.lineTo(7, 13)
        case "record":
            path.addEllipse(QPointF(7, 7), 5.5, 5.5)
        case "motion":
            for radius in (3.0, 5.8):
                box = QRectF(7 - radius, 7 - radius, radius * 2, radius * 2)
                for start in (-40, 140):
                    path.arcMoveTo(box, start)
                    path.arcTo(box, start, 80)
        case "panel":
            path.addRoundedRect(QRectF(2, 1.5, 10, 11), 1.5, 1.5)
            path.addRect(QRectF(4, 3.5, 6, 2.5))
        case "partition":
            path.addRoundedRect(QRectF(1.5, 2, 11, 10), 1.5, 1.5)
            path.moveTo(7, 2)
            path.lineTo(7, 12)
        case "zone":
            path.moveTo(7, 1)
            for x, y in ((13, 7), (7, 13), (1, 7)):
                path.lineTo(x, y)
            path.closeSubpath()
        case "bridge":
            path.addRoundedRect(QRectF(1.5, 7, 11, 5), 1.5, 1.5)
            for x, lean in ((4, -1), (10, 1)):
                path.moveTo(x, 7)
                path.lineTo(x + lean, 2)
        case "camera":
            path.addRoundedRect(QRectF(1, 3.5, 8.5, 7), 1.5, 1.5)
            path.moveTo(9.5, 6.5)
            path.lineTo(13, 4.2)
            path.lineTo(13, 9.8)
            path.lineTo(9.5, 7.5)
        case _:
            path.addRoundedRect(QRectF(2, 2, 10, 10), 2, 2)
    return path


def _speaker() -> QPainterPath:
    path = QPainterPath(QPointF(1.5, 5))
    for x, y in ((4, 5), (7, 2), (7, 12), (4, 9), (1.5, 9)):
        path.lineTo(x, y)
    path.closeSubpath()
    box = QRectF(5, 3.5, 7, 7)
    path.arcMoveTo(box, -50)
    path.arcTo(box, -50, 100)
    return path


@cache
def _solid_part(name: str) -> QPainterPath:
    path = QPainterPath()
    match name:
        case "record":
            path.addEllipse(QPointF(7, 7), 2.4, 2.4)
        case "motion":
            path.addEllipse(QPointF(7, 7), 1.3, 1.3)
        case "zone":
            path.addEllipse(QPointF(7, 7), 1.6, 1.6)
        case "panel":
            for x in (5, 7, 9):
                path.addEllipse(QPointF(x, 9.5), 0.8, 0.8)
        case "bridge":
            path.addEllipse(QPointF(4.5, 9.5), 0.9, 0.9)
    return path
