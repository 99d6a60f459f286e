"""A drag along the filmstrip: the picture under the hand, real helpers, a real clip."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from chekt_console.background.player import Player
from tests.ui.clip.clip_world import ClipWorld, event, make_world
from tests.unit.media import moving_square
from tests.unit.media.moving_square import FPS, SECONDS, frame_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def world(qtbot: QtBot, tmp_path: Path) -> Iterator[ClipWorld]:
    """Plays."""
    player = Player(tmp_path / "player")
    made = make_world(event("a1"), player=player)
    made.clips.path = moving_square.encode(tmp_path / "clip.mp4")
    qtbot.addWidget(made.pane)
    qtbot.addWidget(made.panel)
    made.pane.resize(900, 700)
    made.pane.show()
    made.selection.select_event(event("a1"))
    made.runner.run()
    qtbot.waitUntil(lambda: player.state == "playing" and player.position_s > 0.3, timeout=15_000)
    yield made
    player.close()


def _shown(world: ClipWorld) -> int:
    image = world.pane.picture.image
    assert image is not None
    return frame_number(bytes(image.constScanLine(110)))


def _at(world: ClipWorld, seconds: float) -> QPoint:
    return QPoint(round(world.pane.track.x_of(seconds)), 20)


def test_a_drag_while_playing_shows_the_frame_under_the_hand_and_goes_on_where_it_lets_go(
    world: ClipWorld, qtbot: QtBot
) -> None:
    track = world.pane.track
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=_at(world, 1.0))
    for tenth in range(11, 40):
        qtbot.mouseMove(track, _at(world, tenth / 10))
    wanted = int(track.seconds_at(_at(world, 3.9).x()) * FPS)
    qtbot.waitUntil(lambda: _shown(world) == wanted, timeout=10_000)
    with qtbot.assertNotEmitted(world.player.frame_arrived, wait=500):  # held still, nothing moves
        pass
    assert _shown(world) == wanted
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=_at(world, 3.9))
    assert world.player.state == "playing"
    qtbot.waitUntil(lambda: _shown(world) > wanted, timeout=10_000)
    assert _shown(world) < wanted + FPS


def test_what_was_paused_stays_paused_and_the_end_is_no_beginning(world: ClipWorld, qtbot: QtBot) -> None:
    track = world.pane.track
    qtbot.mousePress(track, Qt.MouseButton.LeftButton, pos=_at(world, 1.0))
    qtbot.mouseMove(track, _at(world, SECONDS))
    qtbot.waitUntil(lambda: _shown(world) == FPS * SECONDS - 1, timeout=10_000)
    qtbot.mouseRelease(track, Qt.MouseButton.LeftButton, pos=_at(world, SECONDS))
    assert world.player.state == "paused"
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=_at(world, 2.0))
    assert world.player.state == "paused"
    wanted = int(track.seconds_at(_at(world, 2.0).x()) * FPS)
    qtbot.waitUntil(lambda: _shown(world) == wanted, timeout=10_000)


def test_the_ends_are_one_key_or_click_away_and_lead_on(world: ClipWorld, qtbot: QtBot) -> None:
    bar, last = world.pane.bar, FPS * SECONDS - 1
    world.pane.picture.setFocus()
    qtbot.mouseClick(bar.play, Qt.MouseButton.LeftButton)
    qtbot.keyClick(world.pane.picture, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: _shown(world) == last, timeout=10_000)
    qtbot.mouseClick(bar.back, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _shown(world) == last - 1, timeout=10_000)
    qtbot.keyClick(world.pane.picture, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: _shown(world) == 0, timeout=10_000)
    qtbot.mouseClick(bar.to_end, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _shown(world) == last, timeout=10_000)
    world.player.play()  # from the beginning
    qtbot.waitUntil(lambda: 0 < _shown(world) < last - FPS, timeout=10_000)
    qtbot.mouseClick(bar.to_end, Qt.MouseButton.LeftButton)  # while it plays
    qtbot.waitUntil(lambda: world.player.state == "ended" and _shown(world) == last, timeout=10_000)
    qtbot.mouseClick(bar.to_start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: _shown(world) == 0, timeout=10_000)


def test_the_bar_gives_way_in_a_narrow_pane(world: ClipWorld) -> None:
    bar = world.pane.bar
    for width in range(410, 1000, 5):
        world.pane.resize(width, 500)
        layout = bar.layout()
        assert layout is not None
        layout.activate()
        shown = [widget for widget in bar.children() if isinstance(widget, QWidget) and widget.isVisible()]
        places = sorted((widget.x(), widget.geometry().right()) for widget in shown)
        assert all(after[0] > before[1] for before, after in pairwise(places)), (width, places)
        assert places[-1][1] <= bar.width(), width
        assert bar.to_start.isVisible() == bar.to_end.isVisible() == (width >= 620)
