"""Paints a cell of the fleet: tick, name over number, week, armed state, counts in the colour of what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from chekt_console.domain.arming import ArmingMode
from chekt_console.ui.fleet.fleet_columns import (
    CHECK,
    COLUMNS,
    LOOK,
    NOW,
    ONLINE,
    OPEN,
    SITE,
    WEEK,
    number_words,
)
from chekt_console.ui.fleet.fleet_model import ROW_ROLE
from chekt_console.ui.fleet.week_bar import BAR_HEIGHT, paint_week

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel, QObject
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QStyleOptionViewItem

    from chekt_console.services.fleet_service import FleetRow
    from chekt_console.ui.shared.theme import Colors, Theme

ROW_HEIGHT = 44
_PAD = 8
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class FleetDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, first_day: int = 0, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._first_day = first_day

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: FleetRow = index.data(ROW_ROLE)
        colors = self._theme.colors
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        tick = index.sibling(index.row(), CHECK).data(Qt.ItemDataRole.CheckStateRole)
        is_ticked = tick == Qt.CheckState.Checked
        painter.save()
        if is_ticked:
            painter.fillRect(rect, colors.selected)
        elif state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.raised)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colors.line)
        if state & QStyle.StateFlag.State_Selected and index.column() == CHECK:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height() - 1, colors.accent)
        painter.setFont(option.font)
        inner = rect.adjusted(_PAD, 0, -_PAD, 0)
        if index.column() == CHECK:
            _paint_tick(painter, rect, is_ticked, colors)
        elif index.column() == SITE:
            _paint_site(painter, inner, row, colors, option.font)
        elif index.column() == WEEK and row.schedule is not None:
            top = rect.center().y() - BAR_HEIGHT / 2
            place = QRectF(inner.left(), top, inner.width(), BAR_HEIGHT)
            paint_week(painter, place, row.schedule, colors, self._first_day)
        elif index.column() == NOW:
            _paint_state(painter, inner, row, colors, option.font)
        else:
            text = COLUMNS[index.column()].text(row)
            if index.column() == ONLINE and not text:
                text = "—"  # not read yet; an empty cell looks like nothing to tell
            painter.setPen(_ink(row, index.column(), colors))
            painter.drawText(inner, _MIDDLE, _cut(painter.fontMetrics(), text, inner.width()))
        painter.restore()

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """A click anywhere in the first cell ticks: the box itself is small."""
        if index.column() != CHECK:
            return False
        if isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonRelease and event.button() is Qt.MouseButton.LeftButton:
                is_on = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
                wanted = Qt.CheckState.Unchecked if is_on else Qt.CheckState.Checked
                return model.setData(index, wanted, Qt.ItemDataRole.CheckStateRole)
            return event.type() == QEvent.Type.MouseButtonDblClick
        return False


def _paint_tick(painter: QPainter, rect: QRect, is_ticked: bool, colors: Colors) -> None:
    box = QRectF(rect.left() + 12, rect.center().y() - 6.5, 13, 13)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colors.accent if is_ticked else colors.muted, 1.2))
    painter.setBrush(colors.accent if is_ticked else colors.raised)
    painter.drawRoundedRect(box, 3, 3)
    if is_ticked:
        painter.setPen(QPen(colors.on_accent, 1.8))
        x, y = box.left(), box.top()
        painter.drawPolyline(
            QPolygonF([QPointF(x + 3, y + 7), QPointF(x + 5.5, y + 9.5), QPointF(x + 10, y + 4)])
        )


def _paint_site(painter: QPainter, inner: QRect, row: FleetRow, colors: Colors, base: QFont) -> None:
    half = inner.height() // 2
    upper = inner.adjusted(0, 5, 0, -half + 1)
    painter.setPen(colors.text)
    painter.drawText(upper, _MIDDLE, _cut(painter.fontMetrics(), COLUMNS[SITE].text(row), inner.width()))
    small = QFont(base)
    small.setPixelSize(max(11, base.pixelSize() - 2))
    painter.setFont(small)
    painter.setPen(colors.muted)
    lower = inner.adjusted(0, half, 0, -5)
    painter.drawText(lower, _MIDDLE, _cut(painter.fontMetrics(), number_words(row), inner.width()))


def _paint_state(painter: QPainter, inner: QRect, row: FleetRow, colors: Colors, base: QFont) -> None:
    """The mode as a filled chip; what is not known is a word."""
    mode, text = row.arming.mode, COLUMNS[NOW].text(row)
    if mode is None:
        painter.setPen(colors.muted)
        painter.drawText(inner, _MIDDLE, _cut(painter.fontMetrics(), text, inner.width()))
        return
    bold = QFont(base)
    bold.setPixelSize(max(12, base.pixelSize() - 1))
    bold.setWeight(QFont.Weight.DemiBold)
    painter.setFont(bold)
    width = painter.fontMetrics().horizontalAdvance(text) + 14
    chip = QRectF(inner.left(), inner.center().y() - 9, width, 19)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.mode(mode))
    painter.drawRoundedRect(chip, 5, 5)
    painter.setPen(colors.on_disarmed if mode is ArmingMode.DISARMED else colors.on_mode)
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)


def _ink(row: FleetRow, column: int, colors: Colors) -> QColor:
    if column == OPEN:
        return colors.alarm if row.alarms else colors.trouble
    if column == LOOK:
        return colors.trouble
    return colors.faint if column == WEEK else colors.text


def _cut(metrics: QFontMetrics, text: str, room: int) -> str:
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
