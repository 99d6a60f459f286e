"""A window that is really on the screen, on a slow computer too, before a test looks at it or types into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot


def show(qtbot: QtBot, window: QWidget) -> None:
    with qtbot.waitExposed(window):
        window.show()


def show_active(qtbot: QtBot, window: QWidget) -> None:
    """Keys and shortcuts go to the active window only."""
    show(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
