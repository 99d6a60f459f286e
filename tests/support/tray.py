"""The desktop's notifications: what it was given to show, and a person who clicks."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Tray(QObject):
    """Stands in for QSystemTrayIcon, which shows nothing where tests run."""

    messageClicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[tuple[str, str]] = []

    def show(self) -> None: ...
    def hide(self) -> None: ...

    def showMessage(self, title: str, text: str, _icon: object, _ms: int) -> None:
        self.shown.append((title, text))
