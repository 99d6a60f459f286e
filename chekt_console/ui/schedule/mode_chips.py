"""Chips to choose an arming mode: its colour with its name, and a ring around the one in force."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from chekt_console.domain.arming import ArmingMode

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_HEIGHT = 26
_PAD = 8


class ModeChip(QAbstractButton):
    """One mode; checked when it is the one in force."""

    def __init__(self, mode: ArmingMode, theme: Theme, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.mode = mode
        self._theme = theme
        self.setText(mode.label)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setToolTip(f"{mode.label}: {mode.meaning}" + (f" ({key})" if key else ""))
        self.setAccessibleName(mode.label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._font()).horizontalAdvance(self.text()) + 2 * _PAD, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()  # a mode's name is never cut

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colors.mode(self.mode))
        ink = colors.on_disarmed if self.mode is ArmingMode.DISARMED else colors.on_mode
        if not self.isEnabled():
            ground.setAlphaF(0.4)
        box = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            ring = colors.text if self.isChecked() else colors.faint
            painter.setPen(QPen(colors.accent if self.hasFocus() else ring, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 6, 6)
        painter.setFont(self._font())
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(12)
        font.setWeight(QFont.Weight.DemiBold)
        return font


class ModeChips(QWidget):
    """A row of chips of which one is chosen."""

    mode_chosen = Signal(object)  # ArmingMode, by the person

    def __init__(
        self, theme: Theme, modes: dict[ArmingMode, str], name: str, parent: QWidget | None = None
    ) -> None:
        """`modes` with the key that chooses each."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.chips = {mode: ModeChip(mode, theme, key, self) for mode, key in modes.items()}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for mode, chip in self.chips.items():
            self._group.addButton(chip)
            row.addWidget(chip)
            chip.clicked.connect(partial(self._on_clicked, mode))

    def show_mode(self, mode: ArmingMode) -> None:
        if mode in self.chips:
            self.chips[mode].setChecked(True)

    def _on_clicked(self, mode: ArmingMode) -> None:
        self.mode_chosen.emit(mode)
