"""Paints a row of the sites list: mark, name, account and address, armed state, alarm and trouble counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import EventKind
from chekt_console.ui.shared.event_marks import draw_mark
from chekt_console.ui.sites.sites_model import ROW_ROLE

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QStyleOptionViewItem

    from chekt_console.ui.shared.theme import Colors, Theme
    from chekt_console.ui.sites.site_facts import SiteRow

_ROW_HEIGHT = 48
_TEXT_PX = 13
_LEFT = 32
_RIGHT = 12
_MARK_X = 16.0
_ALARM_PX, _TROUBLE_PX = 14, 11
_CHIP_HEIGHT = 18
_MAX_CHIPS = 200


def text_px(font: QFont) -> int:
    """Size of running text; larger where the person's system asks for it."""
    return max(_TEXT_PX, QFontInfo(font).pixelSize())


def row_height(font: QFont) -> int:
    return _ROW_HEIGHT + (text_px(font) - _TEXT_PX) * 3


class _Fonts:
    """Fonts and their measures, made once per base font."""

    def __init__(self, base: QFont) -> None:
        size = text_px(base)
        self.extra = size - _TEXT_PX
        self.name = QFont(base)
        self.name.setPixelSize(size + 1)
        self.name.setWeight(QFont.Weight.DemiBold)
        self.detail = QFont(base)
        self.detail.setPixelSize(size - 1)
        self.chip = QFont(base)
        self.chip.setPixelSize(size - 1)
        self.chip.setWeight(QFont.Weight.DemiBold)
        self.name_metrics = QFontMetrics(self.name)
        self.detail_metrics = QFontMetrics(self.detail)
        self.chip_metrics = QFontMetrics(self.chip)


