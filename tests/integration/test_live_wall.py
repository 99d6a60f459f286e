"""Nine cameras at once and a still of each, through the whole program and the real simulator; one is offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_SAYS_OFFLINE = "2532"  # the simulator's site with a camera that gives pictures all the same

pytestmark = pytest.mark.slow


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    yield running
    running.close()


def test_a_wall_and_a_page_of_stills(running: RunningConsole, qtbot: QtBot, tmp_path: Path) -> None:
    running.wait_filled()
    running.console.selection.select_site(running.site())
    pane, controller = running.work.devices_pane, running.work.live_controller
    running.wait(lambda: pane.header.wall.isVisible())
    qtbot.mouseClick(pane.header.wall, Qt.MouseButton.LeftButton)
    wall = controller.wall
    assert wall is not None
    assert len(wall.tiles) >= 5
    there = [tile for tile in wall.tiles if tile.device.status != "offline"]
    (away,) = [tile for tile in wall.tiles if tile not in there]
    running.wait(lambda: all(tile.picture.has_image for tile in there), 30_000)
    running.wait(lambda: all(tile.status.text().startswith("Live") for tile in there))
    # It was asked all the same: what is said to be offline may give a picture.
    running.wait(lambda: "is offline" in away.status.text(), 30_000)
    assert away.retry.isVisible()
    assert not away.picture.has_image
    qtbot.mouseDClick(wall.tiles[0].picture, Qt.MouseButton.LeftButton)
    assert [window.device for window in controller.windows] == [wall.tiles[0].device]
    qtbot.mouseClick(wall.snapshots, Qt.MouseButton.LeftButton)
    sheet = controller.sheet
    assert sheet is not None
    running.wait(lambda: sheet.save.isEnabled(), 30_000)
    assert sheet.note.text() == f"{len(there)} of {len(wall.tiles)} cameras gave a picture."
    sheet.save_to(tmp_path / "stills.png")
    assert not QImage(str(tmp_path / "stills.png")).isNull()
    sheet.save_to(tmp_path / "nowhere" / "stills.png")
    assert "could not be written" in sheet.note.text()
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert controller.wall is None


def test_a_camera_reported_offline_that_gives_pictures_is_shown(
    running: RunningConsole, qtbot: QtBot
) -> None:
    running.wait_filled()
    sites = running.session.sites.cached().sites
    running.console.selection.select_site(next(one for one in sites if one.site_id == _SAYS_OFFLINE))
    pane, controller = running.work.devices_pane, running.work.live_controller
    running.wait(lambda: pane.header.wall.isVisible())
    qtbot.mouseClick(pane.header.wall, Qt.MouseButton.LeftButton)
    wall = controller.wall
    assert wall is not None
    (tile,) = [one for one in wall.tiles if one.device.status == "offline"]
    running.wait(lambda: tile.picture.has_image, 30_000)
    assert tile.status.text().startswith("Live")
    qtbot.mouseDClick(tile.picture, Qt.MouseButton.LeftButton)
    (window,) = controller.windows
    assert window.device == tile.device
    qtbot.keyClick(wall, Qt.Key.Key_Escape)
    assert controller.wall is None
