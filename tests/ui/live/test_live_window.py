"""What a person sees in a live window."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt, QTimer
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget

from chekt_console.background.picture_decoder import CameraPicture
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.site import Site
from chekt_console.errors import Cancelled, ConsoleError, NotThere
from chekt_console.settings import Settings
from chekt_console.ui.live.live_controller import MAX_WINDOWS, LiveController
from chekt_console.ui.live.live_window import LiveWindow
from chekt_console.ui.live.snapshot_sheet import SnapshotSheet
from chekt_console.ui.shared.theme import Theme
from tests.support.hostile_media import jpeg_of_many_scans
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_SITE = Site("s1", "Harbor Point")


def _camera(number: int = 1) -> Device:
    return Device("s1", f"c{number}", DeviceKind.CAMERA, f"Camera {number} · Loading dock")


def _image(width: int = 64, height: int = 36) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#336699"))
    return image


def picture() -> CameraPicture:
    return CameraPicture(_image(), 64, 36)


def jpeg(width: int = 64, height: int = 36) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    _image(width, height).save(buffer, "JPEG")
    return bytes(buffer.data().data())


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class FakeLive:
    def __init__(self, frames: list[bytes], error: ConsoleError | None = None) -> None:
        self.pictures, self.error, self.asked = frames, error, 0

    def frames(self, _site: Site, _key: str, _progress: Any, *, wants_video: bool) -> Iterator[bytes]:
        self.asked += 1
        yield from self.pictures
        if self.error is not None:
            raise self.error


@pytest.fixture
def time_() -> Time:
    return Time()


@pytest.fixture
def window(qtbot: QtBot, time_: Time) -> LiveWindow:
    window = LiveWindow(_camera(), "Harbor <b>Point</b>", Theme(), monotonic=time_)
    qtbot.addWidget(window)
    window.show()
    return window


def test_connecting_live_stalled_and_live_again(window: LiveWindow, time_: Time) -> None:
    assert window.status.text() == "Connecting…"
    assert not window.retry.isVisible()
    for _ in range(11):
        window.show_picture(picture())
        time_.now += 0.1
    window.look()
    assert window.status.text() == "Live · 10 fps · 0.1 s ago · 64 × 36"
    time_.now += 7
    window.look()
    assert window.status.text() == "Stalled: the last picture is 7 s old"
    assert window.retry.isVisible()
    window.show_connecting()
    window.show_picture(picture())
    assert window.status.text().startswith("Live")


def test_snapshots_once_a_second_are_told_as_such(window: LiveWindow, time_: Time) -> None:
    for _ in range(4):
        time_.now += 1
        window.show_picture(picture())
    window.look()
    assert "a picture every 1 s" in window.status.text()


def test_unreadable_frames_are_counted_and_change_nothing(window: LiveWindow, time_: Time) -> None:
    window.show_picture(None)
    time_.now += 6
    window.look()
    assert window.status.text() == "Connecting… no picture for 6 s (1 not readable)"


def test_controller_shows_frames_then_the_error_and_retries(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    live = FakeLive([jpeg(), jpeg()], NotThere("The server gives no live picture.", status=404))
    runner = SyncRunner()
    controller = LiveController(runner, live, Theme(), parent, tmp_path, Settings(tmp_path / "s.json"))  # type: ignore[arg-type]
    controller.open(_SITE, _camera())
    window = controller.windows[0]
    qtbot.waitUntil(lambda: window.picture.has_image, timeout=10_000)
    assert window.status.text() == "The server gives no live picture."  # though its picture came after it
    live.error = None
    qtbot.mouseClick(window.retry, Qt.MouseButton.LeftButton)
    assert live.asked == 2
    assert window.status.text() == "The camera ended the picture."
    controller.close_all()


@pytest.mark.qt_log_ignore("does not support raise", extend=True)
def test_closing_the_window_cancels_its_job(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    runner = SyncRunner(is_held=True)
    controller = LiveController(
        runner, FakeLive([jpeg()]), Theme(), parent, tmp_path, Settings(tmp_path / "s.json")
    )  # type: ignore[arg-type]
    first = controller.open(_SITE, _camera())
    assert first is not None
    assert controller.open(_SITE, _camera()) is first
    assert len(controller.windows) == 1
    controller.windows[0].close()
    assert runner.submitted[0].is_cancelled
    assert controller.windows == ()


def test_a_slow_window_gets_the_newest_frame_only(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    runner = SyncRunner(is_held=True)
    live = FakeLive([jpeg(64), jpeg(65), jpeg(66)], Cancelled())
    controller = LiveController(runner, live, Theme(), parent, tmp_path, Settings(tmp_path / "s.json"))  # type: ignore[arg-type]
    controller.open(_SITE, _camera())
    job = runner.waiting[0]
    told: list[object] = []
    show = job.partial_callback
    job.partial_callback = told.append
    runner.run_all()
    assert len(told) == 1
    show(told[0])
    window = controller.windows[0]
    qtbot.waitUntil(lambda: window.picture.has_image, timeout=10_000)
    window.look()
    assert "66 × 36" in window.status.text()
    controller.close_all()


def test_no_more_windows_than_the_runner_can_feed(qtbot: QtBot, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    controller = LiveController(
        SyncRunner(is_held=True), FakeLive([]), Theme(), parent, tmp_path, Settings(tmp_path / "s.json")
    )  # type: ignore[arg-type]
    with qtbot.waitSignal(controller.notice_requested) as caught:
        for number in range(MAX_WINDOWS):
            assert controller.open(_SITE, _camera(number)) is not None
        assert controller.open(_SITE, _camera(MAX_WINDOWS)) is None
    assert "Close one to see Camera 3" in caught.args[1]
    controller.close_all()


def test_taken_again_a_camera_that_fails_shows_no_older_picture(qtbot: QtBot) -> None:
    sheet = SnapshotSheet(_SITE, (_camera(1), _camera(2)), Theme())
    qtbot.addWidget(sheet)
    at = datetime(2026, 2, 11, 21, 4, tzinfo=UTC)
    for place in (0, 1):
        sheet.show_still(place, picture().image, at)
    assert sheet.note.text() == "2 of 2 cameras gave a picture."
    sheet.start()
    sheet.show_still(0, picture().image, at)
    sheet.show_error(1, "The camera sends no picture.")
    assert sheet.note.text() == "1 of 2 cameras gave a picture."
    assert not sheet.stills[1].picture.has_image
    paper = sheet.as_image()
    colors = [paper.pixelColor(left, 180).name() for left in (320, 960)]
    assert colors[0] != "#ffffff"
    assert colors[1] == "#ffffff"


def test_a_picture_made_to_take_seconds_costs_its_camera_only_and_never_the_window(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """Two cameras on the wall, one sends a JPEG of thousands of scans."""
    parent = QWidget()
    qtbot.addWidget(parent)
    beats: list[float] = []
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    hostile = jpeg_of_many_scans(5000)

    class Live:
        def frames(self, _site: Site, key: str, _progress: Any, *, wants_video: bool) -> Iterator[bytes]:
            yield hostile if key == _camera(1).key else jpeg()
            raise Cancelled  # nothing more comes

    controller = LiveController(
        SyncRunner(), Live(), Theme(), parent, tmp_path, Settings(tmp_path / "s.json")
    )  # type: ignore[arg-type]
    controller.open_wall(_SITE, (_camera(1), _camera(2)))
    wall = controller.wall
    assert wall is not None
    heart.start(10)
    bad, good = wall.tiles
    qtbot.waitUntil(lambda: good.picture.has_image, timeout=15_000)
    qtbot.waitUntil(lambda: "(1 not readable)" in bad.status.text(), timeout=15_000)
    heart.stop()
    assert not bad.picture.has_image
    assert max(after - before for before, after in pairwise(beats)) < 0.5
    controller.close_all()
