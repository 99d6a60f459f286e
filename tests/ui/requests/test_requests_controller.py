"""Requests of the monitoring center between the disk and the person: none waits unseen, none overtakes a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from chekt_console.services.system_account import account_name
from chekt_console.ui.requests.requests_controller import RequestsController
from chekt_console.ui.shared.confirm import ConfirmDialog, confirm
from chekt_console.ui.shared.theme import Theme
from tests.support.webhook_world import CONNECTION
from tests.ui.sites.sync_runner import SyncRunner
from tests.unit.webhooks.test_requests import SITE, World, _command

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


class _Board:
    def __init__(self) -> None:
        self.shown: list[tuple[str, str, str]] = []

    def show(self, kind: str, text: str, *, action: str = "", **_rest: Any) -> None:
        self.shown.append((kind, text, action))

    def clear(self, kind: str) -> None: ...


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def production(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, is_production=True)
    yield world
    world.close()


def _controller(world: World, board: _Board, *, is_commanded: bool = False) -> RequestsController:
    runner: Any = SyncRunner()
    notices: Any = board
    return RequestsController(
        runner,
        world.requests,
        lambda _: SITE,
        notices,
        lambda *_: True,
        None,
        is_production=False,
        is_commanded=lambda _site_id: is_commanded,
    )


def test_what_waited_when_the_program_ended_is_told_at_the_start(world: World, qtbot: QtBot) -> None:
    world.deliver(_command())
    world.requests.set_policy("always")
    board = _Board()
    _controller(world, board).begin()
    ((kind, text, action),) = board.shown
    assert (kind, action) == ("request arming.command", "Answer…")
    assert "Arm Night at Harbor Point Warehouse" in text
    assert not world.server.sent


def test_what_was_cut_off_is_told_at_the_start(world: World, qtbot: QtBot) -> None:
    (state,) = world.deliver(_command()).requests
    assert world.inbox.move_request(state.request.request_id, "waiting", "running")
    world.restart()
    board = _Board()
    _controller(world, board).begin()
    ((kind, text, _action),) = board.shown
    assert kind == "answered arming.command"
    assert "read the state of the site" in text


def test_an_older_command_that_comes_late_is_not_carried_out_by_itself(world: World, qtbot: QtBot) -> None:
    world.requests.set_policy("always")
    taken = world.deliver(
        _command("cmd_2", action="disarm", mode="", requested_at="2026-02-02T02:40:20Z"),
        _command("cmd_1", requested_at="2026-02-02T02:40:10Z"),
    )
    board = _Board()
    _controller(world, board).on_requests(tuple(taken.requests))
    assert world.server.sent == ["disarmed 1784"]
    assert any(action == "Answer…" and "A newer command" in text for _kind, text, action in board.shown)


def test_a_command_is_not_carried_out_by_itself_over_the_persons_own(world: World, qtbot: QtBot) -> None:
    world.requests.set_policy("always")
    board = _Board()
    _controller(world, board, is_commanded=True).on_requests(tuple(world.deliver(_command()).requests))
    assert world.server.sent == []
    assert board.shown[0][2] == "Answer…"


def test_a_list_that_nobody_looks_at_is_read_when_it_is_opened(world: World, qtbot: QtBot) -> None:
    controller = _controller(world, _Board())
    controller.show_dialog()
    dialog = controller.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    dialog.close()
    world.deliver(_command())
    controller.refresh()
    assert dialog.list.topLevelItemCount() == 0
    controller.show_dialog()
    assert dialog.list.topLevelItemCount() == 1


def _in_production(world: World, board: _Board, qtbot: QtBot) -> RequestsController:
    """With the real question before it."""
    window = QWidget()
    qtbot.addWidget(window)
    runner: Any = SyncRunner()
    notices: Any = board
    controller = RequestsController(
        runner, world.requests, lambda _: SITE, notices,
        lambda title, text, action, typed: confirm(window, Theme(), title, text, action, typed=typed),
        window, is_production=True,
    )  # fmt: skip
    controller.show_dialog()
    return controller


def _choose_always(
    controller: RequestsController, qtbot: QtBot, answer: Callable[[ConfirmDialog], None]
) -> None:
    """By keys, in the list of policies and in the question."""
    assert controller.dialog is not None
    asked: list[str] = []

    def in_question() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, ConfirmDialog)
        assert controller.dialog is not None
        asked.append(controller.dialog.policy.currentText())
        answer(question)

    box = controller.dialog.policy
    box.setFocus()
    QTimer.singleShot(0, in_question)
    QTest.keyClick(box, Qt.Key.Key_End)
    assert asked == ["Ask me"], "nothing is shown as done before it is"


def test_production_carries_out_by_itself_only_after_its_name_was_typed(
    production: World, qtbot: QtBot
) -> None:
    board = _Board()
    controller = _in_production(production, board, qtbot)
    dialog = controller.dialog
    assert dialog is not None

    def type_a_wrong_name(question: ConfirmDialog) -> None:
        QTest.keyClicks(question.name_field, "Southgate")
        assert not question.action.isEnabled()
        QTest.keyClick(question.name_field, Qt.Key.Key_Return)

    _choose_always(controller, qtbot, type_a_wrong_name)
    assert dialog.policy.currentText() == "Ask me"
    assert dialog.warning.isHidden()
    controller.on_requests(tuple(production.deliver(_command("cmd_1")).requests))
    assert production.server.sent == []

    def type_the_name(question: ConfirmDialog) -> None:
        QTest.keyClicks(question.name_field, "northgate security")
        QTest.keyClick(question.name_field, Qt.Key.Key_Return)

    _choose_always(controller, qtbot, type_the_name)
    assert dialog.policy.currentText() == "Always carry out"
    assert "without asking anybody" in dialog.warning.text()
    assert f"Confirmed for “{CONNECTION}” by {account_name()} on 20" in dialog.warning.text()
    assert not dialog.warning.isHidden()
    controller.on_requests(tuple(production.deliver(_command("cmd_2")).requests))
    assert production.server.sent == ["night 1784"]

    QTest.mouseClick(dialog.ask_again, Qt.MouseButton.LeftButton)
    assert dialog.policy.currentText() == "Ask me"
    assert dialog.warning.isHidden()
    assert dialog.ask_again.isHidden()
    controller.on_requests(tuple(production.deliver(_command("cmd_3", action="disarm", mode="")).requests))
    assert production.server.sent == ["night 1784"]


def test_that_nobody_is_asked_ends_with_the_click(world: World, qtbot: QtBot) -> None:
    """Not when a worker comes to it."""
    world.requests.set_policy("always")
    controller = _controller(world, _Board())
    runner: Any = SyncRunner(is_held=True)
    controller._runner = runner
    controller.show_dialog()
    dialog = controller.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    QTest.mouseClick(dialog.ask_again, Qt.MouseButton.LeftButton)
    assert dialog.policy.currentText() == "Ask me"
    controller.on_requests(tuple(world.deliver(_command()).requests))
    assert not [job for job in runner.waiting if job.is_command]


def test_a_choice_that_the_disk_refuses_is_not_shown_as_made(world: World, qtbot: QtBot) -> None:
    board = _Board()
    controller = _controller(world, board)
    controller.show_dialog()
    dialog = controller.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    world.inbox._database._writer.execute("PRAGMA query_only=1")
    QTest.keyClick(dialog.policy, Qt.Key.Key_End)
    assert dialog.policy.currentText() == "Ask me"
    ((_kind, text, _action),) = board.shown
    assert text.startswith("Your choice for arming commands was not kept:")
    assert text.endswith("In force now: Ask me. Choose again.")


def test_nothing_is_carried_out_after_the_connection_was_closed_under_the_question(
    world: World, qtbot: QtBot
) -> None:
    (state,) = world.deliver(_command()).requests
    controller = _controller(world, _Board())

    def confirm(*_words: str) -> bool:
        controller.close()
        return True

    controller._confirm = confirm
    controller.carry_out(state.request.request_id)
    assert world.server.sent == []
    assert world.requests.states()[0].state == "waiting"
