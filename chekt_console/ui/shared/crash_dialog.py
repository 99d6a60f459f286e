"""Catches what nobody else caught, in any thread, and shows it once with a report that can be copied."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout

from chekt_console.ui.shared.crash_report import crash_report, last_line, masked
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.system_facts import system_facts

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

_log = logging.getLogger(__name__)


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


class CrashReporter(QObject):
    """Lives in the window's thread; hooks of all threads reach it by one signal."""

    _came = Signal(str)

    def __init__(self, window: QWidget, log_file: Path | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._log_file = log_file
        self._dialog: CrashDialog | None = None
        self._count = 0
        self._came.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._old_hook: Callable[..., object] = sys.excepthook
        self._old_thread_hook: Callable[..., object] = threading.excepthook
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    @property
    def dialog(self) -> CrashDialog | None:
        """The dialog on show."""
        return self._dialog

    def report(self, traceback_text: str) -> None:
        """From any thread: into the log now, before the person's eyes as soon as the window's thread is free."""
        _log.critical("%s", masked(traceback_text))
        self._came.emit(traceback_text)

    def uninstall(self) -> None:
        """The hooks as they were; only where they are still ours."""
        if sys.excepthook == self._on_exception:
            sys.excepthook = self._old_hook
        if threading.excepthook == self._on_thread_exception:
            threading.excepthook = self._old_thread_hook

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.report("".join(traceback.format_exception(kind, error, trace)))

    def _on_thread_exception(self, told: threading.ExceptHookArgs) -> None:
        if told.exc_type is SystemExit or told.exc_value is None:
            return
        text = "".join(traceback.format_exception(told.exc_type, told.exc_value, told.exc_traceback))
        self.report(f"In thread {told.thread.name if told.thread else 'unknown'}:\n{text}")

    def _show(self, traceback_text: str) -> None:
        self._count += 1
        if self._dialog is not None:
            self._dialog.set_count(self._count, self._dialog.error)
            return
        self._count = 1
        self._dialog = CrashDialog(traceback_text, self._log_file, self._window)
        self._dialog.finished.connect(self._on_closed)
        self._dialog.open()

    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
