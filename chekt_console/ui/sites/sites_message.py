"""What stands in place of the list: loading, empty, error, no match; one sentence and at most one button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Theme


class SitesMessage(QWidget):
    action_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = QLabel(self)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton(self)
        self.button.setAutoDefault(False)
        self.button.clicked.connect(lambda: self.action_requested.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self.text)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)
        theme.changed.connect(self._style)
        self._style()

    def show_text(self, text: str, action: str = "") -> None:
        self.text.setText(text)
        self.button.setText(action)
        self.button.setVisible(bool(action))

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"QLabel {{ color: {c.muted.name()}; font-size: 13px; }}"
            f"QPushButton {{ color: {c.text.name()}; background: {c.raised.name()};"
            f" border: 1px solid {c.line.name()}; border-radius: 6px; padding: 5px 14px; font-size: 13px; }}"
            f"QPushButton:hover, QPushButton:focus {{ border-color: {c.accent.name()}; }}"
        )
