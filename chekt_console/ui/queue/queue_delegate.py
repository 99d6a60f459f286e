"""Paints a row of the queue: how bad, what and where, when, at which site, and why it stands there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontInfo, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from chekt_console.domain.event import EventKind
from chekt_console.ui.queue import queue_words as words
from chekt_console.ui.queue.queue_model import ALARM_ROLE, QueueModel
from chekt_console.ui.shared.event_marks import draw_mark
from chekt_console.ui.shared.event_title import event_title

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QStyleOptionViewItem

    from chekt_console.domain.review_queue import QueuedAlarm
    from chekt_console.ui.shared.theme import Colors, Theme

_ROW_HEIGHT = 48
_TEXT_PX = 13
_LEFT, _RIGHT = 32, 12
_GRAVE_SCORE = 6  # an intrusion at an armed site
_LIGHT_SCORE = 3


class QueueDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: QueueModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        alarm: QueuedAlarm | None = index.data(ALARM_ROLE)
        if alarm is None:
            return
        colors, rect = self._theme.colors, QRect(option.rect)
        state: QStyle.StateFlag = option.state
        size = max(_TEXT_PX, QFontInfo(option.font).pixelSize())
        strong, plain = QFont(option.font), QFont(option.font)
        strong.setPixelSize(size)
        strong.setWeight(QFont.Weight.DemiBold)
        plain.setPixelSize(size - 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selected)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.raised)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colors.line)
        extra = size - _TEXT_PX
        upper, lower = rect.top() + 20 + extra, rect.top() + 38 + extra * 5 // 2
        _draw_alarm(painter, rect.left() + 16.0, upper - 5.0, alarm.score, colors)
        when = words.when(alarm.event, self._model.site_of(alarm.event.site_id), self._model.now_ms)
        metrics = QFontMetrics(plain)
        time_left = rect.right() - _RIGHT - metrics.horizontalAdvance(when)
        painter.setFont(plain)
        painter.setPen(colors.muted)
        painter.drawText(time_left, upper, when)
        left = rect.left() + _LEFT
        painter.setFont(strong)
        painter.setPen(colors.text)
        room = time_left - 8 - left
        title = event_title(alarm.event)
        painter.drawText(
            left, upper, QFontMetrics(strong).elidedText(title, Qt.TextElideMode.ElideRight, room)
        )
        painter.setFont(plain)
        painter.setPen(colors.muted)
        # What the title says already is not said again: the room is for why.
        reasons = [part for part in alarm.reason.split(", ") if part.casefold() not in title.casefold()]
        detail = " · ".join([self._model.site_name(alarm.event.site_id), *reasons])
        room = rect.right() - _RIGHT - left
        painter.drawText(left, lower, metrics.elidedText(detail, Qt.TextElideMode.ElideRight, room))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = max(_TEXT_PX, QFontInfo(option.font).pixelSize())
        return QSize(200, _ROW_HEIGHT + (size - _TEXT_PX) * 3)


def _draw_alarm(painter: QPainter, x: float, y: float, score: int, colors: Colors) -> None:
    """The bar of an alarm, the taller the worse and grey when it is least: never by colour alone."""
    height = 16 if score >= _GRAVE_SCORE else 10 if score > _LIGHT_SCORE else 5
    color = colors.alarm if score > _LIGHT_SCORE else colors.muted
    draw_mark(painter, EventKind.ALARM, x, y, color, height=height)
