"""A week as a bar of seven days, small enough for a row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN
from chekt_console.domain.schedule_words import PLAIN, WordStyle, describe

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.ui.shared.theme import Colors, Theme

BAR_HEIGHT = 18
_GAP = 2.0


def paint_week(
    painter: QPainter, place: QRectF, schedule: WeekSchedule, colors: Colors, first_day: int = 0
) -> None:
    """Seven blocks from `first_day` (0 = Monday) on; armed time in the colour of its mode."""
    day_width = (place.width() - 6 * _GAP) / 7
    for day in range(7):
        left = place.left() + day * (day_width + _GAP)
        painter.fillRect(QRectF(left, place.top(), day_width, place.height()), colors.disarmed)
    for period in schedule.periods:
        for low in (period.start_min, period.start_min - WEEK_MIN):
            for day in range(7):
                start = max(low, day * DAY_MIN)
                end = min(low + period.length_min, (day + 1) * DAY_MIN)
                if start >= end:
                    continue
                slot = (day - first_day) % 7
                left = (
                    place.left() + slot * (day_width + _GAP) + (start - day * DAY_MIN) / DAY_MIN * day_width
                )
                width = (end - start) / DAY_MIN * day_width
                painter.fillRect(QRectF(left, place.top(), width, place.height()), colors.mode(period.mode))


class WeekBar(QWidget):
    def __init__(
        self,
        schedule: WeekSchedule,
        theme: Theme,
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._schedule = schedule
        self._theme = theme
        self._first_day = style.first_day
        words = describe(schedule, style)
        self.setAccessibleName("Week")
        self.setAccessibleDescription("; ".join(words))
        self.setFixedHeight(BAR_HEIGHT)
        self.setToolTip("<qt>" + "<br>".join(words) + "</qt>")
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(230, BAR_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_week(painter, QRectF(self.rect()), self._schedule, self._theme.colors, self._first_day)
        painter.end()
