"""The dialog after a fault of ours: what it means for the person, and a report that can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from chekt_console.ui.shared.crash_report import crash_report, last_line
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.system_facts import system_facts

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget


class CrashDialog(QDialog):
    """The program goes on underneath; nothing was sent anywhere."""

    def __init__(self, traceback_text: str, log_file: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something in CHeKT Console went wrong")
        title = QLabel("This is a fault of the console, not of your site.", self)
        set_role(title, "heading")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self._log_file = log_file
        self.report = QPlainTextEdit(self)
        self.report.setReadOnly(True)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setAccessibleName("Report")
        self.report.setPlainText(crash_report(traceback_text, system_facts()))
        buttons = QDialogButtonBox(self)
        self.copy = buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        self.go_on = buttons.addButton("Go on", QDialogButtonBox.ButtonRole.RejectRole)
        self.go_on.setDefault(True)
        self.copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        for widget in (title, self.words, self.report, buttons):
            layout.addWidget(widget)
        self.resize(680, 440)
        self.set_count(1, last_line(traceback_text))

    def set_count(self, count: int, error: str) -> None:
        """Further errors while this is open are counted, not stacked."""
        self._error = error
        lines = [error] if error else []
        lines.append(
            "You can go on working. Check what you did last: it may not have been carried out. "
            "The report below holds no keys or passwords; nothing was sent."
        )
        if count > 1:
            lines.append(f"{count - 1} more since this opened; all are in the log.")
        if self._log_file is not None:
            lines.append(f"Log: {self._log_file}")
        self.words.setText("\n".join(lines))

    @property
    def error(self) -> str:
        return self._error

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self.report.toPlainText())
        self.copy.setText("Copied")
