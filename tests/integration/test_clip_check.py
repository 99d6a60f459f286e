"""Clips of the simulator's world, good and bad: checked beside the picture and for a whole site, and cameras together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.clip_check import Mark
from chekt_console.domain.event import EventKind
from tests.support.console import RunningConsole
from tests.support.shown import show_active

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    console = RunningConsole(qtbot, tmp_path)
    console.wait_filled()
    yield console
    console.close()


def _known_days(running: RunningConsole, site: Site) -> float:
    known = running.session.events.cached(site.site_id)
    return (known.to_ms - known.from_ms) / 86_400_000


@pytest.mark.slow
def test_the_clips_of_a_site_are_checked_and_the_outcome_is_kept(
    running: RunningConsole, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = running.site()
    running.console.window.show_perspective("review")
    running.console.selection.select_site(site)
    running.wait(lambda: _known_days(running, site) > 25, 60_000)  # read to its end
    running.wait(lambda: running.session.account is not None, 30_000)
    account = running.session.account
    assert account is not None
    account.clip_check_action.trigger()
    controller = running.review.survey_controller
    dialog = controller.dialog
    assert dialog is not None
    dialog.each.setValue(1)
    qtbot.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
    running.wait(lambda: dialog.start.text() == "Check" and dialog.cameras, 180_000)
    assert len(dialog.cameras) >= 2
    assert "checked" in dialog.note.text()
    assert any(camera.mark is not Mark.UNKNOWN for camera in dialog.cameras)
    for ending in ("csv", "pdf"):
        target = tmp_path / f"out.{ending}"
        monkeypatch.setattr(controller, "choose_file", lambda *_args, target=target: str(target))
        qtbot.mouseClick(getattr(dialog, ending), Qt.MouseButton.LeftButton)
        running.wait(lambda: dialog.note.text().startswith("Saved"), 60_000)
        dialog.say("")
        assert target.stat().st_size > 300
    top = dialog.table.topLevelItem(0)
    assert top is not None
    assert len(top.text(2).split()) == len(dialog.cameras[0].clips)
    clip = top.child(0)
    assert clip is not None
    dialog.table.itemActivated.emit(clip, 0)
    chosen = running.console.selection.selected_event
    assert chosen is not None
    assert chosen.event_id == dialog.cameras[0].clips[0].event.event_id
    dialog.close()


def _alarms(running: RunningConsole, site: Site) -> list[Event]:
    """With a clip, newest first."""
    found = running.session.events.cached(site.site_id).events
    return [one for one in found if one.kind is EventKind.ALARM and one.has_video]


@pytest.mark.slow
def test_the_alarm_on_screen_gets_its_verdict_and_its_cameras_play_together(
    running: RunningConsole, qtbot: QtBot
) -> None:
    site = running.site()
    running.console.window.show_perspective("review")
    running.console.selection.select_site(site)
    running.wait(lambda: _alarms(running, site), 60_000)
    running.console.selection.select_event(_alarms(running, site)[0])
    panel = running.review.event_panel
    running.wait(lambda: panel.rules.texts and not any("Looking" in one for one in panel.rules.texts), 60_000)
    assert any("Decodes to the end" in text or text.startswith(("!", "✕")) for text in panel.rules.texts)
    button = running.review.incident_panel.together
    running.wait(button.isVisible)  # the simulator's newest alarm there was seen by two cameras
    panel.content.ensureWidgetVisible(button)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    together = running.review.together
    window = together.window
    assert window is not None
    running.wait(lambda: together.is_playing, 60_000)
    running.wait(lambda: all(tile.picture.image is not None for tile in window.tiles), 60_000)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    assert not together.is_playing
    qtbot.keyClick(window, Qt.Key.Key_A)
    assert "at the alarm" in window.instant.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert together.window is None


@pytest.mark.slow
def test_the_clip_fills_the_screen_and_the_keys_of_the_review_go_on(
    running: RunningConsole, qtbot: QtBot
) -> None:
    site, window, clip = running.site(), running.console.window, running.review.clip
    full = running.review.full_screen
    window.show_perspective("review")
    show_active(qtbot, window)
    running.console.selection.select_site(site)
    running.wait(lambda: _alarms(running, site), 60_000)
    alarm = _alarms(running, site)[0]
    running.console.selection.select_event(alarm)
    running.wait(lambda: clip.is_ready, 60_000)
    before, home = clip.size(), clip.parentWidget()
    qtbot.keyClick(window, Qt.Key.Key_F11)
    running.wait(lambda: full.is_on and clip.width() == window.width())
    assert clip.height() == window.height() - window.band.height()
    assert window.isFullScreen()
    qtbot.keyClick(clip.picture, Qt.Key.Key_R)
    running.wait(lambda: running.session.local.decision(alarm.event_id) is not None)
    qtbot.keyClick(clip.picture, Qt.Key.Key_Escape)
    running.wait(lambda: not full.is_on and clip.size() == before)
    assert clip.parentWidget() is home
    assert not window.isFullScreen()
    qtbot.mouseDClick(clip.picture, Qt.MouseButton.LeftButton)
    assert full.is_on
    window.show_perspective("schedule")
    assert not full.is_on
