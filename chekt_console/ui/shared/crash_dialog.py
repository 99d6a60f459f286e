"""Catches what nobody else caught, in any thread, and shows it once with a report that can be copied."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from chekt_console.domain.masking import masked

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.crash_report_dialog import CrashDialog

_log = logging.getLogger(__name__)


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
        # Imported at the first crash: no start pays for it.
        from chekt_console.ui.shared.crash_report_dialog import CrashDialog

        self._dialog = CrashDialog(traceback_text, self._log_file, self._window)
        self._dialog.finished.connect(self._on_closed)
        self._dialog.open()

    def _on_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
