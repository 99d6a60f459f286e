"""The next days as they will really be armed, with exceptions and clock changes, one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from chekt_console.domain.schedule import DAY_MIN
from chekt_console.domain.schedule_words import PLAIN, WordStyle, date_words, day_name, times_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from PySide6.QtGui import QPaintEvent

    from chekt_console.domain.schedule_forecast import ForecastLine
    from chekt_console.ui.shared.theme import Theme

_LINE = 22
_PAD = 12
_NEXT_DAY = " next day"


class ForecastList(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lines: tuple[ForecastLine, ...] = ()
        self._style = PLAIN
        self._empty = ""
        self._names: Mapping[date, str] = {}
        self.setAccessibleName("Next 14 days")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_lines(self, lines: tuple[ForecastLine, ...], style: WordStyle, empty: str) -> None:
        """`empty` is said when there are none."""
        self._lines, self._style, self._empty = lines, style, empty
        self._describe()
        self.setToolTip("")
        self.updateGeometry()
        self.update()

    def set_names(self, names: Mapping[date, str]) -> None:
        """Of holidays, by date."""
        if names != self._names:
            self._names = dict(names)
            self._describe()
            self.update()

    def _describe(self) -> None:
        """All that is painted, in words."""
        said = []
        for line in self._lines:
            day, times, note = _words(line, self._style)
            mode = line.mode.label if line.mode is not None else ""
            rule = (self._names.get(line.day) or "exception") if line.is_exception else ""
            said.append(" ".join(part for part in (day, mode, times, rule, note) if part))
        self.setAccessibleDescription("; ".join(said) or self._empty)

    def sizeHint(self) -> QSize:
        return QSize(240, max(len(self._lines), 1) * _LINE + 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        if not self._lines:
            painter.setPen(colors.muted)
            box = QRectF(_PAD, 6, self.width() - 2 * _PAD, self.height() - 6)
            painter.drawText(box, Qt.TextFlag.TextWordWrap.value, self._empty)
        for number, line in enumerate(self._lines):
            self._paint_line(painter, line, 6.0 + number * _LINE)
        painter.end()

    def _paint_line(self, painter: QPainter, line: ForecastLine, top: float) -> None:
        colors = self._theme.colors
        day, times, note = _words(line, self._style)
        strong, small = QFont(self.font()), QFont(self.font())
        small.setPixelSize(11)
        small.setWeight(QFont.Weight.DemiBold)
        x = float(_PAD)
        x = _text(painter, strong, colors.text, day, x, top, 78)
        if line.mode is not None:
            x = _chip(painter, small, colors.mode(line.mode), colors.on_mode, line.mode.label, x, top)
        if QFontMetricsF(strong).horizontalAdvance(times) > self.width() - x - _PAD:
            times = times.removesuffix(_NEXT_DAY)  # an end before its start says it as well
        x = _text(painter, strong, colors.muted, times, x, top, 0)
        if line.is_exception:
            holiday = self._names.get(line.day, "")
            x = _chip(
                painter, small, colors.night, colors.on_mode, "Holiday" if holiday else "Exception", x, top
            )
            note = ", ".join(filter(None, (holiday, note)))
        if line.change is not None:
            x = _chip(painter, small, colors.trouble, colors.window, "Clock change", x, top)
        if note:
            metrics = QFontMetricsF(strong)
            room = max(self.width() - x - _PAD, 0)
            note = metrics.elidedText(note, Qt.TextElideMode.ElideRight, room)
            _text(painter, strong, colors.muted, note, x, top, 0)


def _words(line: ForecastLine, style: WordStyle) -> tuple[str, str, str]:
    times = ""
    if line.mode is not None:
        times = times_words(line.start_min, line.end_min - line.start_min, style).replace(" to ", " → ")
        if line.end_min >= 2 * DAY_MIN:
            end = day_name(line.day.weekday() + line.end_min // DAY_MIN)
            times = f"{style.clock(line.start_min)} → {end} {style.clock(line.end_min)}"
    return date_words(line.day), times, line.note


def _text(
    painter: QPainter, font: QFont, color: QColor, text: str, x: float, top: float, least: float
) -> float:
    painter.setFont(font)
    painter.setPen(color)
    width = max(QFontMetricsF(font).horizontalAdvance(text), least)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextDontClip
    painter.drawText(QRectF(x, top, width, _LINE), flags, text)
    return x + width + (8 if text else 0)


def _chip(
    painter: QPainter, font: QFont, ground: QColor, ink: QColor, text: str, x: float, top: float
) -> float:
    width = QFontMetricsF(font).horizontalAdvance(text) + 12
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(QRectF(x, top + 2, width, _LINE - 5), 4, 4)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(QRectF(x, top + 2, width, _LINE - 5), Qt.AlignmentFlag.AlignCenter, text)
    return x + width + 8
