"""Starts the embedded gateway as a child process, restarts it when it dies, and ends it with the console."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

if TYPE_CHECKING:
    from pathlib import Path

_MAX_QUICK_DEATHS = 3
_START_LIMIT_MS = 60_000
_QUICK_DEATH_MS = 10_000


@dataclass(frozen=True)
class SimulatorAddress:
    """Where the gateway answers; the control token opens its test switches and is not for the log."""

    url: str
    api_key: str
    dealer_id: str
    control_token: str
    pid: int

    def __repr__(self) -> str:
        return f"SimulatorAddress({self.url}, pid {self.pid})"


class SimulatorProcess(QObject):
    """The child holds our end of its standard input: when this console dies in whatever way, the pipe closes and it ends."""

    ready = Signal(object)  # SimulatorAddress, also after a restart
    died = Signal()  # ended without being asked; a restart is under way
    failed = Signal(str)  # sentence; given up

    def __init__(self, data_dir: Path, *, sites: int = 60, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data_dir = data_dir
        self._sites = sites
        self._address: SimulatorAddress | None = None
        self._is_stopping = False
        self._quick_deaths = 0
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        self._process.setStandardErrorFile(str(data_dir / "simulator.log"), QProcess.OpenModeFlag.Append)
        self._alive_timer = QTimer(self)
        self._alive_timer.setSingleShot(True)
        self._alive_timer.setInterval(_QUICK_DEATH_MS)
        self._alive_timer.timeout.connect(self._on_lived_long)
        self._start_timer = QTimer(self)
        self._start_timer.setSingleShot(True)
        self._start_timer.setInterval(_START_LIMIT_MS)
        self._start_timer.timeout.connect(self._on_start_timeout)

    @property
    def address(self) -> SimulatorAddress | None:
        return self._address

    def start(self) -> None:
        self._is_stopping = False
        arguments = ["-m", "chekt_console.simulator", "--die-with-parent", "--data-dir", str(self._data_dir)]
        arguments += ["--sites", str(self._sites)]
        if self._address is not None:
            # The same port, so that everything that knows the address goes on working.
            arguments += ["--port", self._address.url.rsplit(":", 1)[1].rstrip("/")]
        self._process.start(sys.executable, arguments)
        self._start_timer.start()

    def stop(self, deadline_ms: int = 3000) -> None:
        self._is_stopping = True
        self._start_timer.stop()
        self._alive_timer.stop()
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(deadline_ms):
            self._process.kill()
            self._process.waitForFinished(1000)

    def _on_output(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode("utf-8", "replace")
            try:
                said = json.loads(line)
                address = SimulatorAddress(
                    str(said["url"]),
                    str(said["api_key"]),
                    str(said["dealer_id"]),
                    str(said["control_token"]),
                    int(said["pid"]),
                )
            except (ValueError, KeyError, TypeError):
                continue
            self._start_timer.stop()
            self._alive_timer.start()
            self._address = address
            self.ready.emit(address)

    def _on_lived_long(self) -> None:
        self._quick_deaths = 0

    def _on_start_timeout(self) -> None:
        self._is_stopping = True
        self._process.kill()
        self.failed.emit("The simulator did not start within a minute. Its log is in the data folder.")

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and not self._is_stopping:
            self._start_timer.stop()
            self.failed.emit(f"The simulator could not be started: {self._process.errorString()}.")

    def _on_finished(self) -> None:
        self._start_timer.stop()
        self._alive_timer.stop()
        if self._is_stopping:
            return
        self._quick_deaths += 1
        if self._quick_deaths > _MAX_QUICK_DEATHS:
            self.failed.emit("The simulator ended several times in a row. Its log is in the data folder.")
            return
        self.died.emit()
        QTimer.singleShot(200, self, self._restart)

    def _restart(self) -> None:
        if not self._is_stopping:
            self.start()
