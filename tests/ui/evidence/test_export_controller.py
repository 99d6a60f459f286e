"""What an export that is ended says: never that nothing was exported when it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from chekt_console.services.evidence_service import MOST_EVENTS, ExportResult
from chekt_console.ui.evidence.export_controller import ExportController
from chekt_console.ui.shared.selection import Selection
from tests.support.evidence import ALARM, SITE
from tests.ui.clip.clip_world import HeldRunner

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.domain.progress import Progress

RESULT = ExportResult(Path("/x/Evidence_y"), 1, 19, 1_200_000, "ab" * 32, False, ())


class _Service:
    """`steps_left`: how many steps are asked for before the export is whole."""

    def __init__(self) -> None:
        self.steps_left = 2
        self.asked: tuple[Any, ...] = ()

    def export(
        self, events: tuple[Any, ...], _sites: object, _folder: Path, progress: Progress
    ) -> ExportResult:
        self.asked = events
        for step in range(self.steps_left):
            progress.report(step, self.steps_left, "a step")
        return RESULT


class _World:
    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.runner, self.service, selection = HeldRunner(), _Service(), Selection()
        runner: Any = self.runner
        service: Any = self.service
        self.controller = ExportController(
            runner, lambda: service, selection, lambda: (SITE,), lambda _site, _days: (), self.window
        )
        selection.select_site(SITE)
        selection.select_event(ALARM)

    def begin(self, qtbot: QtBot) -> Any:
        self.controller.open()
        dialog = self.controller.dialog
        assert dialog is not None
        qtbot.mouseClick(dialog.export, Qt.MouseButton.LeftButton)
        return dialog


@pytest.fixture
def world(qtbot: QtBot) -> _World:
    return _World(qtbot)


def test_an_export_that_is_ended_says_so_when_it_has_ended(world: _World, qtbot: QtBot) -> None:
    dialog = world.begin(qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.cancel.text() == "Cancelling…"
    world.runner.run()
    assert (dialog.pages.currentIndex(), dialog.error.text()) == (0, "Cancelled. Nothing was exported.")


def test_an_export_that_was_whole_before_the_wish_is_shown_as_exported(world: _World, qtbot: QtBot) -> None:
    dialog = world.begin(qtbot)
    world.service.steps_left = 0
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    world.runner.run()
    assert (dialog.pages.currentIndex(), dialog.result_name.text()) == (2, "Evidence_y")


def test_who_closed_the_dialog_is_told_of_an_export_that_was_whole(world: _World, qtbot: QtBot) -> None:
    told: list[ExportResult] = []
    world.controller.exported_unseen.connect(told.append)
    world.begin(qtbot)
    world.service.steps_left = 0
    world.controller.close()
    world.runner.run()
    assert told == [RESULT]


def test_more_marked_rows_than_an_export_takes_are_told(world: _World, qtbot: QtBot) -> None:
    marked = tuple(
        replace(ALARM, event_id=str(n), instant_ms=ALARM.instant_ms - n) for n in range(MOST_EVENTS + 150)
    )
    world.controller.marked = lambda: marked
    dialog = world.begin(qtbot)
    assert dialog.choice.itemText(0) == "The newest 200 of the 350 marked events"
    world.runner.run()
    assert {event.event_id for event in world.service.asked} == {str(n) for n in range(MOST_EVENTS)}