class SitesDelegate(QStyledItemDelegate):
    """Everything is drawn here at fixed places; no widget per row, no style calls."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fonts: _Fonts | None = None
        self._font_key = ""
        self._chips: dict[tuple[object, ...], QPixmap] = {}

    def _fonts_for(self, font: QFont) -> _Fonts:
        key = font.key()
        if self._fonts is None or key != self._font_key:
            self._fonts = _Fonts(font)
            self._font_key = key
            self._chips.clear()
        return self._fonts

    def _chip(self, row: SiteRow, ratio: float, colors: Colors, fonts: _Fonts) -> QPixmap:
        """Few different chips, many rows: each is drawn once and copied."""
        key = (row.state_text, row.mode, row.is_armed, ratio, colors.is_dark)
        chip = self._chips.get(key)
        if chip is None:
            if len(self._chips) >= _MAX_CHIPS:
                self._chips.clear()
            chip = self._chips[key] = _paint_state(row, ratio, colors, fonts)
        return chip

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: SiteRow = index.data(ROW_ROLE)
        colors = self._theme.colors
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        fonts = self._fonts_for(option.font)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.raised)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colors.line)
        top, right = rect.top(), rect.right() - _RIGHT
        _draw_mark(painter, row, QPointF(rect.left() + _MARK_X, top + 17.0 + fonts.extra * 0.6), colors)
        chip = self._chip(row, painter.device().devicePixelRatioF(), colors, fonts)
        chip_left = right - math.ceil(chip.deviceIndependentSize().width())
        painter.drawPixmap(chip_left, top + 7, chip)
        badges_left = _draw_badges(painter, row, right, top + 27 + fonts.extra * 3 // 2, colors, fonts)
        painter.setFont(fonts.name)
        painter.setPen(colors.text)
        room = chip_left - 8 - rect.left() - _LEFT
        name = fonts.name_metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect.left() + _LEFT, top + 21 + fonts.extra, name)
        painter.setFont(fonts.detail)
        left, line = rect.left() + _LEFT, top + 38 + fonts.extra * 5 // 2
        detail = row.detail
        if row.caution:
            painter.setPen(colors.trouble)
            painter.drawText(left, line, row.caution)
            left += fonts.detail_metrics.horizontalAdvance(row.caution)
            detail = f" · {detail}" if detail else ""
        painter.setPen(colors.muted)
        detail = fonts.detail_metrics.elidedText(detail, Qt.TextElideMode.ElideRight, badges_left - 8 - left)
        painter.drawText(left, line, detail)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, row_height(option.font))


def _draw_mark(painter: QPainter, row: SiteRow, centre: QPointF, colors: Colors) -> None:
    """Shape and colour both tell: alarm a bar and trouble a triangle as on the timeline, unknown a ring, quiet a disc."""
    if row.alarms:
        draw_mark(painter, EventKind.ALARM, centre.x(), centre.y(), colors.alarm, height=_ALARM_PX)
    elif row.troubles:
        draw_mark(painter, EventKind.TROUBLE, centre.x(), centre.y(), colors.trouble, height=_TROUBLE_PX)
    elif row.is_armed is None and row.state_text == "Unknown":
        painter.setPen(QPen(colors.faint, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, 3.6, 3.6)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.good)
        painter.drawEllipse(centre, 4.4, 4.4)


def _paint_state(row: SiteRow, ratio: float, colors: Colors, fonts: _Fonts) -> QPixmap:
    """The armed state as a filled chip; a hollow one when it is not known."""
    text = fonts.chip_metrics.elidedText(row.state_text, Qt.TextElideMode.ElideRight, 118)
    width = fonts.chip_metrics.horizontalAdvance(text) + 14
    height = _CHIP_HEIGHT + fonts.extra
    pixmap = QPixmap(math.ceil(width * ratio), math.ceil(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    frame = QRectF(0, 0, width, height)
    if row.mode is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.mode(row.mode))
        ink = colors.on_disarmed if row.mode is ArmingMode.DISARMED else colors.on_mode
    else:
        ink = colors.arming if row.is_armed or row.state_text != "Unknown" else colors.muted
        painter.setPen(QPen(ink, 1, Qt.PenStyle.SolidLine if row.is_armed else Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        frame.adjust(0.5, 0.5, -0.5, -0.5)
    painter.drawRoundedRect(frame, 5, 5)
    painter.setFont(fonts.chip)
    painter.setPen(ink)
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap


def _draw_badges(painter: QPainter, row: SiteRow, right: int, top: int, colors: Colors, fonts: _Fonts) -> int:
    """Alarm and trouble counts, or when the state was read. Returns the left edge."""
    left, height = right, 16 + fonts.extra
    if row.alarms:
        text = f"{row.alarms}" if row.alarms < 1000 else "999+"
        width = max(20, fonts.chip_metrics.horizontalAdvance(text) + 12)
        frame = QRectF(left - width, top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.alarm)
        painter.drawRoundedRect(frame, 5, 5)
        painter.setFont(fonts.chip)
        painter.setPen(colors.on_mode if colors.is_dark else colors.on_accent)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
        left -= width + 6
    if row.troubles:
        text = f"{row.troubles}" if row.troubles < 1000 else "999+"
        width = fonts.chip_metrics.horizontalAdvance(text)
        painter.setFont(fonts.chip)
        painter.setPen(colors.trouble)
        painter.drawText(
            QRectF(left - width, top, width + 1, height), Qt.AlignmentFlag.AlignVCenter.value, text
        )
        middle = top + height / 2 + 0.5
        draw_mark(
            painter, EventKind.TROUBLE, left - width - 9, middle, colors.trouble, height=_TROUBLE_PX - 1
        )
        left -= width + 20
    if not row.alarms and not row.troubles and row.as_of_text:
        width = fonts.detail_metrics.horizontalAdvance(row.as_of_text)
        painter.setFont(fonts.detail)
        painter.setPen(colors.faint)
        painter.drawText(right - width, top + 11 + fonts.extra, row.as_of_text)
        left -= width
    return left
