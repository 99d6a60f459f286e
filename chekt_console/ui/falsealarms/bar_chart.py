"""A few bars with words below and numbers above; the numbers are told to screen readers too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_HEIGHT = 96
_WORD_PX = 18
_GAP = 2


class BarChart(QWidget):
    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = title
        self._bars: Sequence[tuple[str, str, int]] = ()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def show_bars(self, bars: Sequence[tuple[str, str, int]]) -> None:
        """(word below or "", what it is in full, how many; below 0 for not known)"""
        self._bars = bars
        told = ", ".join(f"{full}: {count}" for _, full, count in bars if count > 0)
        self.setAccessibleName(f"{self._title}: {told or 'none'}")
        lines = [f"{full}: {count}" for _, full, count in bars if count > 0]
        if any(count < 0 for _, _, count in bars):
            lines.append("Hatched: not known on this computer")
        self.setToolTip("\n".join([self._title, *lines]))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._bars:
            return
        colors = self._theme.colors
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(11)
        painter.setFont(font)
        most = max(1, *(count for _, _, count in self._bars))
        step = self.width() / len(self._bars)
        room = self.height() - 2 * _WORD_PX
        base = self.height() - _WORD_PX
        for number, (word, _, count) in enumerate(self._bars):
            left = number * step
            height = room * max(0, count) / most
            if count < 0:
                unknown = QRectF(left, _WORD_PX, step, room)
                painter.fillRect(unknown, QBrush(colors.line, Qt.BrushStyle.BDiagPattern))
            bar = QRectF(left + _GAP / 2, base - height, step - _GAP, height)
            painter.fillRect(bar, colors.accent)
            painter.setPen(colors.text)
            if count > 0 and (step >= 18 or count == most):
                above = QRectF(left - 12, base - height - _WORD_PX, step + 24, _WORD_PX)
                painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
            painter.setPen(colors.muted)
            wide = painter.fontMetrics().horizontalAdvance(word) + 2
            start = min(max(0.0, left + (step - wide) / 2), self.width() - wide)
            painter.drawText(QRectF(start, base, wide, _WORD_PX), Qt.AlignmentFlag.AlignCenter, word)
        painter.fillRect(QRectF(0, base, self.width(), 1), colors.line)
        painter.end()
