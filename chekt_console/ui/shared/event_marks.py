"""The shape and colour of one event by kind, the same in every pane and in the legend: never told apart by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from chekt_console.ui.shared.theme import Colors

SHAPES = {
    EventKind.ALARM: "tall bar",
    EventKind.TROUBLE: "triangle",
    EventKind.ARMING: "diamond",
    EventKind.ACTIVITY: "small dot",
}


def kind_color(kind: EventKind, colors: Colors) -> QColor:
    return {
        EventKind.ALARM: colors.alarm,
        EventKind.TROUBLE: colors.trouble,
        EventKind.ARMING: colors.arming,
        EventKind.ACTIVITY: colors.muted,
    }[kind]


def draw_mark(
    painter: QPainter,
    kind: EventKind,
    x: float,
    y: float,
    color: QColor,
    *,
    height: float,
    is_hollow: bool = False,
) -> None:
    """One event centred at x, y; `height` is that of an alarm. Hollow marks have been decided."""
    painter.setPen(QPen(color, 1.3) if is_hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if is_hollow else color)
    half = height / 2
    if kind is EventKind.ALARM:
        painter.drawRoundedRect(QRectF(x - 2.5, y - half, 5, height), 1.5, 1.5)
    elif kind is EventKind.TROUBLE:
        size = min(6.0, half)
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, y - size), QPointF(x + size, y + size * 0.8), QPointF(x - size, y + size * 0.8)]
            )
        )
    elif kind is EventKind.ARMING:
        size = min(5.5, half)
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, y - size), QPointF(x + size, y), QPointF(x, y + size), QPointF(x - size, y)]
            )
        )
    else:
        painter.drawEllipse(QPointF(x, y), 2.5, 2.5)
