"""Requests of the monitoring center between the disk and the person: none waits unseen, none overtakes a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.ui.requests.requests_controller import RequestsController
from tests.ui.sites.sync_runner import SyncRunner
from tests.unit.webhooks.test_requests import SITE, World, _command

if TYPE_CHECKING:
    from collections.abc import Iterator
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
