"""A secret on the clipboard: gone a minute later, and with the connection it belongs to."""

from __future__ import annotations

import hashlib

from PySide6.QtCore import QMimeData, QObject, QTimer
from PySide6.QtGui import QGuiApplication

_KEPT_MS = 60_000
# By these, histories of the clipboard (KDE's, Windows') leave it out.
_NO_HISTORY = {
    "x-kde-passwordManagerHint": b"secret",
    'application/x-qt-windows-mime;value="ExcludeClipboardContentFromMonitorProcessing"': b"1",
}


class SecretClipboard(QObject):
    """Lives in the window's thread. What the person copied since is left alone."""

    def __init__(self, parent: QObject, *, kept_ms: int = _KEPT_MS) -> None:
        super().__init__(parent)
        self._digest = b""
        self._later = QTimer(self, singleShot=True, interval=kept_ms)
        self._later.timeout.connect(self.clear)

    def put(self, secret: str) -> None:
        self._digest = _digest(secret)
        told = QMimeData()
        told.setText(secret)
        for name, value in _NO_HISTORY.items():
            told.setData(name, value)
        QGuiApplication.clipboard().setMimeData(told)
        self._later.start()

    def clear(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if self._digest and _digest(clipboard.text()) == self._digest:
            clipboard.clear()
        self._digest = b""
        self._later.stop()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
