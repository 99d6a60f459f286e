"""The form for a new connection, by API key, dealer account or partner key; each field says what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from chekt_console.ui.connect.connection_rules import (
    PRODUCTION_URL,
    SANDBOX_URL,
    NewConnection,
    key_error,
    name_error,
    ports_of,
    tidy_key,
    tidy_url,
    url_error,
)
from chekt_console.ui.connect.method_fields import MethodFields
from chekt_console.ui.shared.field import Field
from chekt_console.ui.shared.file_places import ask_to_open
from chekt_console.ui.shared.style import set_role

_ENVIRONMENTS = {
    "sandbox": ("CHeKT sandbox", "Sandbox", SANDBOX_URL),
    "production": ("Production", "Production", PRODUCTION_URL),
}


# Per way of signing in: its name, what it is, what is kept of it, and the button.
_METHODS = {
    "api_key": (
        "API key",
        "Dealer portal → Settings → Developer Settings → API Keys.",
        "The key",
        "Check and connect",
    ),
    "dealer": (
        "Dealer account",
        "Opens your browser; the sign-in returns to this computer only.",
        "The sign-in",
        "Sign in with the browser",
    ),
    "partner": (
        "Partner key",
        "For partner platforms: a private key file (RS256). The sign-in renews itself. The file is read once.",
        "The key",
        "Check and connect",
    ),
}


class ConnectionForm(QWidget):
    """For the sandbox or production; hands over only what can be right."""

    connection_requested = Signal(object)  # NewConnection
    cancel_requested = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._environment = "sandbox"
        self._keyring_problem = ""
        self.title = QLabel(self)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.title, "heading")
        self.method = QComboBox(self)
        self.method.setAccessibleName("How to sign in")
        self.method.setMinimumHeight(32)
        for method, words in _METHODS.items():
            self.method.addItem(words[0], method)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.name = Field("Name", name_error, self)
        self.address = Field("Address", url_error, self)
        self.key = Field("API key", key_error, self)
        self.key.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.edit.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.more = MethodFields(self)
        self.ca_file = ""
        self.ca_button = QPushButton(self)
        self.ca_button.setToolTip("For a gateway whose certificate comes from your own authority")
        self.ca_button.clicked.connect(self._on_ca_file)
        self.method.currentIndexChanged.connect(self._on_method)
        self.more.edited.connect(self.edited)
        self.more.finished.connect(self._on_submit)
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
        grid.addWidget(self.title, 0, 0, 1, 2)
        grid.addWidget(self.method, 0, 2)
        grid.addWidget(self.note, 1, 0, 1, 3)
        for column, field in enumerate((self.name, self.address, self.key)):
            grid.addWidget(field, 2, column)
            grid.setColumnStretch(column, 1)
        grid.addWidget(self.more, 3, 0, 1, 3)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.ca_button)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.submit)
        grid.addLayout(row, 4, 0, 1, 3)

    @property
    def environment(self) -> str:
        return self._environment

    def set_environment(self, environment: str, name: str = "") -> None:
        """Begin anew for "sandbox" or "production"; the key never carries over from one to the other."""
        title, usual_name, url = _ENVIRONMENTS[environment]
        self._environment = environment
        self.title.setText(title)
        self.name.set_text(name or usual_name)
        self.address.set_text(url)
        self.key.set_text("")
        self.more.clear()
        self.set_ca_file("")
        self.method.setCurrentIndex(0)
        self._on_method()
        set_role(self.submit, "danger" if environment == "production" else "primary")

    def set_again(self, wanted: NewConnection) -> None:
        """For a saved connection: all of it filled in that is no secret."""
        self.set_environment(wanted.environment, wanted.name)
        self.title.setText(f"Sign in again: {wanted.name}")
        self.address.set_text(wanted.base_url)
        self.set_ca_file(wanted.ca_file)
        self.method.setCurrentIndex(self.method.findData(wanted.kind))
        for name in (
            "auth_url",
            "client_id",
            "audience",
            "key_id",
            "external_dealer_id",
            "company_name",
            "dealer_id",
        ):
            self.more.set_value(name, getattr(wanted, name))
        self.more.set_value("ports", ", ".join(map(str, wanted.ports)))

    def set_keyring_problem(self, problem: str) -> None:
        """Why what is signed in with cannot be kept beyond this session; "" when it can."""
        self._keyring_problem = problem
        self._show_note()

    def empty_secret(self) -> QLineEdit:
        """Where to begin when the rest is filled in."""
        if self.kind == "api_key":
            return self.key.edit
        return self.more.fields["key_file" if self.kind == "partner" else "auth_url"].edit

    def forget_key(self) -> None:
        self.key.set_text("")
        self.more.forget_secrets()

    def set_ca_file(self, path: str) -> None:
        self.ca_file = path
        name = path.replace("\\", "/").rpartition("/")[2]
        self.ca_button.setText(f"CA file: {name}  ✕" if path else "Own CA file…")

    @property
    def kind(self) -> str:
        """ "api_key", "dealer" or "partner"."""
        return str(self.method.currentData())

    def _on_method(self) -> None:
        self.submit.setText(_METHODS[self.kind][3])
        self._show_note()
        self.forget_key()
        self.key.setVisible(self.kind == "api_key")
        self.more.set_method(self.kind)

    def _show_note(self) -> None:
        _, about, what, _ = _METHODS[self.kind]
        if self._keyring_problem:
            kept = f"{self._keyring_problem} {what} is kept in memory for this session only and asked for again at the next start."
        else:
            kept = f"{what} is kept in this computer's keyring and never shown again."
        self.note.setText(f"{about} {kept}")

    def _on_ca_file(self) -> None:
        """Chooses one, or takes the chosen one away. Certificates are verified either way."""
        if self.ca_file:
            self.set_ca_file("")
            return
        kinds = "Certificates (*.pem *.crt *.cer);;All files (*)"
        self.set_ca_file(str(ask_to_open(self, "Certificate of your authority", kinds) or ""))

    def _on_submit(self) -> None:
        asked = [self.name, self.address] + ([self.key] if self.kind == "api_key" else [])
        wrong = [field for field in asked if not field.is_right()] + self.more.wrong()
        if wrong:
            wrong[0].edit.setFocus()
            return
        more = self.more.value
        self.connection_requested.emit(
            NewConnection(
                name=self.name.text().strip(),
                environment=self._environment,
                base_url=tidy_url(self.address.text()),
                api_key=tidy_key(self.key.text()) if self.kind == "api_key" else "",
                kind=self.kind,
                client_id=more("client_id"),
                key_id=more("key_id"),
                auth_url=tidy_url(more("auth_url")),
                audience=more("audience"),
                ca_file=self.ca_file,
                key_file=more("key_file"),
                passphrase=more("passphrase"),
                external_dealer_id=more("external_dealer_id"),
                company_name=more("company_name"),
                dealer_id=more("dealer_id"),
                ports=ports_of(more("ports")),
            )
        )
