"""Keys that come before the disk has answered, and notes that nothing has saved: nothing is lost, nothing hits another alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from chekt_console.errors import DiskFailed
from chekt_console.store.local import LocalStore
from tests.support.shown import show_active
from tests.ui.clip.clip_world import ClipWorld, event, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

FIRST = event("a1")
SECOND = event("a2", -60, device_name="Gate")


@pytest.fixture
def world(qtbot: QtBot) -> ClipWorld:
    made = make_world(FIRST, SECOND)
    qtbot.addWidget(made.pane)
    qtbot.addWidget(made.panel)
    show_active(qtbot, made.panel)
    return made


def _press(world: ClipWorld, qtbot: QtBot, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(world.panel, key)


def _decisions(world: ClipWorld) -> dict[str, tuple[str, str]]:
    return {name: (kept.decision, kept.cause) for name, kept in world.events.kept.items()}


def test_enter_before_the_answer_goes_on_when_it_came(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    _press(world, qtbot, Qt.Key.Key_R, Qt.Key.Key_Return)
    assert world.selection.selected_event == FIRST  # not before it is on disk
    world.runner.run()
    assert _decisions(world) == {"a1": ("real", "")}
    assert world.selection.selected_event == SECOND


def test_a_key_for_the_next_alarm_does_not_decide_this_one_anew(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    _press(world, qtbot, Qt.Key.Key_R, Qt.Key.Key_Return, Qt.Key.Key_U)
    world.runner.run()
    assert _decisions(world) == {"a1": ("real", "")}
    assert world.selection.selected_event == SECOND
    _press(world, qtbot, Qt.Key.Key_U)
    world.runner.run()
    assert _decisions(world)["a2"] == ("unsure", "")


def test_a_cause_pressed_at_once_is_kept_and_enter_waits_for_it(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    _press(world, qtbot, Qt.Key.Key_F, Qt.Key.Key_3, Qt.Key.Key_Return)
    world.runner.run()
    assert _decisions(world) == {"a1": ("false", "weather")}
    assert world.selection.selected_event == SECOND


def test_enter_after_a_decision_that_was_not_saved_stays(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    world.events.error = DiskFailed("The disk is full.")
    _press(world, qtbot, Qt.Key.Key_R, Qt.Key.Key_Return)
    world.runner.run()
    assert world.selection.selected_event == FIRST
    assert "The disk is full." in world.panel.decision.said.text()
    world.events.error = None
    _press(world, qtbot, Qt.Key.Key_R, Qt.Key.Key_Return)
    world.runner.run()
    assert _decisions(world) == {"a1": ("real", "")}


@pytest.mark.parametrize("key", [Qt.Key.Key_J, Qt.Key.Key_K, None])
def test_a_note_to_a_decision_is_saved_however_one_leaves(
    world: ClipWorld, qtbot: QtBot, key: Qt.Key | None
) -> None:
    world.open(FIRST)
    _press(world, qtbot, Qt.Key.Key_F, Qt.Key.Key_1)
    world.runner.run()
    world.panel.decision.note.setPlainText("Cleaner came early")
    if key is None:
        world.selection.select_event(SECOND)  # another row, the timeline, the go-to box
    else:
        _press(world, qtbot, key)
        world.selection.select_event(SECOND)  # K finds nothing newer
    world.runner.run()
    kept = world.events.kept["a1"]
    assert (kept.decision, kept.cause, kept.note) == ("false", "cleaning", "Cleaner came early")
    assert world.panel.decision.note_text == ""


def test_a_note_without_a_decision_waits_for_the_alarm_to_come_back(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    world.panel.decision.note.setPlainText("Ask the owner")
    _press(world, qtbot, Qt.Key.Key_J)
    world.runner.run()
    assert world.selection.selected_event == SECOND
    assert (world.panel.decision.note_text, _decisions(world)) == ("", {})
    world.open(FIRST)
    assert world.panel.decision.note_text == "Ask the owner"
    _press(world, qtbot, Qt.Key.Key_R)
    world.runner.run()
    assert world.events.kept["a1"].note == "Ask the owner"
    assert world.events.kept_note("a1") == ""


def test_a_note_is_on_disk_until_a_decision_takes_it(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "local.sqlite")
    store.put_note("a1", "Ask the owner")
    store.close()
    store = LocalStore(tmp_path / "local.sqlite")
    assert store.note("a1") == "Ask the owner"
    store.put_note("a1", "")
    assert store.note("a1") == ""
    store.close()
