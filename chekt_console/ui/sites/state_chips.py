"""The row of chips over the sites list: each a state, how many sites are in it, and a filter when pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy, QWidget

from chekt_console.ui.sites.site_facts import CHIPS, StateMask

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from chekt_console.ui.shared.theme import Theme

_HEIGHT = 22
_GAP = 5


class StateChip(QAbstractButton):
    """One state with its count; the count is part of the text for screen readers too."""

    def __init__(self, chip: StateMask, word: str, tip: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.chip = chip
        self._word = word
        self._theme = theme
        self.setCheckable(True)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_count(0)

    def show_count(self, number: int) -> None:
        text = self._word if self.chip is StateMask.ALL else f"{self._word} {number:,}"
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(f"Show {text}")
            self.updateGeometry()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(12)
        return font

    def sizeHint(self) -> QSize:
        return QSize(QFontMetrics(self._font()).horizontalAdvance(self.text()) + 18, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        is_on = self.isChecked()
        edge = colors.accent if self.hasFocus() or is_on else colors.line
        painter.setPen(QPen(edge, 1))
        painter.setBrush(colors.selected if is_on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 11, 11)
        painter.setFont(self._font())
        painter.setPen(colors.text if is_on or self.underMouse() else colors.muted)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class StateChips(QWidget):
    """Chips in lines that wrap; one is always pressed. 'Unknown' appears only while a site is unknown."""

    chip_selected = Signal(object)  # StateMask

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self.chips: dict[StateMask, StateChip] = {}
        for chip, word, tip in CHIPS:
            button = StateChip(chip, word, tip, theme, self)
            self.chips[chip] = button
            self._group.addButton(button)
        self.chips[StateMask.ALL].setChecked(True)
        self.chips[StateMask.UNKNOWN].hide()
        self._group.buttonToggled.connect(self._on_toggled)
        theme.changed.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._arrange()

    def show_counts(self, count: Callable[[StateMask], int]) -> None:
        for chip, button in self.chips.items():
            button.show_count(count(chip))
        unknown = self.chips[StateMask.UNKNOWN]
        unknown.setVisible(unknown.isChecked() or count(StateMask.UNKNOWN) > 0)
        self._arrange()

    def select(self, chip: StateMask) -> None:
        self.chips[chip].setChecked(True)

    def _on_toggled(self, button: QAbstractButton, is_checked: bool) -> None:
        if is_checked and isinstance(button, StateChip):
            self.chip_selected.emit(button.chip)

    def _arrange(self) -> None:
        left, top, width = 0, 0, max(self.width(), 60)
        for button in self.chips.values():
            if button.isHidden():
                continue
            size = button.sizeHint()
            if left and left + size.width() > width:
                left, top = 0, top + _HEIGHT + _GAP
            button.setGeometry(left, top, size.width(), size.height())
            left += size.width() + _GAP
        if self.height() != top + _HEIGHT:
            self.setFixedHeight(top + _HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move between chips, as between tabs."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        shown = [button for button in self.chips.values() if not button.isHidden()]
        checked = self._group.checkedButton()
        if not step or not isinstance(checked, StateChip) or checked not in shown:
            super().keyPressEvent(event)
            return
        target = shown[(shown.index(checked) + step) % len(shown)]
        target.setChecked(True)
        target.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()
