"""The form for a connection with an API key: each field says itself what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.connect.connection_rules import (
    PRODUCTION_URL,
    SANDBOX_URL,
    NewConnection,
    key_error,
    name_error,
    tidy_key,
    tidy_url,
    url_error,
)
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

_ENVIRONMENTS = {
    "sandbox": ("CHeKT sandbox", "Sandbox", SANDBOX_URL),
    "production": ("Production", "Production", PRODUCTION_URL),
}


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
        for widget in (words, self.edit, self.error):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.error.hide()
        self.edit.textEdited.connect(self._on_edited)
        self.edit.editingFinished.connect(self._on_left)
        self.edit.returnPressed.connect(self.finished)

    def text(self) -> str:
        return self.edit.text()

    def set_text(self, text: str) -> None:
        self.edit.setText(text)
        self._was_left = False
        self._show_error("")

    def is_right(self) -> bool:
        """Looks now, and says what is wrong."""
        self._was_left = True
        error = self._check(self.edit.text())
        self._show_error(error)
        return not error

    def _show_error(self, error: str) -> None:
        self.error.setText(error)
        self.error.setVisible(bool(error))
        self.edit.setAccessibleDescription(error)

    def _on_edited(self) -> None:
        """While typing only an error already shown is looked at again."""
        if self._was_left:
            self._show_error(self._check(self.edit.text()))
        self.edited.emit()

    def _on_left(self) -> None:
        if self.edit.text():
            self.is_right()


class ApiKeyForm(QWidget):
    """For the sandbox or production; hands over only what can be right."""

    connection_requested = Signal(object)  # NewConnection
    cancel_requested = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._environment = "sandbox"
        self.title = QLabel(self)
        set_role(self.title, "heading")
        self.note = QLabel(
            "Dealer portal → Settings → Developer Settings → API Keys. "
            "The key is kept in this computer's keychain and never shown again.",
            self,
        )
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.name = Field("Name", name_error, self)
        self.address = Field("Address", url_error, self)
        self.key = Field("API key", key_error, self)
        self.key.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.cancel_requested)
        self.submit = QPushButton("Check and connect", self)
        self.submit.clicked.connect(self._on_submit)
        for field in (self.name, self.address, self.key):
            field.edited.connect(self.edited)
            field.finished.connect(self._on_submit)
        self._arrange()
        self.set_environment("sandbox")

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(10)
        grid.addWidget(self.title, 0, 0, 1, 3)
        grid.addWidget(self.note, 1, 0, 1, 3)
        for column, field in enumerate((self.name, self.address, self.key)):
            grid.addWidget(field, 2, column)
            grid.setColumnStretch(column, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.submit)
        grid.addLayout(row, 3, 0, 1, 3)

    @property
    def environment(self) -> str:
        return self._environment

    def set_environment(self, environment: str, name: str = "") -> None:
        """Begin anew for "sandbox" or "production"; the key never carries over from one to the other."""
        title, usual_name, url = _ENVIRONMENTS[environment]
        self._environment = environment
        self.title.setText(f"{title} with an API key")
        self.name.set_text(name or usual_name)
        self.address.set_text(url)
        self.key.set_text("")
        set_role(self.submit, "danger" if environment == "production" else "primary")

    def forget_key(self) -> None:
        self.key.set_text("")

    def _on_submit(self) -> None:
        wrong = [field for field in (self.name, self.address, self.key) if not field.is_right()]
        if wrong:
            wrong[0].edit.setFocus()
            return
        self.connection_requested.emit(
            NewConnection(
                name=self.name.text().strip(),
                environment=self._environment,
                base_url=tidy_url(self.address.text()),
                api_key=tidy_key(self.key.text()),
            )
        )
