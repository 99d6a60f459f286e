"""Paints a row of the device tree: kind, title, what it can do, status dot and word."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QToolTip

from chekt_console.domain.event import EventKind
from chekt_console.ui.devices.device_icons import draw_icon, kind_icon
from chekt_console.ui.devices.devices_geometry import (
    CAPABILITY,
    ICON,
    ROW_HEIGHT,
    RowParts,
    capability_at,
    lay_out,
)
from chekt_console.ui.devices.devices_model import CAPABILITIES_ROLE, DEVICE_ROLE, STATUS_ROLE, WARNING_ROLE
from chekt_console.ui.shared.event_marks import draw_mark

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QStyleOptionViewItem

    from chekt_console.domain.device import Device
    from chekt_console.ui.shared.theme import Colors, Theme

_Index = QModelIndex | QPersistentModelIndex
_TEXT_PX = 13
_GOOD = ("online", "closed", "normal", "ok", "active", "ready")
_BAD = ("offline", "degraded", "error", "tamper", "low battery", "trouble", "fault")


def status_color(status: str, colors: Colors) -> QColor:
    if status == "alarm":
        return colors.alarm
    if status in _BAD:
        return colors.trouble
    if status in _GOOD:
        return colors.good
    return colors.faint


class DevicesDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def _fonts(self, base: QFont) -> tuple[QFont, QFont]:
        title, status = QFont(base), QFont(base)
        size = max(_TEXT_PX, QFontInfo(base).pixelSize())
        title.setPixelSize(size)
        status.setPixelSize(size - 1)
        return title, status

    def _parts(self, rect: QRect, base: QFont, index: _Index) -> RowParts:
        title, status = self._fonts(base)
        word = index.data(STATUS_ROLE) or ""
        return lay_out(
            rect.left(),
            rect.right(),
            QFontMetrics(title).horizontalAdvance(index.data()) + 2,
            len(index.data(CAPABILITIES_ROLE) or ()),
            QFontMetrics(status).horizontalAdvance(word) if word else 0,
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        rect: QRect = option.rect
        colors = self._theme.colors
        device: Device | None = index.data(DEVICE_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selected)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.raised)
        title_font, status_font = self._fonts(option.font)
        parts = self._parts(rect, option.font, index)
        top = rect.center().y() - ICON / 2 + 0.5
        middle = Qt.AlignmentFlag.AlignVCenter
        left = parts.title_left
        if device is None:
            left = parts.icon_left
        else:
            draw_icon(painter, kind_icon(device.kind), parts.icon_left, top, colors.muted)
        painter.setFont(title_font)
        painter.setPen(colors.text if device is not None else colors.muted)
        title = QFontMetrics(title_font).elidedText(
            index.data(), Qt.TextElideMode.ElideRight, parts.title_width
        )
        painter.drawText(QRect(left, rect.top(), parts.title_width + 4, rect.height()), middle, title)
        for edge, (icon, _) in zip(parts.capabilities, index.data(CAPABILITIES_ROLE) or (), strict=False):
            draw_icon(painter, icon, edge, top + 1, colors.muted, CAPABILITY)
        word = index.data(STATUS_ROLE)
        if device is not None and word:
            color = status_color(device.status, colors)
            warning = index.data(WARNING_ROLE)
            centre = QPointF(parts.dot_centre, rect.center().y() + 0.5)
            if warning:
                color = colors.trouble
                # Something to look at, whatever the device itself says.
                draw_mark(painter, EventKind.TROUBLE, centre.x(), centre.y(), color, height=8)
            else:
                _draw_dot(painter, centre, device.status, color)
            painter.setFont(status_font)
            is_bad = warning or device.status == "alarm" or device.status in _BAD
            painter.setPen(color if is_bad else colors.muted)
            painter.drawText(
                QRect(parts.status_left, rect.top(), rect.right() - parts.status_left, rect.height()),
                middle,
                word,
            )
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        extra = max(0, QFontInfo(option.font).pixelSize() - _TEXT_PX)
        return QSize(160, ROW_HEIGHT + extra * 3 // 2)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Over an icon its meaning, elsewhere everything about the device."""
        if event.type() == QEvent.Type.ToolTip and index.isValid():
            words = self.capability_at(view, index, event.pos().x())
            if words:
                QToolTip.showText(event.globalPos(), f"<qt>{escape(words)}</qt>", view)
                return True
        return super().helpEvent(event, view, option, index)

    def capability_at(self, view: QAbstractItemView, index: _Index, x: int) -> str:
        """What the icon under x means; "" beside the icons."""
        number = capability_at(self._parts(view.visualRect(index), view.font(), index), x)
        can = index.data(CAPABILITIES_ROLE) or ()
        return can[number][1] if number >= 0 else ""


def _draw_dot(painter: QPainter, centre: QPointF, status: str, color: QColor) -> None:
    """Filled when it is well, the bar of an alarm in alarm, hollow when it is away or switched off."""
    if status == "alarm":
        draw_mark(painter, EventKind.ALARM, centre.x(), centre.y(), color, height=12)
    elif status in _GOOD:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(centre, 3.4, 3.4)
    else:
        painter.setPen(QPen(color, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, 2.9, 2.9)
