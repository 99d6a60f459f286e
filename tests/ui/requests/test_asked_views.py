"""A look the monitoring center asked for: the window says who asks, the record says when it was open in truth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject, Qt

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.session_views import AskedViews
from chekt_console.ui.live.live_window import LiveWindow
from chekt_console.ui.requests.requests_controller import RequestsController
from chekt_console.ui.shared.theme import Theme
from tests.support.webhook_world import SITE, World
from tests.ui.requests.test_requests_controller import _Board
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

CAMERA = Device("1784", "1", DeviceKind.CAMERA, "Dock")


class _Windows:
    """Opens as LiveController does: one window for a camera, at most `most`."""

    def __init__(self, most: int = 3) -> None:
        self.most = most
        self.shown: list[LiveWindow] = []

    @property
    def windows(self) -> tuple[LiveWindow, ...]:
        return tuple(self.shown)

    def open(self, _site: object, device: Device) -> LiveWindow | None:
        if self.shown:
            return self.shown[0]
        if not self.most:
            return None
        window = LiveWindow(device, "Harbor", Theme())
        window.show()
        self.shown.append(window)
        return window


class Asked:
    def __init__(self, world: World, windows: _Windows, parent: QObject) -> None:
        self.world, self.windows, self.time = world, windows, "2026-02-02 02:40:00"
        runner: Any = SyncRunner()
        board: Any = _Board()
        self.controller = RequestsController(
            runner, world.requests, lambda _: SITE, board, lambda *_: True, None, is_production=False
        )
        ground: Any = SimpleNamespace(runner=runner)
        devices = SimpleNamespace(cached=lambda _site_id: SimpleNamespace(devices=(CAMERA,)))
        work: Any = SimpleNamespace(devices=devices, live_controller=windows)
        self.views = AskedViews(ground, work, world.requests, self.controller, parent, now=lambda: self.time)
        self.controller.view_requested.connect(self.views.open)

    def ask(self, name: str, who: str = "Dana") -> None:
        data = {"site_id": 1784, "request_id": name, "camera_id": 1, "requested_by": who}
        self.world.deliver({"id": f"evt_{name}", "type": "camera.view_request", "data": data})
        self.controller.carry_out(name)

    def outcome(self, name: str) -> tuple[str, str]:
        states = {one.request.request_id: one for one in self.world.requests.states()}
        return states[name].state, states[name].outcome


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def test_a_window_that_was_open_is_recorded_as_open_until_it_closes(world: World, qtbot: QtBot) -> None:
    parent = QObject()
    asked = Asked(world, _Windows(), parent)
    asked.ask("r1")
    (window,) = asked.windows.shown
    qtbot.addWidget(window)
    assert window.asked.isVisible()
    assert window.asked.text() == "Asked for by Dana"
    assert window.asked.textFormat() is Qt.TextFormat.PlainText
    asked.time = "2026-02-02 02:41:00"
    asked.ask("r2", "Luis <b>")
    assert window.asked.text() == "Asked for by Dana; Luis <b>"
    assert asked.outcome("r1") == ("running", "Dock opened 2026-02-02 02:40:00, still open.")
    assert asked.outcome("r2") == (
        "running", "Dock was open already, shown 2026-02-02 02:41:00, still open.",
    )  # fmt: skip
    asked.time = "2026-02-03 00:10:00"
    window.close()
    assert asked.outcome("r1") == ("done", "Dock opened 2026-02-02 02:40:00, closed 2026-02-03 00:10:00.")
    assert asked.outcome("r2")[1].endswith("shown 2026-02-02 02:41:00, closed 2026-02-03 00:10:00.")


def test_what_could_not_be_opened_is_not_recorded_as_seen(world: World, qtbot: QtBot) -> None:
    parent = QObject()
    asked = Asked(world, _Windows(most=0), parent)
    asked.ask("r1")
    assert asked.outcome("r1") == ("waiting", "")
    asked.windows.most = 1
    asked.controller.carry_out("r1")
    qtbot.addWidget(asked.windows.shown[0])
    assert asked.outcome("r1")[0] == "running"


def test_a_talk_is_accepted_with_the_button_of_its_row(world: World, qtbot: QtBot) -> None:
    parent = QObject()
    asked = Asked(world, _Windows(), parent)
    data = {"site_id": 1784, "request_id": "t", "device_id": 9}
    world.deliver({"id": "evt_t", "type": "audio.request", "data": data})
    asked.controller.show_dialog("t")
    dialog = asked.controller.dialog
    assert dialog is not None
    qtbot.addWidget(dialog)
    assert dialog.carry_out.text() == "Accept the talk"
    assert "No endpoint for sound is known" in dialog.detail.text()
    qtbot.mouseClick(dialog.carry_out, Qt.MouseButton.LeftButton)
    assert asked.outcome("t")[0] == "done"
    assert not dialog.carry_out.isEnabled()
    asked.controller.close()
