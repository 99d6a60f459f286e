"""The secret that webhooks are signed with: to be given to who sends them, or taken from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_WIDTH = 480


class SecretDialog(QDialog):
    """Never shows the secret itself: it goes to the clipboard, or is typed unseen."""

    copy_requested = Signal()
    secret_given = Signal(str)

    def __init__(self, shortest: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shortest = shortest
        self.setWindowTitle("Signing secret")
        self.setMinimumWidth(_WIDTH)
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.copy = QPushButton("Copy the secret", self)
        self.copy.clicked.connect(self._on_copy)
        ask = QLabel("Or enter the secret the sender has, from the dealer portal or your relay:", self)
        ask.setWordWrap(True)
        self.field = QLineEdit(self)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName("Secret of the sender")
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_use)
        self.use = QPushButton("Use this secret", self)
        self.use.clicked.connect(self._on_use)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        set_role(self.said, "muted")
        self.close_button = QPushButton("Close", self)
        self.close_button.clicked.connect(self.close)
        for button in (self.copy, self.use, self.close_button):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self.words)
        row = QHBoxLayout()
        row.addWidget(self.copy)
        row.addStretch(1)
        layout.addLayout(row)
        layout.addWidget(ask)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        row.addWidget(self.use)
        layout.addLayout(row)
        layout.addWidget(self.said)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.close_button)
        layout.addLayout(row)

    def begin(self, url: str, *, can_copy: bool) -> None:
        """`url`: where it listens, "" while it does not. Before the first start there is no secret to copy."""
        self.words.setText(
            "Only webhooks signed with this secret are taken. Give it to the relay that sends them"
            + (f" to {url}." if url else " to this computer.")
            + ("" if can_copy else " It is made when you switch on Listen for webhooks.")
        )
        self.copy.setEnabled(can_copy)
        self.field.clear()
        self._on_text("")

    def show_kept(self) -> None:
        """The given secret is in force."""
        self.field.clear()
        self.said.setText("From now on only webhooks signed with it are taken.")

    def show_failure(self, sentence: str) -> None:
        """The one before stays in force."""
        self._on_text(self.field.text())
        self.said.setText(f"Not taken, the one before stays: {sentence}")

    def _on_text(self, text: str) -> None:
        is_long = len(text.strip()) >= self._shortest
        self.use.setEnabled(is_long)
        self.said.setText("" if is_long or not text else f"At least {self._shortest} characters.")

    def _on_copy(self) -> None:
        self.copy_requested.emit()
        self.said.setText("Copied, for a minute. Keep it out of mails and chats.")

    def _on_use(self) -> None:
        if self.use.isEnabled():
            self.use.setEnabled(False)
            self.said.setText("")
            self.secret_given.emit(self.field.text().strip())
