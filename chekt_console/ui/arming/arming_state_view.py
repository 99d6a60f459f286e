"""The armed state as a chip and how fresh it is; the site's name stands beside it in the toolbar and in the tooltip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from chekt_console.domain.arming import ArmingMode

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_GAP = 7
_PAD = 8


@dataclass(frozen=True, slots=True)
class StateLine:
    """`tone`: "known" fills the chip in the colour of its mode, "running", "doubt" and "unknown" leave it hollow."""

    site_name: str = ""
    chip: str = ""
    note: str = ""
    tone: str = "unknown"
    mode: ArmingMode | None = None

    @property
    def text(self) -> str:
        """The line in words."""
        state = f"{self.site_name}: {self.chip}" if self.site_name else self.chip
        return f"{state} ({self.note})" if self.note else state


class ArmingStateView(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line = StateLine()
        self._is_short = False
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def line(self) -> StateLine:
        return self._line

    def show_line(self, line: StateLine) -> None:
        if line != self._line:
            self._line = line
            self.setAccessibleName(line.text)
            self.updateGeometry()
            self.update()

    def _fonts(self) -> tuple[QFont, QFont]:
        chip, note = QFont(self.font()), QFont(self.font())
        chip.setPixelSize(12)
        chip.setWeight(QFont.Weight.DemiBold)
        note.setPixelSize(12)
        return chip, note

    def _widths(self) -> tuple[int, int]:
        chip_font, note_font = self._fonts()
        chip = QFontMetrics(chip_font).horizontalAdvance(self._line.chip) + 2 * _PAD
        note = QFontMetrics(note_font).horizontalAdvance(self._line.note)
        return chip, (note + _GAP if self._line.note else 0)

    @property
    def is_short(self) -> bool:
        return self._is_short

    @property
    def spared_px(self) -> int:
        """The note of a state that is not plainly known stays."""
        return self._widths()[1] if self._line.tone == "known" else 0

    def set_short(self, is_short: bool) -> None:
        if is_short != self._is_short:
            self._is_short = is_short
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        spared = self.spared_px if self._is_short else 0
        return QSize(sum(self._widths()) + 2 - spared if self._line.chip else 0, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._widths()[0] + 2 if self._line.chip else 0, 28)

    def _colors(self) -> tuple[QColor | None, QColor, QColor]:
        """Ground, edge and ink of the chip."""
        c = self._theme.colors
        line = self._line
        if line.tone == "known" and line.mode is not None:
            ground = c.mode(line.mode)
            return ground, ground, c.on_disarmed if line.mode is ArmingMode.DISARMED else c.on_mode
        ink = {"known": c.arming, "running": c.accent, "doubt": c.trouble}.get(line.tone, c.muted)
        return None, ink, ink

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The note goes when it is narrow; the chip stays whole."""
        line = self._line
        if not line.chip:
            return
        chip, note = self._widths()
        chip_font, note_font = self._fonts()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, edge, ink = self._colors()
        frame = QRectF(0.5, (self.height() - 20) / 2 + 0.5, chip - 1, 19)
        style = Qt.PenStyle.SolidLine if line.tone == "known" else Qt.PenStyle.DashLine
        painter.setPen(QPen(edge, 1, style))
        painter.setBrush(ground if ground is not None else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 5, 5)
        painter.setFont(chip_font)
        painter.setPen(ink)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, line.chip)
        if note and chip + note <= self.width():
            painter.setFont(note_font)
            painter.setPen(self._theme.colors.muted)
            place = QRectF(chip + _GAP, 0, note, self.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, line.note)
        painter.end()
