"""A live picture that falls silent, through the whole program: what its tile says, and that snapshots take its place."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest
from PySide6.QtCore import Qt

from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    running.wait_filled()
    running.console.selection.select_site(running.site())
    yield running
    running.close()


@pytest.mark.parametrize("after", [0, 5])
def test_a_stalled_stream_is_said_to_be_stalled_and_gives_way_to_snapshots(
    running: RunningConsole, qtbot: QtBot, after: int
) -> None:
    """gateway.md 4: stalled MJPEG; from its beginning, and after some pictures."""
    pane, controller = running.work.devices_pane, running.work.live_controller
    running.wait(lambda: pane.header.wall.isVisible())
    key = {"Authorization": f"Bearer {running.address.api_key}"}
    listed = httpx.get(
        f"{running.address.url}/ext/v1/sites/{running.site().site_id}/cameras", headers=key
    ).json()
    camera = next(one for one in listed if one["status"] == "online" and "/mjpeg/" in one["mjpeg_url"])
    stream = urlsplit(camera["mjpeg_url"]).path
    running.control("faults", {"name": "stalled_mjpeg", "path": stream, "after": after, "count": 99})
    running.control("record", method="DELETE")
    qtbot.mouseClick(pane.header.wall, Qt.MouseButton.LeftButton)
    assert controller.wall is not None
    tile = next(one for one in controller.wall.tiles if one.device.device_id == str(camera["device_id"]))
    others = [one for one in controller.wall.tiles if one is not tile and one.device.status == "online"]

    silent = "Stalled: the last picture is" if after else "Connecting… no picture for"
    running.wait(lambda: tile.status.text().startswith(silent), 60_000)
    assert tile.retry.isVisible()
    assert running.asked("GET", stream) == [200]
    # Ten seconds without a picture end it, and what comes instead is a picture all the same.
    snapshots = stream.replace("/mjpeg/", "/snapshots/")
    running.wait(lambda: running.asked("GET", snapshots).count(200) >= 3, 60_000)
    running.wait(lambda: tile.status.text().startswith("Live · "), 60_000)
    assert tile.picture.has_image
    if not after:  # one that was never there is tried again after a minute, and then after five
        assert len(running.asked("GET", stream)) <= 2
    running.wait(
        lambda: all(one.picture.has_image for one in others), 60_000
    )  # it costs no other its picture
    running.control("faults", method="DELETE")
    if after:
        asked = len(running.asked("GET", stream))
        running.wait(lambda: len(running.asked("GET", stream)) > asked, 60_000)
        running.wait(lambda: tile.status.text().startswith("Live · "), 60_000)
    qtbot.keyClick(controller.wall, Qt.Key.Key_Escape)
