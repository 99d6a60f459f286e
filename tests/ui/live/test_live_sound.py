"""Cameras that give video, through the real player: what is heard, what is remembered, and what is said when it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.site import Site
from chekt_console.media.live_video import VideoAddress
from chekt_console.settings import Settings
from chekt_console.ui.live.live_controller import LiveController
from chekt_console.ui.shared.theme import Theme
from tests.support.live_streams import encode_hls, web_server
from tests.ui.live.test_live_window import jpeg, picture
from tests.ui.sites.sync_runner import SyncRunner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_SITE = Site("s1", "Harbor Point")
_ONE, _TWO = (Device("s1", f"c{number}", DeviceKind.CAMERA, f"Camera {number}") for number in (1, 2))
_LONG_MS = 60_000


class VideoLive:
    """A server whose cameras all give the video of one address."""

    def __init__(self, url: str) -> None:
        self.url, self.asked = url, 0
        self.has_stills_only = False

    def frames(
        self, _site: Site, _key: str, _progress: Any, *, wants_video: bool
    ) -> Iterator[bytes | VideoAddress]:
        self.asked += 1
        if wants_video and not self.has_stills_only:
            yield VideoAddress(self.url)
        else:
            yield jpeg()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with web_server(tmp_path) as address:
        yield address


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


def _controller(qtbot: QtBot, live: VideoLive, tmp_path: Path, settings: Settings) -> LiveController:
    parent = QWidget()
    qtbot.addWidget(parent)
    return LiveController(SyncRunner(), live, Theme(), parent, tmp_path / "work", settings)  # type: ignore[arg-type]


def test_a_wall_is_muted_one_camera_is_heard_at_a_time_and_it_is_remembered(
    qtbot: QtBot, tmp_path: Path, address: str, settings: Settings
) -> None:
    encode_hls(tmp_path, 900, has_sound=True)
    controller = _controller(qtbot, VideoLive(f"{address}/index.m3u8"), tmp_path, settings)
    controller.open_wall(_SITE, (_ONE, _TWO))
    wall = controller.wall
    assert wall is not None
    first, second = wall.tiles
    for tile in wall.tiles:
        qtbot.waitUntil(tile.sound.isVisible, timeout=_LONG_MS)
        qtbot.waitUntil(lambda tile=tile: tile.picture.has_image, timeout=_LONG_MS)  # type: ignore[misc]
    assert [tile.is_muted for tile in wall.tiles] == [True, True]
    assert first.sound.text() == "Listen"
    qtbot.mouseClick(first.sound, Qt.MouseButton.LeftButton)
    assert [tile.is_muted for tile in wall.tiles] == [False, True]
    assert first.sound.text() == "Mute"
    qtbot.keyClick(second, Qt.Key.Key_M)
    assert [tile.is_muted for tile in wall.tiles] == [True, False]
    controller.close_wall()
    controller.open_wall(_SITE, (_ONE, _TWO))
    assert controller.wall is not None
    assert [tile.is_muted for tile in controller.wall.tiles] == [True, False]
    window = controller.open(_SITE, _ONE)
    assert window is not None
    assert [window.is_muted, *(tile.is_muted for tile in controller.wall.tiles)] == [False, True, True]
    qtbot.waitUntil(window.sound.isVisible, timeout=_LONG_MS)
    qtbot.mouseClick(window.sound, Qt.MouseButton.LeftButton)
    assert window.is_muted
    controller.close_all()
    assert Settings(tmp_path / "settings.json").is_live_muted
    window = controller.open(_SITE, _ONE)
    assert window is not None
    assert window.is_muted
    controller.close_all()


def test_a_picture_that_ends_is_asked_for_again_and_says_when(
    qtbot: QtBot, tmp_path: Path, address: str, settings: Settings
) -> None:
    live = VideoLive(f"{address}/index.m3u8")
    controller = _controller(qtbot, live, tmp_path, settings)
    window = controller.open(_SITE, _ONE)
    assert window is not None
    qtbot.waitUntil(lambda: "(404). Trying again in" in window.status.text(), timeout=_LONG_MS)
    assert window.retry.isVisible()
    assert not window.sound.isVisible()
    encode_hls(tmp_path, 900, has_sound=True)
    qtbot.waitUntil(lambda: window.status.text().startswith("Live"), timeout=_LONG_MS)
    assert live.asked > 1  # each time with a fresh address
    assert not window.retry.isVisible()
    assert window.sound.isVisible()
    controller.close_all()


def test_a_refusal_is_tried_once_more_and_then_waits_for_the_person(
    qtbot: QtBot, tmp_path: Path, address: str, settings: Settings
) -> None:
    live = VideoLive(f"{address}/status/401/index.m3u8")
    controller = _controller(qtbot, live, tmp_path, settings)
    window = controller.open(_SITE, _ONE)
    assert window is not None
    qtbot.waitUntil(lambda: live.asked == 2, timeout=_LONG_MS)
    qtbot.waitUntil(lambda: window.status.text().endswith("may have changed."), timeout=_LONG_MS)
    assert "does not accept the sign-in (401)" in window.status.text()
    assert live.asked == 2
    qtbot.mouseClick(window.retry, Qt.MouseButton.LeftButton)
    assert live.asked == 3
    controller.close_all()


def test_without_libvlc_it_comes_as_pictures_and_says_that_there_is_no_sound(
    qtbot: QtBot, tmp_path: Path, address: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_VLC_LIB_PATH", str(tmp_path / "no" / "libvlc.so.5"))
    live = VideoLive(f"{address}/index.m3u8")
    controller = _controller(qtbot, live, tmp_path, settings)
    window = controller.open(_SITE, _ONE)
    assert window is not None
    qtbot.waitUntil(lambda: window.picture.has_image, timeout=_LONG_MS)
    assert "For sound install VLC 3" in window.status.toolTip()
    assert not window.sound.isVisible()
    controller.close_all()


def test_what_libvlc_cannot_play_comes_as_pictures(
    qtbot: QtBot, tmp_path: Path, address: str, settings: Settings
) -> None:
    (tmp_path / "garbage.m3u8").write_text("<html>sign in</html>")
    controller = _controller(qtbot, VideoLive(f"{address}/garbage.m3u8"), tmp_path, settings)
    window = controller.open(_SITE, _ONE)
    assert window is not None
    qtbot.waitUntil(lambda: window.picture.has_image, timeout=_LONG_MS)
    assert window.status.toolTip() == "libVLC cannot play what this camera sends."
    controller.close_all()


def test_a_link_that_becomes_slow_ends_the_video(
    qtbot: QtBot, tmp_path: Path, address: str, settings: Settings
) -> None:
    encode_hls(tmp_path, 900, has_sound=True)
    live = VideoLive(f"{address}/index.m3u8")
    controller = _controller(qtbot, live, tmp_path, settings)
    window = controller.open(_SITE, _ONE)
    assert window is not None
    controller.open_wall(_SITE, (_TWO,))
    assert controller.wall is not None
    qtbot.waitUntil(window.sound.isVisible, timeout=_LONG_MS)
    qtbot.waitUntil(controller.wall.tiles[0].sound.isVisible, timeout=_LONG_MS)
    live.has_stills_only = True
    controller.on_link_changed()
    assert live.asked == 4
    for tile in (window, *controller.wall.tiles):
        assert not tile.sound.isVisible()
        qtbot.waitUntil(lambda tile=tile: tile.picture.has_image, timeout=_LONG_MS)  # type: ignore[misc]
    controller.close_all()


def test_words_for_no_sound_and_a_restarted_player(qtbot: QtBot, tmp_path: Path, settings: Settings) -> None:
    controller = _controller(qtbot, VideoLive("http://127.0.0.1:9/index.m3u8"), tmp_path, settings)
    window = controller.open(_SITE, _ONE)
    assert window is not None
    window.show_no_sound("VLC is missing.")
    window.note("player restarted: it crashed")
    window.show_picture(picture())
    assert window.status.text().endswith("64 × 36 · no sound · player restarted: it crashed")
    assert window.status.toolTip() == "VLC is missing."
    controller.close_all()
