"""A secret of the sender is told to be in force once it is, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from chekt_console.ui.requests.secret_dialog import SecretDialog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_enter_gives_it_and_what_became_of_it_is_told(qtbot: QtBot) -> None:
    dialog = SecretDialog(16)
    qtbot.addWidget(dialog)
    dialog.begin("", can_copy=True)
    dialog.show()
    given: list[str] = []
    dialog.secret_given.connect(given.append)
    QTest.keyClicks(dialog.field, "too short")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert given == []
    assert dialog.said.text() == "At least 16 characters."
    dialog.field.clear()
    QTest.keyClicks(dialog.field, "a secret of the portal")
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)  # the first one is on its way
    assert given == ["a secret of the portal"]
    assert dialog.said.text() == ""
    dialog.show_failure("The keyring is locked.")
    assert dialog.said.text() == "Not taken, the one before stays: The keyring is locked."
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert given == ["a secret of the portal"] * 2
    dialog.show_kept()
    assert dialog.field.text() == ""
    assert dialog.said.text() == "From now on only webhooks signed with it are taken."
