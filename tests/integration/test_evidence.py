"""Evidence in the whole program: a person exports the alarm on screen, verifies it, and the ledger knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QListWidget

from chekt_console.domain.event import EventKind
from chekt_console.store.ledger import Ledger
from chekt_console.verify import VALID, verify
from tests.support.console import FIRST_CHOICE, START_MS, RunningConsole
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.event import Event
    from chekt_console.session_evidence import EvidenceParts

pytestmark = pytest.mark.slow


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    console = RunningConsole(qtbot, tmp_path / "data")
    yield console
    console.close()


def evidence_of(running: RunningConsole) -> EvidenceParts:
    running.wait(lambda: running.session.evidence is not None, START_MS)
    evidence = running.session.evidence
    assert evidence is not None
    return evidence


def select_alarm(running: RunningConsole) -> Event:
    running.wait_filled()
    site = running.site(FIRST_CHOICE)
    running.console.selection.select_site(site)

    def found() -> list[Event]:
        events = running.session.events.cached(site.site_id, 7).events
        return [
            event
            for event in events
            if event.kind is EventKind.ALARM and event.has_video and not event.decision
        ]

    running.wait(found)
    alarm = found()[0]
    running.console.selection.select_event(alarm)
    running.wait(lambda: running.review.clip.is_ready)
    return alarm


def written_actions(folder: Path) -> list[str]:
    """What the ledger's file holds, read beside the program; it is made with the first entry."""
    path = next(folder.rglob("ledger.sqlite3"), None)
    if path is None:
        return []
    ledger = Ledger(path)
    actions = [str(entry.facts()["action"]) for entry in ledger.entries()]
    ledger.close()
    return actions


def test_the_alarm_on_screen_is_exported_and_verified_by_keys(
    running: RunningConsole, qtbot: QtBot, tmp_path: Path
) -> None:
    alarm = select_alarm(running)
    evidence = evidence_of(running)
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    window = running.console.window
    show_active(qtbot, window)  # keys go to the active window
    qtbot.keyClick(window, Qt.Key.Key_R)
    running.wait(lambda: (found := running.session.events.find(alarm.event_id)) and found.decision == "real")
    running.wait(lambda: "decided" in written_actions(tmp_path))

    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    running.wait(lambda: evidence.controller.dialog is not None)
    dialog = evidence.controller.dialog
    assert dialog is not None
    assert "Alarm" in dialog.findChildren(QListWidget)[0].item(0).text()
    dialog.use_folder(chosen)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    running.wait(lambda: dialog.pages.currentIndex() == 2)
    (export,) = chosen.iterdir()
    assert dialog.result_name.text() == export.name
    assert verify(export).code == VALID
    assert list(export.glob("01/*.mp4"))
    assert len(list(export.glob("01/*.png"))) == 3
    received = json.loads((export / "01" / "event-as-received.json").read_bytes())
    assert alarm.event_id in json.dumps(received)
    assert (export / "report.pdf").read_bytes().startswith(b"%PDF")
    ledger = (export / "ledger.jsonl").read_text()
    for action in ("viewed", "decided", "export began"):
        assert action in ledger

    qtbot.keyClick(dialog.verify, Qt.Key.Key_Space)
    verify_dialog = evidence.verify_controller.dialog
    assert verify_dialog is not None
    running.wait(lambda: verify_dialog.state.text().startswith("✓ Valid"))
    (export / "README.txt").write_bytes(b"changed")
    qtbot.keyClick(verify_dialog, Qt.Key.Key_Return)
    running.wait(lambda: verify_dialog.state.text().startswith("✕ Altered"))
    assert "README.txt: altered" in verify_dialog.findings.toPlainText()
    verify_dialog.accept()
    dialog.accept()
    running.wait(lambda: evidence.controller.dialog is None)
    assert evidence.service().what_is_wrong_with_ledger() == ""
    assert written_actions(tmp_path)[-1] == "exported"
    running.wait(lambda: running.session.local.choice("evidence.folder") == str(chosen))


def test_a_folder_that_is_gone_is_said_and_another_can_be_chosen(
    running: RunningConsole, qtbot: QtBot, tmp_path: Path
) -> None:
    select_alarm(running)
    evidence = evidence_of(running)
    qtbot.mouseClick(evidence.button, Qt.MouseButton.LeftButton)
    dialog = evidence.controller.dialog
    assert dialog is not None
    dialog.use_folder(tmp_path / "gone")
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    running.wait(lambda: dialog.error.isVisible())
    assert "the folder is gone" in dialog.error.text()
    running.wait(lambda: dialog.choice.count() > 1)
    assert "within 5 minutes" in dialog.choice.itemText(1)
    (tmp_path / "there").mkdir()
    dialog.use_folder(tmp_path / "there")
    assert not dialog.error.isVisible()
    # Escape while it runs ends it, and nothing stays.
    qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    running.wait(lambda: dialog.pages.currentIndex() == 0)
    assert dialog.error.text() == "Cancelled. Nothing was exported."
    assert not any((tmp_path / "there").iterdir())  # said only when it is so
    running.wait(lambda: not running.session.runner.jobs())
    dialog.reject()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_an_export_is_verified_without_a_connection(
    running: RunningConsole, qtbot: QtBot, tmp_path: Path
) -> None:
    window = running.console.window
    window.window_menu.verify_requested.emit()
    dialog = running.console.verify_controller.dialog
    assert isinstance(dialog, QObject)
    assert "Choose the folder" in dialog.state.text()
    assert not dialog.again.isEnabled()
    dialog.reject()
