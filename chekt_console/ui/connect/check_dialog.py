"""What the check of the open connection found, as plain lines that can be copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.shared.style import set_role


class CheckDialog(QDialog):
    """Shown at once; the report follows. Closing it does not touch the connection."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Check connection")
        self.resize(640, 420)
        title = QLabel(name)
        title.setTextFormat(Qt.TextFormat.PlainText)
        set_role(title, "heading")
        self.state = QLabel("Reading what this account offers. Nothing is changed on the server…")
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        set_role(self.state, "muted")
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setAccessibleName("What the check found")
        self.copy = QPushButton("Copy")
        self.copy.setEnabled(False)
        self.copy.clicked.connect(self._on_copy)
        close = QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.copy)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        for widget in (title, self.state, self.lines):
            layout.addWidget(widget)
        layout.addLayout(row)

    def show_report(self, text: str, *, is_good: bool) -> None:
        self.state.setText(
            "The connection works." if is_good else "Something needs a look: see the lines with ✕."
        )
        self.lines.setPlainText(text)
        self.copy.setEnabled(True)

    def show_error(self, sentence: str) -> None:
        self.state.setText(sentence)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.lines.toPlainText())
