"""Says whether an export is as it was signed: valid, altered and where, or incomplete."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.evidence import evidence_words as words
from chekt_console.ui.shared.elided_label import ElidedLabel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.verify import Verdict


class VerifyDialog(QDialog):
    """Needs no connection. An expected key makes it say whether the exporter really signed."""

    verify_requested = Signal(object, str)  # Path, expected fingerprint or ""

    def __init__(self, folder: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Verify evidence")
        self.resize(640, 400)
        self._folder = folder
        title = QLabel("Verify evidence")
        set_role(title, "heading")
        self.folder = ElidedLabel()
        self.choose = QPushButton("Choose folder…")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self.choose_folder)
        self.key = QLineEdit()
        self.key.setPlaceholderText("Key you expect (SHA-256), as the exporter told you; may stay empty")
        self.key.setAccessibleName("Fingerprint of the key you expect")
        self.key.setMaxLength(100)
        self.key.returnPressed.connect(self.check)
        self.state = QLabel()
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        set_role(self.state, "strong")
        self.findings = QPlainTextEdit()
        self.findings.setReadOnly(True)
        self.findings.setAccessibleName("What the check found")
        self.again = QPushButton("Check")
        set_role(self.again, "primary")
        self.again.setDefault(True)
        self.again.clicked.connect(self.check)
        self.copy = QPushButton("Copy")
        self.copy.setAutoDefault(False)
        self.copy.setToolTip("Copy what was found")
        self.copy.clicked.connect(self._on_copy)
        close = QPushButton("Close")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        where, row = QHBoxLayout(), QHBoxLayout()
        where.addWidget(self.folder, 1)
        where.addWidget(self.choose)
        row.addStretch(1)
        for button in (self.copy, self.again, close):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(title)
        layout.addLayout(where)
        layout.addWidget(self.key)
        layout.addWidget(self.state)
        layout.addWidget(self.findings, 1)
        layout.addLayout(row)
        self._show_folder()

    def choose_folder(self) -> None:
        start = self._folder.parent if self._folder is not None else Path.home()
        chosen = QFileDialog.getExistingDirectory(self, "Export to verify", str(start))
        if chosen:
            self._folder = Path(chosen)
            self._show_folder()
            self.check()

    def check(self) -> None:
        if self._folder is None:
            return
        self.state.setText("Reading every file…")
        self.findings.clear()
        self.copy.setEnabled(False)
        self.again.setEnabled(False)
        self.verify_requested.emit(self._folder, self.key.text().strip())

    def show_verdict(self, verdict: Verdict) -> None:
        self.state.setText(words.VERDICT_WORDS[verdict.word])
        self.findings.setPlainText(words.findings(verdict))
        self.copy.setEnabled(True)
        self.again.setEnabled(True)

    def show_error(self, sentence: str) -> None:
        self.state.setText(sentence)
        self.again.setEnabled(True)

    def _show_folder(self) -> None:
        is_chosen = self._folder is not None
        self.folder.show_text(str(self._folder) if is_chosen else "No folder chosen yet")
        self.again.setEnabled(is_chosen)
        self.copy.setEnabled(False)
        if not is_chosen:
            self.state.setText("Choose the folder of an export to see whether it is as it was signed.")

    def _on_copy(self) -> None:
        text = f"{self._folder}\n{self.state.text()}\n{self.findings.toPlainText()}"
        QGuiApplication.clipboard().setText(text)
