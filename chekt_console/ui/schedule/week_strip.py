"""A whole week as one strip, to lay two schedules one over the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFont, QPainter, QPen
from PySide6.QtWidgets import QWidget

from chekt_console.domain.schedule import WEEK_MIN
from chekt_console.domain.schedule_words import PLAIN, WordStyle, day_name, describe
from chekt_console.ui.schedule.week_geometry import WeekGeometry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QPaintEvent

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.ui.shared.theme import Theme

_NAME_PX = 48.0
_BAR = 18.0
_DAYS = 16.0


class WeekStrip(QWidget):
    def __init__(
        self,
        name: str,
        schedule: WeekSchedule,
        theme: Theme,
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._schedule = schedule
        self._theme = theme
        self._style = style
        self.setAccessibleName(name)
        self._marks: tuple[tuple[int, int], ...] = ()
        self._current: tuple[int, int] | None = None
        self._is_open = False
        self.show_schedule(schedule)

    def show_schedule(self, schedule: WeekSchedule) -> None:
        self._schedule = schedule
        self.setAccessibleDescription("; ".join(describe(schedule, self._style)))
        self.update()

    def set_marks(
        self,
        places: tuple[tuple[int, int], ...],
        current: tuple[int, int] | None = None,
        *,
        is_open: bool = False,
    ) -> None:
        """Frames around stretches (start minute, length), a strong one around `current`; `is_open`: nothing is decided in them."""
        self._marks, self._current, self._is_open = places, current, is_open
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, int(_BAR + _DAYS))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, int(_BAR + _DAYS))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        small = QFont(self.font())
        small.setPixelSize(11)
        painter.setFont(small)
        width = self.width() - _NAME_PX
        painter.setPen(colors.muted)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, _NAME_PX, _BAR), middle, self._name)
        painter.fillRect(QRectF(_NAME_PX, 0, width, _BAR), colors.grid_off)
        for period in self._schedule.periods:
            for box in self._boxes(period.start_min, period.length_min):
                painter.fillRect(box, colors.mode(period.mode))
                painter.setPen(colors.on_mode)
                if box.width() > 14:
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, period.mode.label[0])
        self._paint_marks(painter)
        for row, day in enumerate(self._style.days()):
            x = _NAME_PX + row / 7 * width
            painter.fillRect(QRectF(x, _BAR, 1, 5), colors.faint)
            painter.setPen(colors.muted)
            painter.drawText(QRectF(x + 3, _BAR, width / 7, _DAYS), middle, day_name(day))
        painter.end()

    def _paint_marks(self, painter: QPainter) -> None:
        colors = self._theme.colors
        painter.save()
        for place in self._marks:
            is_current = place == self._current
            for box in self._boxes(*place):
                if self._is_open:
                    painter.fillRect(box, colors.raised)
                    painter.fillRect(box, QBrush(colors.muted, Qt.BrushStyle.BDiagPattern))
                    painter.setPen(colors.text)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")
                painter.setPen(QPen(colors.text if is_current else colors.muted, 2 if is_current else 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(1, 1, -1, -1))
        painter.restore()

    def _boxes(self, start_min: int, length_min: int) -> Iterator[QRectF]:
        """Where a stretch of the week is drawn: once, or at both ends of the strip."""
        width = self.width() - _NAME_PX
        start = WeekGeometry(0, 0, self._style.first_day).reading(start_min)
        for low in (start, start - WEEK_MIN):
            high = min(low + length_min, WEEK_MIN)
            if high > 0:
                left = max(low, 0) / WEEK_MIN * width
                yield QRectF(_NAME_PX + left, 0, high / WEEK_MIN * width - left, _BAR)
