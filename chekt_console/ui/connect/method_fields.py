"""What each way of signing in asks for besides name and address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QWidget

from chekt_console.ui.connect.connection_rules import given_error, ports_error, url_error
from chekt_console.ui.shared.field import Field
from chekt_console.ui.shared.file_places import ask_to_open

if TYPE_CHECKING:
    from collections.abc import Callable

_COLUMNS = 3
_FIELDS = {
    "dealer": ("auth_url", "client_id", "audience", "external_dealer_id", "company_name", "ports"),
    "partner": ("auth_url", "client_id", "audience", "key_id", "key_file", "passphrase", "dealer_id"),
    "api_key": (),
}
_LABELS = {
    "auth_url": "Sign-in server",
    "client_id": "Client id",
    "audience": "Audience",
    "external_dealer_id": "Your own dealer id",
    "company_name": "Company name",
    "dealer_id": "Dealer id at CHeKT",
    "key_id": "Key id",
    "key_file": "Private key file (PEM)",
    "passphrase": "Passphrase, if it has one",
    "ports": "Ports for the answer, if CHeKT fixed them",
}


class MethodFields(QWidget):
    edited = Signal()
    finished = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._method = "api_key"
        self.fields = {name: Field(label, _check(name, label), self) for name, label in _LABELS.items()}
        self.fields["passphrase"].edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.fields["auth_url"].edit.setPlaceholderText("https://…")
        self.fields["ports"].edit.setPlaceholderText("any free one")
        self.choose = QPushButton("Choose…", self)
        self.choose.setAccessibleName("Choose the private key file")
        self.choose.clicked.connect(self._on_choose)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(6)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        for field in self.fields.values():
            field.edited.connect(self.edited)
            field.finished.connect(self.finished)
        self.fields["key_file"].add_button(self.choose)
        self.set_method("api_key")

    def set_method(self, method: str) -> None:
        self._method = method
        for field in self.fields.values():
            self._grid.removeWidget(field)
            field.hide()
        for place, name in enumerate(_FIELDS[method]):
            self._grid.addWidget(self.fields[name], place // _COLUMNS, place % _COLUMNS)
            self.fields[name].show()
        self.setVisible(method != "api_key")

    def wrong(self) -> list[Field]:
        return [self.fields[name] for name in _FIELDS[self._method] if not self.fields[name].is_right()]

    def value(self, name: str) -> str:
        """ "" for what this way of signing in does not ask."""
        if name not in _FIELDS[self._method]:
            return ""
        text = self.fields[name].text()
        return text if name == "passphrase" else text.strip()

    def set_value(self, name: str, text: str) -> None:
        self.fields[name].set_text(text)

    def clear(self) -> None:
        for field in self.fields.values():
            field.set_text("")

    def forget_secrets(self) -> None:
        self.fields["passphrase"].set_text("")

    def _on_choose(self) -> None:
        path = ask_to_open(self, "Private key of the partner", "PEM keys (*.pem *.key);;All files (*)")
        if path is not None:
            self.fields["key_file"].set_text(str(path))
            self.edited.emit()


def _check(name: str, label: str) -> Callable[[str], str]:
    if name == "auth_url":
        return url_error
    if name == "ports":
        return ports_error
    if name == "passphrase":
        return lambda _: ""
    return lambda text: given_error(label, text)
