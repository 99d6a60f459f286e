"""Opens the dialog that verifies an export, and checks in a worker; needs no connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from chekt_console.api.priority import Priority
from chekt_console.ui.evidence.verify_dialog import VerifyDialog
from chekt_console.verify import verify

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.errors import ConsoleError
    from chekt_console.verify import Verdict

_KEY = "evidence.verify"


class VerifyController(QObject):
    """One dialog at a time."""

    def __init__(self, runner: Runner, window: QWidget) -> None:
        super().__init__(window)
        self._runner = runner
        self._window = window
        self.dialog: VerifyDialog | None = None

    def open(self, folder: Path | None = None, parent: QWidget | None = None) -> None:
        """With a folder it is checked at once."""
        self.close()
        dialog = self.dialog = VerifyDialog(folder, parent or self._window)
        dialog.verify_requested.connect(self._on_verify_requested)
        dialog.finished.connect(self._on_finished)
        dialog.open()
        if folder is None:
            dialog.choose.setFocus()
        else:
            dialog.check()

    def close(self) -> None:
        if self.dialog is not None:
            self.dialog.close()

    def _on_verify_requested(self, folder: Path, expected: str) -> None:
        dialog = self.dialog

        def is_there() -> bool:
            return dialog is not None and self.dialog is dialog

        def on_verdict(verdict: Verdict) -> None:
            if dialog is not None and is_there():
                dialog.show_verdict(verdict)

        def on_failed(error: ConsoleError) -> None:
            if dialog is not None and is_there():
                dialog.show_error(error.sentence)

        self._runner.submit(
            lambda _progress: verify(folder, expected),
            done=on_verdict,
            failed=on_failed,
            key=_KEY,
            title="Verify evidence",
            priority=Priority.PERSON,
        )

    def _on_finished(self) -> None:
        self.dialog = None
