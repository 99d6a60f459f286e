"""One copy of the program for each data folder: a second one brings the first to the front and ends."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, Signal

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtNetwork import QLocalServer

_ANSWER_MS = 2_000


class SingleInstance(QObject):
    """Holds the folder from construction until `release`; a lock left by a killed copy is taken over."""

    raise_requested = Signal()  # a second copy was started

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = (
            "chekt-console-" + hashlib.sha256(str(folder).encode("utf-8", "replace")).hexdigest()[:16]
        )
        self._lock = QLockFile(str(folder / "console.lock"))
        self._lock.setStaleLockTime(0)  # only a dead process makes it stale
        self._server: QLocalServer | None = None
        self.is_first = self._lock.tryLock(0)

    def listen(self) -> None:
        """For the first copy, behind its first paint."""
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(self._name)  # of a copy that was killed; we hold the lock
        self._server.listen(self._name)

    def call_first(self) -> bool:
        """For the second copy: whether the first one heard."""
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name)
        has_heard = socket.waitForConnected(_ANSWER_MS)
        socket.disconnectFromServer()
        return has_heard

    def release(self) -> None:
        if self._server is not None:
            self._server.close()
        self._lock.unlock()

    def _on_connection(self) -> None:
        if self._server is None:
            return
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.close()
            socket.deleteLater()
        self.raise_requested.emit()
