"""Confirmation: the dangerous button is never the one Enter presses by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from chekt_console.ui.shared.confirm import ConfirmDialog, confirm
from chekt_console.ui.shared.theme import Theme

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def test_enter_means_cancel_until_the_name_is_typed(qtbot: QtBot) -> None:
    dialog = ConfirmDialog("Arm?", "All of it.", "Arm away", typed="Café  Harbor")
    qtbot.addWidget(dialog)
    dialog.open()
    field = dialog.name_field
    assert field is not None
    assert not dialog.action.isEnabled()
    assert dialog.cancel.isDefault()
    qtbot.keyClicks(field, "cafe harbor")
    assert not dialog.action.isEnabled()
    field.clear()
    qtbot.keyClicks(field, "CAFÉ harbor ")
    assert dialog.action.isEnabled()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_enter_and_escape_do_nothing_outside(qtbot: QtBot) -> None:
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        dialog = ConfirmDialog("Arm?", "All of it.", "Arm away")
        qtbot.addWidget(dialog)
        dialog.open()
        qtbot.keyClick(dialog, key)
        assert dialog.result() == QDialog.DialogCode.Rejected


def test_confirm_tells_what_was_pressed(qtbot: QtBot) -> None:
    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ConfirmDialog)
        dialog.action.click()

    QTimer.singleShot(0, press)
    assert confirm(None, Theme(), "Arm?", "All of it.", "Arm away")
