"""What a person sees and does in the clip's panes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QWidget

from chekt_console.background.player import Player
from chekt_console.background.runner import Runner
from chekt_console.ui.clip.picture_widget import PictureWidget
from chekt_console.ui.clip.seek_track import SeekTrack
from chekt_console.ui.shared.theme import LIGHT, Theme
from tests.support.shown import show, show_active
from tests.ui.clip.clip_world import ClipWorld, event, make_world
from tests.unit.media import moving_square

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

ALARM = event("a1")


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[ClipWorld]:
    made = make_world(ALARM, event("a2", -60))
    window = QWidget()
    qtbot.addWidget(window)
    row = QHBoxLayout(window)
    row.addWidget(made.pane, 1)
    row.addWidget(made.panel)
    window.resize(1000, 700)
    show_active(qtbot, window)  # shortcuts belong to the active window
    yield made  # the window must outlive the test
    window.close()


def _calls(world: ClipWorld) -> list[tuple[object, ...]]:
    return [call for call in world.player.calls if call[0] not in ("open", "clear", "play")]


def test_keys_work_wherever_the_focus_is(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(ALARM)
    world.player.state = "playing"
    world.panel.nearby.setFocus()
    for key in (Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_A, Qt.Key.Key_Space):
        qtbot.keyClick(world.panel.nearby, key)
    assert _calls(world) == [("step", -1), ("step", 1), ("seek", 5.0), ("pause",)]
    world.pane.picture.setFocus()
    world.player.position_changed.emit(7.0)
    qtbot.keyClick(world.pane.picture, Qt.Key.Key_Left)
    qtbot.keyClick(world.pane.picture, Qt.Key.Key_Right)
    assert _calls(world)[-2:] == [("seek", 2.0), ("seek", 7.0)]
    qtbot.keyClick(world.pane.picture, Qt.Key.Key_F)
    world.runner.run()
    assert world.panel.decision.buttons["false"].isChecked()
    qtbot.keyClick(world.pane.picture, Qt.Key.Key_J)
    assert world.selection.selected_event == event("a2", -60)


def test_letters_go_into_the_note_while_it_is_written(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(ALARM)
    world.panel.decision.note.setFocus()
    qtbot.keyClicks(world.panel.decision.note, "far, a. j")
    assert world.panel.decision.note_text == "far, a. j"
    assert _calls(world) == []
    qtbot.keyClick(world.panel.decision.note, Qt.Key.Key_Return)
    assert "Choose real, false or unsure" in world.panel.decision.said.text()


def test_a_click_on_the_track_goes_there_and_near_the_mark_to_the_alarm(qtbot: QtBot) -> None:
    track = SeekTrack(Theme())
    qtbot.addWidget(track)
    track.resize(424, 34)
    track.show_clip(15.0, 5.0)
    wished: list[float] = []
    track.seek_requested.connect(wished.append)
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(212, 17))
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_of(5.0)) + 2, 17))
    qtbot.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(423, 17))
    assert wished == [7.5, 5.0, 15.0]
    track.show_clip(4.0, 5.0)
    assert track.alarm_s is None


def test_the_picture_keeps_its_shape_on_a_dark_ground(qtbot: QtBot) -> None:
    widget = PictureWidget()
    qtbot.addWidget(widget)
    widget.resize(400, 400)
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    widget.show_image(image)
    assert widget.picture_rect().getRect() == (0, 87.5, 400, 225)
    shown = widget.grab().toImage()
    assert shown.pixelColor(200, 200).lightness() > 240
    assert shown.pixelColor(200, 40).lightness() < 30


def test_hostile_names_stay_text(world: ClipWorld) -> None:
    evil = "<b>x</b><img src='http://elsewhere/'>"
    world.open(event("<i>7", device_name=evil, text=evil, user=evil, status=evil))
    for label in (*world.pane.findChildren(QLabel), *world.panel.findChildren(QLabel)):
        if "<" in label.text():
            assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
        assert "<img" not in label.toolTip()
    assert "&lt;b&gt;" in world.pane.header.toolTip()


def test_every_button_has_a_name_and_a_tip(world: ClipWorld) -> None:
    world.open(ALARM)
    for button in (
        *world.pane.findChildren(QAbstractButton),
        *world.panel.decision.findChildren(QAbstractButton),
    ):
        assert button.toolTip(), button
        assert button.accessibleName() or button.text(), button


def test_both_themes_and_a_narrow_place_are_drawn(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(ALARM)
    dark = world.pane.grab().toImage()
    world.theme.use(LIGHT)
    light = world.pane.grab().toImage()
    corner = QPoint(6, dark.height() - 6)
    assert dark.pixelColor(corner).lightness() < 60 < 200 < light.pixelColor(corner).lightness()
    world.pane.window().resize(world.pane.window().minimumSizeHint())
    qtbot.waitUntil(lambda: world.pane.width() < 700)
    assert not world.pane.bar.before.isVisible()
    bar = world.pane.bar
    assert bar.snapshot.geometry().right() <= bar.width()
    assert bar.time.geometry().right() < bar.speed.geometry().left()


def test_a_real_clip_moves_on_screen(qtbot: QtBot, tmp_path: Path) -> None:
    """Nothing faked between the selected alarm and the painted picture but the server."""
    player, runner = Player(tmp_path / "work"), Runner()
    world = make_world(ALARM, player=player, runner=runner)
    world.clips.path = moving_square.encode(tmp_path / "clip.mp4")
    qtbot.addWidget(world.pane)
    qtbot.addWidget(world.panel)
    world.pane.resize(700, 560)
    show(qtbot, world.pane)
    world.selection.select_event(ALARM)
    qtbot.waitUntil(lambda: player.state == "playing" and player.position_s > 0.4, timeout=15_000)
    early = world.pane.picture.grab().toImage()
    qtbot.waitUntil(lambda: player.position_s > 1.5, timeout=10_000)
    late = world.pane.picture.grab().toImage()
    assert early != late
    assert world.pane.bar.play.accessibleName() == "Pause"
    world.pane.bar.play.click()
    assert player.state == "paused"
    assert world.pane.track.duration_s == pytest.approx(moving_square.SECONDS)
    player.close()
    assert runner.stop()
