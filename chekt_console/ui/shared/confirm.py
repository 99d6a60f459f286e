"""Asks once before something reaches the outside; in production the site's name has to be typed."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.theme import Theme

_WIDTH = 440


def is_same_name(typed: str, wanted: str) -> bool:
    """Case, runs of spaces and the way an accent was typed do not matter; the words do."""

    def plain(text: str) -> str:
        return " ".join(unicodedata.normalize("NFKC", text).casefold().split())

    return plain(typed) == plain(wanted)


class ConfirmDialog(QDialog):
    """Cancel is what Enter and Escape do; the action must be meant."""

    def __init__(
        self, title: str, text: str, action: str, *, typed: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._typed = typed
        self.setWindowTitle(title)
        self.setMinimumWidth(_WIDTH)
        heading = QLabel(title, self)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setWordWrap(True)
        set_role(heading, "heading")
        words = QLabel(text, self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(heading)
        layout.addWidget(words)
        self.name_field: QLineEdit | None = None
        if typed:
            ask = QLabel(f"Type “{typed}” to go on:", self)
            ask.setTextFormat(Qt.TextFormat.PlainText)
            ask.setWordWrap(True)
            set_role(ask, "muted")
            self.name_field = QLineEdit(self)
            self.name_field.setAccessibleName(f"Type {typed} to go on")
            self.name_field.textChanged.connect(self._on_text)
            layout.addWidget(ask)
            layout.addWidget(self.name_field)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setDefault(True)
        self.cancel.clicked.connect(self.reject)
        self.action = QPushButton(action.replace("&", "&&"), self)
        self.action.setAutoDefault(False)
        set_role(self.action, "danger")
        self.action.setEnabled(not typed)
        self.action.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.action)
        layout.addSpacing(4)
        layout.addLayout(row)
        (self.name_field or self.cancel).setFocus()

    def _on_text(self, text: str) -> None:
        """Once the name is right, Enter does what was typed for."""
        is_right = is_same_name(text, self._typed)
        self.action.setEnabled(is_right)
        self.action.setDefault(is_right)
        self.cancel.setDefault(not is_right)


def confirm(
    parent: QWidget | None, theme: Theme, title: str, text: str, action: str, *, typed: str = ""
) -> bool:
    """True when the person meant it. `typed`: a name to be typed first, "" for none.

    `theme` tells the colours in force; the dialog takes them from the application's sheet.
    """
    dialog = ConfirmDialog(title, text, action, typed=typed, parent=parent)
    try:
        return dialog.exec() == QDialog.DialogCode.Accepted
    finally:
        dialog.deleteLater()
