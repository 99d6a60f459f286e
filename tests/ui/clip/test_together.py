"""Cameras of one incident side by side: real clips, real helpers, one clock."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QObject, QPoint, Qt

from chekt_console.background.player import Player
from chekt_console.errors import ClipUnavailable
from chekt_console.services.clip_service import LocalClip
from chekt_console.ui.clip.together_controller import TogetherController
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show
from tests.ui.clip.clip_world import SITE, T_MS, HeldRunner, event
from tests.unit.media import moving_square
from tests.unit.media.moving_square import FPS, STEP, WIDTH, frame_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

ALARM, OTHER, BROKEN = (
    event("a1", device_key="camera:1"),
    event("b2", 2.0, device_key="camera:2", device_name="Gate"),
    event("c3", 3.0, device_key="camera:3", device_name="Yard"),
)
_STARTS_MS = {"a1": T_MS - 2_000, "b2": T_MS - 1_000}  # of clips of 6 s


class _Clips:
    def __init__(self, path: Path) -> None:
        self._path = path

    def fetch(self, wanted: Any, _progress: Any, *, can_wait: bool = True) -> LocalClip:
        if wanted.event_id not in _STARTS_MS:
            raise ClipUnavailable("The server has no video of this event.")
        return LocalClip(wanted.event_id, self._path, _STARTS_MS[wanted.event_id], 6.0, 2.0)


@pytest.fixture
def players() -> list[Player]:
    """In the order of the tiles."""
    return []


@pytest.fixture
def together(qtbot: QtBot, tmp_path: Path, players: list[Player]) -> Iterator[TogetherController]:
    parent = QObject()
    clips: Any = _Clips(moving_square.encode(tmp_path / "clip.mp4"))
    runner: Any = HeldRunner()

    def make_player(owner: QObject) -> Player:
        players.append(Player(tmp_path / "player", owner, is_silent=True))
        return players[-1]

    made = TogetherController(
        runner,
        clips,
        make_player,
        Theme(),
        None,
        parent,
    )
    made.open(SITE, (ALARM, OTHER, BROKEN))
    assert made.window is not None
    runner.run()
    show(qtbot, made.window)
    yield made
    made.end()
    parent.deleteLater()


def _frame(image: QImage | None) -> int:
    assert image is not None
    line = bytes(image.constScanLine(110))[: 4 * WIDTH]
    return frame_number(line) if STEP else 0


def test_two_cameras_play_on_one_clock_and_the_third_says_why_not(
    together: TogetherController, qtbot: QtBot
) -> None:
    window, viewed = together.window, []
    assert window is not None
    together.viewed.connect(lambda event: viewed.append(event.event_id))
    qtbot.waitUntil(lambda: together.is_playing, timeout=15_000)  # by itself, once all have answered
    assert sorted(viewed) == ["a1", "b2"]  # for the ledger: what was on the screen, and each once
    assert window.track.duration_s == pytest.approx(7.0, abs=0.1)
    assert window.track.alarm_s == pytest.approx(2.0)
    assert "no video" in window.tiles[2].says
    assert "not begun" in window.tiles[1].says
    qtbot.waitUntil(lambda: together.at_s > 1.3 and not window.tiles[1].says, timeout=15_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not together.is_playing


def test_a_pause_a_seek_and_a_step_show_the_same_instant_everywhere(
    together: TogetherController, qtbot: QtBot
) -> None:
    window = together.window
    assert window is not None
    first, second = (tile.picture for tile in window.tiles[:2])
    qtbot.waitUntil(lambda: together.is_playing, timeout=15_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    together.seek(3.0)
    qtbot.waitUntil(
        lambda: first.image is not None and second.image is not None
        and (_frame(first.image), _frame(second.image)) == (75, 50),
        timeout=15_000,
    )  # fmt: skip
    qtbot.keyClick(window, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: (_frame(first.image), _frame(second.image)) == (76, 51), timeout=15_000)
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    qtbot.keyClick(window, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: (_frame(first.image), _frame(second.image)) == (74, 49), timeout=15_000)
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: (_frame(first.image), _frame(second.image)) == (50, 25), timeout=15_000)
    assert "at the alarm" in window.instant.text()


def test_a_drag_while_playing_holds_all_cameras_at_the_hand(
    together: TogetherController, qtbot: QtBot
) -> None:
    window = together.window
    assert window is not None
    qtbot.waitUntil(lambda: together.is_playing, timeout=15_000)
    track, first, second = window.track, window.tiles[0].picture, window.tiles[1].picture
    at = QPoint(round(track.x_of(3.0)), 20)
    held_s = track.seconds_at(at.x())
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_of(5.0)), 20))
    qtbot.mouseMove(track, at)
    wanted = (int(held_s * FPS), int((held_s - 1.0) * FPS))
    qtbot.waitUntil(lambda: (_frame(first.image), _frame(second.image)) == wanted, timeout=15_000)
    assert not together.is_playing
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=at)
    assert together.is_playing
    assert together.at_s == pytest.approx(held_s)


def test_closing_the_window_ends_it_and_it_opens_again(together: TogetherController, qtbot: QtBot) -> None:
    window = together.window
    assert window is not None
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert together.window is None
    together.open(SITE, (ALARM, OTHER))
    assert together.window is not None
    assert len(together.window.tiles) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be stopped by a signal there")
def test_a_stuck_player_is_replaced_and_the_window_says_so(
    together: TogetherController, players: list[Player], qtbot: QtBot
) -> None:
    window = together.window
    assert window is not None
    qtbot.waitUntil(lambda: together.is_playing, timeout=15_000)
    assert not window.said.isVisible()
    os.kill(players[0].helper_pids[0], signal.SIGSTOP)
    qtbot.waitUntil(window.said.isVisible, timeout=15_000)
    assert "player was restarted (no picture for 3 s)" in window.said.text()
    assert window.said.text().startswith(window.tiles[0].name)
