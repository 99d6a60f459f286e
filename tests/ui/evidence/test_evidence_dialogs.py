"""The evidence dialogs by themselves: what they offer, say and ask for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from chekt_console.services.evidence_service import ExportResult
from chekt_console.ui.evidence.evidence_words import ExportChoice
from chekt_console.ui.evidence.export_dialog import ExportDialog
from chekt_console.ui.evidence.verify_dialog import VerifyDialog
from chekt_console.verify import ALTERED, Verdict
from tests.support.evidence import ALARM, SITE

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

HOSTILE = "<img src=http://127.0.0.1:9/x>\x1b[31m\u202e" + "y" * 100_000


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> ExportDialog:
    choices = [ExportChoice("The selected event", (replace(ALARM, device_name=HOSTILE),))]
    dialog = ExportDialog(choices, {SITE.site_id: SITE}, tmp_path)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_more_choices_arrive_without_moving_what_is_chosen(dialog: ExportDialog) -> None:
    first = dialog.events.item(0).text()
    assert "Wed 18 Nov 2026, 06:06:40 EST" in first
    assert len(first) < 400, "hostile text is cut"
    assert "\u202e" not in first
    two = (ALARM, replace(ALARM, event_id="9002", has_video=False))
    dialog.set_choices([ExportChoice("The selected event", (ALARM,)), ExportChoice("Near", two)])
    assert dialog.choice.currentText() == "The selected event"
    assert dialog.events.count() == 1
    dialog.choice.setCurrentIndex(1)
    assert dialog.events.count() == 2
    assert "no clip" in dialog.events.item(1).text()


def test_enter_exports_escape_cancels_and_then_closes(
    dialog: ExportDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(dialog.export_requested) as asked:
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert asked.args is not None
    assert asked.args[1] == tmp_path
    dialog.show_progress(2, 8, "Event 1 of 1: getting the clip")
    assert dialog.bar.value() == 2
    with qtbot.waitSignal(dialog.cancel_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    # What came of it is not known yet.
    assert (dialog.pages.currentIndex(), dialog.cancel.text()) == (1, "Cancelling…")
    dialog.show_error("Cancelled. Nothing was exported.")
    assert dialog.pages.currentIndex() == 0
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_result_says_what_is_missing_and_how_long_the_key_lasts(
    dialog: ExportDialog, qtbot: QtBot
) -> None:
    """Row: "Keyring absent …: memory-only session, said plainly"; hostile text stays plain."""
    missing = ("Alarm 9001: The server has no video of this event.", HOSTILE)
    dialog.show_result(ExportResult(Path("/x/Evidence_y"), 2, 19, 1_200_000, "ab" * 32, True, missing))
    told = "2 events, 19 files, 1.2 MB, signed. The list of them and its signature are two more."
    assert told in dialog.result_words.text()
    assert "no safe keyring" in dialog.key_words.text()
    assert "no video of this event" in dialog.missing.text()
    assert all(label.textFormat() != Qt.TextFormat.AutoText for label in (dialog.missing, dialog.result_name))
    with qtbot.waitSignal(dialog.verify_requested) as asked:
        qtbot.mouseClick(dialog.verify, Qt.MouseButton.LeftButton)
    assert asked.args == [Path("/x/Evidence_y")]


def test_the_verdict_is_words_and_a_shape(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = VerifyDialog(tmp_path)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.key.setText(" AB ")
    with qtbot.waitSignal(dialog.verify_requested) as asked:
        qtbot.keyClick(dialog.key, Qt.Key.Key_Return)
    assert asked.args == [tmp_path, "AB"]
    assert not dialog.again.isEnabled()
    dialog.show_verdict(Verdict(ALTERED, [f"01/{HOSTILE}: altered."], "ab" * 32))
    assert dialog.state.text().startswith("✕ Altered")
    assert "<img" in dialog.findings.toPlainText()
    assert all(label.textFormat() != Qt.TextFormat.RichText for label in dialog.findChildren(QLabel))
