"""A label, a line to type in, and room for what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable


class Field(QWidget):
    """A label, a line to type in, and room for its error."""

    edited = Signal()
    finished = Signal()

    def __init__(self, label: str, check: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self._was_left = False
        words = QLabel(label, self)
        set_role(words, "small")
        self.edit = QLineEdit(self)
        self.edit.setAccessibleName(label)
        self.edit.setMinimumHeight(32)
        words.setBuddy(self.edit)
        self.error = QLabel(self)
        self.error.setTextFormat(Qt.TextFormat.PlainText)
        self.error.setWordWrap(True)
        set_role(self.error, "error")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self._line = QHBoxLayout()
        self._line.setSpacing(6)
        self._line.addWidget(self.edit, 1)
        layout.addWidget(words)
        layout.addLayout(self._line)
        layout.addWidget(self.error)
        layout.addStretch(1)
        self.error.hide()
        self.edit.textEdited.connect(self._on_edited)
        self.edit.editingFinished.connect(self._on_left)
        self.edit.returnPressed.connect(self.finished)

    def add_button(self, button: QPushButton) -> None:
        """At the end of the line."""
        self._line.addWidget(button)

    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        self.edit.setText(text)
        self._was_left = False
        self.show_error("")

    def is_right(self) -> bool:
        """Looks now, and says what is wrong."""
        self._was_left = True
        error = self._check(self.edit.text())
        self.show_error(error)
        return not error

    def show_error(self, error: str) -> None:
        """What the server, or a look at all fields together, found wrong."""
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.edit.setAccessibleDescription(error)

    def _on_edited(self) -> None:
        """While typing only an error already shown is looked at again."""
        if self._was_left:
            self.show_error(self._check(self.edit.text()))
        self.edited.emit()

    def _on_left(self) -> None:
        if self.edit.text():
            self.is_right()
