"""Bars under each hour of the week: how many alarms fell there, and the words of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from chekt_console.domain.schedule_words import PLAIN, WordStyle, day_name
from chekt_console.ui.schedule.week_geometry import WeekGeometry

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Colors

_TALLEST_SHARE = 0.34  # of a row's block
_LEAST_PX = 4.0
_RIM_PX = 1.0
_FULL = 4  # fewer alarms than this never fill a bar
_NAMES = ("not decided", "real", "false", "unsure")

_Hour = tuple[int, int, int, int]  # undecided, real, false, unsure


@dataclass(frozen=True)
class HourBars:
    """Alarms of the last `days` by day (0 = Monday), hour and decision; made once per change of the history."""

    days: int
    hours: tuple[tuple[_Hour, ...], ...]
    most: int

    @classmethod
    def of(cls, counts: list[list[list[int]]], days: int) -> HourBars:
        hours = tuple(tuple((c[0], c[1], c[2], c[3]) for c in day) for day in counts)
        return cls(days, hours, max((sum(hour) for day in hours for hour in day), default=0))

    def count(self, day: int, hour: int) -> int:
        return sum(self.hours[day][hour])

    def words(self, week_minute: int, style: WordStyle = PLAIN) -> str:
        """ "Tue 06:00 to 07:00, last 30 days: 12 alarms (2 real, 10 false)"."""
        day, minute = divmod(week_minute, 1440)
        hour = self.hours[day][minute // 60]
        begin = minute // 60 * 60
        span = f"{day_name(day)} {style.clock(begin)} to {style.clock(begin + 60)}, last {self.days} days"
        count = sum(hour)
        if not count:
            return f"{span}: no alarms"
        order = (1, 2, 3, 0)
        parts = ", ".join(f"{hour[n]} {_NAMES[n]}" for n in order if hour[n])
        return f"{span}: {'1 alarm' if count == 1 else f'{count} alarms'} ({parts})"

    def draw(self, geometry: WeekGeometry, colors: Colors, ratio: float) -> QPixmap:
        """The bars alone, to be laid over the week; kept until the history, the size or the colours change."""
        layer = QPixmap(int(geometry.width * ratio), int(geometry.height * ratio))
        layer.setDevicePixelRatio(ratio)
        layer.fill(Qt.GlobalColor.transparent)
        if not self.most:
            return layer
        painter = QPainter(layer)
        for row in range(7):
            day = geometry.day_of(row)
            band = geometry.row_box(row)
            for hour in range(24):
                count = self.count(day, hour)
                if not count:
                    continue
                share = count / max(self.most, _FULL)
                height = max(band.height * _TALLEST_SHARE * share, _LEAST_PX)
                left = geometry.x_of(hour * 60) + 1
                width = geometry.x_of(hour * 60 + 60) - left - 1
                box = QRectF(left, band.bottom - height, width, height)
                # Red alone is lost on the colours of the modes, and a dark rim alone on the disarmed hours at night.
                painter.fillRect(box, colors.on_mode)
                painter.fillRect(box.adjusted(_RIM_PX, _RIM_PX, -_RIM_PX, -_RIM_PX), colors.alarm)
        painter.end()
        return layer
