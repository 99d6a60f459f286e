"""Two or more panes that share one place at the side, one seen at a time, each behind a word with its count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from chekt_console.ui.shared.key_caps import key_text
from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Theme


class SideTabs(QWidget):
    """The row of words is hidden while there is but one pane."""

    current_changed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names: list[str] = []
        self._buttons: dict[str, QPushButton] = {}
        self._words: dict[str, str] = {}
        self._group = QButtonGroup(self)
        self.row = QWidget(self)
        self.row.setFixedHeight(HEADER_HEIGHT)
        self.row.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self.row, "header")
        self._row = QHBoxLayout(self.row)
        self._row.setContentsMargins(6, 0, 6, 0)
        self._row.setSpacing(2)
        self._row.addStretch(1)
        self.stack = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.row)
        column.addWidget(self.stack, 1)
        self.row.hide()
        theme.changed.connect(self._style)

    @property
    def current(self) -> str:
        row = self.stack.currentIndex()
        return self._names[row] if 0 <= row < len(self._names) else ""

    def add(self, name: str, word: str, pane: QWidget, shortcut: str = "") -> None:
        button = QPushButton(word, self.row)
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setObjectName("sideTab")
        button.setToolTip(f"{word} ({key_text(shortcut)})" if shortcut else word)
        button.clicked.connect(lambda: self.show_pane(name))
        if shortcut:
            QShortcut(QKeySequence(shortcut), self).activated.connect(lambda: self._on_key(name))
        self._group.addButton(button)
        self._row.insertWidget(self._row.count() - 1, button)
        self._names.append(name)
        self._buttons[name], self._words[name] = button, word
        self.stack.addWidget(pane)
        self.row.setVisible(len(self._names) > 1)
        self._buttons[self.current].setChecked(True)
        self._style()

    def show_pane(self, name: str) -> None:
        if name not in self._names:
            return
        is_other = name != self.current
        self._buttons[name].setChecked(True)
        self.stack.setCurrentIndex(self._names.index(name))
        if is_other:
            self.current_changed.emit(name)

    def show_count(self, name: str, count: int) -> None:
        if name in self._buttons:
            self._buttons[name].setText(f"{self._words[name]} {count:,}" if count else self._words[name])

    def _on_key(self, name: str) -> None:
        """The same key leads back."""
        self.show_pane(self._names[0] if name == self.current else name)

    def _style(self) -> None:
        c = self._theme.colors
        for button in self._buttons.values():
            button.setStyleSheet(
                "QPushButton { background: transparent; border: 0; border-bottom: 2px solid transparent;"
                f" border-radius: 0; padding: 6px 10px; color: {c.muted.name()}; }}"
                f"QPushButton:checked {{ border-bottom-color: {c.accent.name()}; color: {c.text.name()};"
                " font-weight: 600; }"
                f"QPushButton:focus {{ color: {c.accent.name()}; background: {c.selected.name()}; }}"
            )
