"""Runs over many sites in the window: cancelled from the status bar, older ones undone, an undo given up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from chekt_console.background.runner import Runner
from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.ui.fleet.bulk_controller import BulkController
from chekt_console.ui.fleet.fleet_pane import FleetPane
from chekt_console.ui.fleet.fleet_side import FleetSide
from chekt_console.ui.shared.jobs_popup import JobsPopup
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.support.many_sites import OLD, Yard, week
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QPushButton
    from pytestqt.qtbot import QtBot

NEW, NEWER = week(1080), week(1140)


class Desk:
    def __init__(self, qtbot: QtBot, yard: Yard, runner: Any) -> None:
        theme, nothing = Theme(), None
        self.yard = yard
        self.pane, self.side = FleetPane(theme), FleetSide(theme)
        qtbot.addWidget(self.pane)
        qtbot.addWidget(self.side)
        self.side.show()
        make_editor: Any = nothing
        self.said: list[str] = []
        self.controller = BulkController(
            self.pane,
            self.side,
            Selection(),
            runner,
            yard.bulk,
            yard.local.templates,
            make_editor,
            lambda *_: True,
        )
        self.controller.said.connect(lambda words, _is_good: self.said.append(words))
        self.runs = self.controller.runs

    def begin(self, title: str, schedule: Any, count: int, *, is_canary: bool = False) -> None:
        seen = self.yard.bulk.preview(schedule, self.yard.sites[:count])
        self.runs.begin(self.yard.bulk.begin(title, "", seen, is_canary=is_canary))

    def choices(self) -> list[str]:
        box = self.side.run.choice
        return [box.itemText(row) for row in range(box.count())]


def _click(button: QPushButton) -> None:
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with Yard(tmp_path, 8) as made:
        yield made


@pytest.fixture
def desk(qtbot: QtBot, yard: Yard) -> Desk:
    return Desk(qtbot, yard, SyncRunner())


def test_cancelled_among_the_jobs_of_the_status_bar_it_writes_no_further_site(
    qtbot: QtBot, yard: Yard
) -> None:
    runner = Runner()
    desk = Desk(qtbot, yard, runner)
    popup = JobsPopup(desk.side, lambda: None)
    popup.show()
    runner.jobs_changed.connect(lambda: popup.set_jobs(runner.jobs()))
    reached, may_go = threading.Event(), threading.Event()

    def before(_site_id: str) -> None:
        if len(yard.server.puts) == 2:
            reached.set()
            may_go.wait(10)

    yard.server.before_write = before
    desk.begin("Office", NEW, 8)
    qtbot.waitUntil(reached.is_set)
    qtbot.waitUntil(lambda: len(popup.cancel_buttons()) == 1)
    _click(popup.cancel_buttons()[0])
    assert desk.side.run.state.text().startswith("Cancelling")
    may_go.set()
    qtbot.waitUntil(lambda: not desk.runs.is_running)
    assert yard.server.puts == ["0", "1", "2"]
    assert desk.runs.run is not None
    assert (desk.runs.run.state, desk.runs.run.count(SiteStep.WAITING)) == (RunState.CANCELLED, 5)
    assert runner.stop()


def test_a_command_that_knows_no_end_has_no_cancel(qtbot: QtBot) -> None:
    runner = Runner()
    reached, may_go = threading.Event(), threading.Event()

    def work(_progress: object) -> None:
        reached.set()
        may_go.wait(10)

    job = runner.submit(work, done=lambda _: None, title="Arming", is_command=True)
    qtbot.waitUntil(reached.is_set)
    desk = FleetSide(Theme())
    qtbot.addWidget(desk)
    popup = JobsPopup(desk, lambda: None)
    popup.set_jobs((job,))
    assert popup.cancel_buttons() == ()
    may_go.set()
    assert runner.stop()


def test_an_older_run_is_found_and_undone(desk: Desk) -> None:
    desk.begin("First", NEW, 3)
    desk.yard.clock.advance(60)
    desk.begin("Second", NEWER, 2)
    assert [words.split(" · ")[:2] for words in desk.choices()] == [["Second", "done"], ["First", "done"]]
    box = desk.side.run.choice
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert "First" in desk.side.run.title.text()
    _click(desk.side.run.undo)
    assert desk.yard.server.at("2") == OLD
    assert desk.yard.server.at("0") == NEWER  # the later run's stays
    assert desk.choices()[1].startswith("First · undone · ")


def test_an_open_run_behind_a_newer_one_is_named_and_carried_on(desk: Desk) -> None:
    desk.begin("First", NEW, 3, is_canary=True)
    desk.yard.clock.advance(60)
    desk.begin("Second", NEWER, 8)
    assert "Not finished: “First”" in desk.side.templates.run_words.text()
    desk.side.run.run_chosen.emit(desk.yard.bulk.open_runs()[0].run_id)
    assert desk.side.run.go_on.text() == "Write the other 2"
    _click(desk.side.run.go_on)
    assert desk.yard.bulk.open_runs() == ()
    assert "Not finished" not in desk.side.templates.run_words.text()


def test_a_failed_first_site_does_not_let_the_rest_go(desk: Desk) -> None:
    desk.yard.server.refusing.add("0")
    desk.begin("Office", NEW, 8, is_canary=True)
    assert desk.side.run.go_on.text() == "Go on with one site"
    _click(desk.side.run.go_on)
    assert desk.yard.server.puts == ["1"]
    assert desk.side.run.go_on.text() == "Write the other 6"


def test_an_undo_that_does_not_end_can_be_given_up(desk: Desk) -> None:
    desk.begin("Office", NEW, 3)
    run = desk.runs.run
    assert run is not None
    desk.yard.local.templates.put_state(run.run_id, RunState.UNDOING)
    desk.side.run.run_chosen.emit(run.run_id)
    assert desk.side.run.go_on.text() == "Go on undoing"
    assert desk.side.run.cancel.text() == "Give up the undo"
    _click(desk.side.run.cancel)
    assert desk.runs.run is not None
    assert desk.runs.run.state is RunState.CANCELLED
    assert not desk.side.run.cancel.isVisible()
    assert desk.side.run.undo.isVisible()


def test_an_undo_that_a_site_refuses_says_so(desk: Desk) -> None:
    desk.begin("Office", NEW, 3)
    desk.yard.server.refusing.add("1")
    _click(desk.side.run.undo)
    assert "Not everything could be undone. 2 undone, 1 could not be undone." in desk.side.run.state.text()
    assert not desk.side.run.cancel.isVisible()
    assert "This key may not change it." in desk.side.run.list.item(0).text()
