"""Starts the webhook listener as a child process, restarts it when it dies, and ends it with the console."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from chekt_console.auth.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

_MAX_QUICK_DEATHS = 3
_QUICK_DEATH_MS = 10_000
_RESTART_MS = 300


class WebhookProcess(QObject):
    """The child holds our end of its standard input: when this console dies in whatever way, the pipe closes and it ends."""

    ready = Signal(str)  # URL, also after a restart; the port stays the same
    arrived = Signal()  # something new is in the inbox
    counted = Signal(object)  # dict[str, int]: answers by status code since the listener started
    died = Signal()  # ended without being asked; a restart is under way
    failed = Signal(str)  # sentence; given up

    def __init__(self, inbox_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox_file = inbox_file
        self._secret = Secret("")
        self._port = 0
        self._is_wanted = False
        self._quick_deaths = 0
        self._why = ""
        self.url = ""
        self._process = QProcess(self)
        self._process.setStandardErrorFile(
            str(inbox_file.with_name("webhooks.log")), QProcess.OpenModeFlag.Truncate
        )
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._alive_timer = QTimer(self)
        self._alive_timer.setSingleShot(True)
        self._alive_timer.setInterval(_QUICK_DEATH_MS)
        self._alive_timer.timeout.connect(self._on_lived_long)
        self._restart_timer = QTimer(self)
        self._restart_timer.setSingleShot(True)
        self._restart_timer.setInterval(_RESTART_MS)
        self._restart_timer.timeout.connect(self._launch)

    @property
    def port(self) -> int:
        """0 before the first start."""
        return self._port

    @property
    def pid(self) -> int:
        return int(self._process.processId())

    @property
    def is_wanted(self) -> bool:
        return self._is_wanted

    def start(self, secret: Secret, port: int = 0) -> None:
        """On a free port unless one is given; a restart keeps it."""
        if self._is_wanted:
            return
        self._why = ""
        self._secret = secret
        self._port = self._port or port
        self._is_wanted = True
        self._quick_deaths = 0
        self._launch()

    @property
    def is_port_taken(self) -> bool:
        """That is why it was given up."""
        return bool(self._why)

    def forget_port(self) -> None:
        """While it is stopped: the next start takes a free one."""
        self._port = 0

    def stop(self, deadline_ms: int = 1500) -> None:
        self._is_wanted = False
        self.url = ""
        self._alive_timer.stop()
        self._restart_timer.stop()
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(deadline_ms):
            self._process.kill()
            self._process.waitForFinished(1000)

    def _launch(self) -> None:
        self._why = ""
        self._process.start(
            sys.executable,
            ["-m", "chekt_console.webhooks", str(self._inbox_file), str(self._port)],
        )
        self._process.write(self._secret.reveal().encode() + b"\n")

    def _on_output(self) -> None:
        counts: dict[str, int] | None = None
        while self._process.canReadLine():
            try:
                fact = json.loads(bytes(self._process.readLine().data()))
            except ValueError:
                continue
            if fact.get("fact") == "ready":
                self._port, self.url = int(fact["port"]), str(fact["url"])
                self._alive_timer.start()
                self.ready.emit(self.url)
            elif fact.get("fact") == "failed":
                self._why = str(fact["why"])
            elif fact.get("fact") == "arrived":
                counts = fact["counts"]
        if counts is not None:
            self.counted.emit(counts)
            self.arrived.emit()

    def _on_lived_long(self) -> None:
        self._quick_deaths = 0

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._is_wanted:
            self._is_wanted = False
            self.failed.emit(f"The webhook listener could not be started: {self._process.errorString()}.")

    def _on_finished(self) -> None:
        self._alive_timer.stop()
        self.url = ""
        if not self._is_wanted:
            return
        self._quick_deaths += 1
        if self._quick_deaths > _MAX_QUICK_DEATHS:
            self._is_wanted = False
            self.failed.emit(self._why or "The webhook listener ended several times in a row. It is off now.")
            return
        self.died.emit()
        self._restart_timer.start()
