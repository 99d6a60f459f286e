"""faults.md: a secret is not on the clipboard for longer than it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from chekt_console.ui.shared.secret_clipboard import SecretClipboard

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_it_is_gone_after_its_time(qtbot: QtBot) -> None:
    parent = QObject()
    SecretClipboard(parent, kept_ms=1).put("a secret")
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() == "")


def test_what_was_copied_since_stays(qapp: object) -> None:
    parent = QObject()
    clipboard = SecretClipboard(parent)
    clipboard.put("a secret")
    assert QGuiApplication.clipboard().text() == "a secret"
    QGuiApplication.clipboard().setText("an address")
    clipboard.clear()
    assert QGuiApplication.clipboard().text() == "an address"


def test_a_history_of_the_clipboard_is_asked_to_leave_it_out(qapp: object) -> None:
    """As password managers do; else it stands there for days."""
    parent = QObject()
    SecretClipboard(parent).put("a secret")
    told = QGuiApplication.clipboard().mimeData()
    assert told.text() == "a secret"
    assert bytes(told.data("x-kde-passwordManagerHint").data()) == b"secret"
    assert any("ExcludeClipboardContentFromMonitorProcessing" in name for name in told.formats())
