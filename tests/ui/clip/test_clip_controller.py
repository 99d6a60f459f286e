"""From the selected event to a playing clip and a saved decision."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from chekt_console.errors import ClipUnavailable, DiskFailed
from tests.ui.clip.clip_world import ARMED, FACTS, SITE, ClipWorld, event, make_world

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

FIRST, SECOND = event("a1"), event("a2", -60, device_name="Gate")


@pytest.fixture
def world(qtbot: QtBot) -> ClipWorld:
    made = make_world(FIRST, SECOND, ARMED)
    qtbot.addWidget(made.pane)
    qtbot.addWidget(made.panel)
    return made


def test_a_selected_alarm_is_fetched_opened_and_played(world: ClipWorld) -> None:
    assert world.pane.message.heading.text() == "No event selected"
    assert world.panel.empty.text() == "Choose an event on the timeline to see here what it is."
    world.clips.reports = [(0, 0, "Fetching the clip"), (1_000_000, 4_000_000, "")]
    world.selection.select_event(FIRST)
    assert world.pane.message.heading.text() == "Fetching the clip"
    world.runner.run("clip")
    assert world.pane.message.sentence.text() == "1.0 of 4.0 MB"
    assert world.player.calls[-2:] == [("open", "a1.mp4"), ("play",)]
    world.player.opened.emit(FACTS)
    assert world.pane.message.isHidden()
    assert world.pane.track.alarm_s == 5.0
    world.player.position_changed.emit(5.4)
    assert world.pane.caption() == ("Loading dock", "2026-02-11 06:30:00.4 PST   +0.4 s after alarm")
    assert world.pane.bar.time.toolTip() == "0:05.4 / 0:15.0"
    assert world.panel.rules.texts[0] == "✓ MP4, H.264 High"


def test_a_clip_that_ended_begins_again_when_it_is_to_repeat(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    plays = world.player.calls.count(("play",))
    world.player.state_changed.emit("ended")
    world.pane.bar.repeat.setChecked(True)
    world.player.state_changed.emit("ended")
    qtbot.waitUntil(lambda: world.player.calls.count(("play",)) == plays + 1)


def test_a_part_of_the_clip_is_repeated(world: ClipWorld, qtbot: QtBot) -> None:
    world.open(FIRST)
    world.player.position_changed.emit(3.0)
    world.pane.bar.ranges[0].trigger()
    world.player.position_changed.emit(6.0)
    world.pane.bar.ranges[1].trigger()
    assert world.pane.track.range_s == (3.0, 6.0)
    world.player.state = "playing"
    world.player.position_changed.emit(5.9)
    world.player.position_changed.emit(6.04)
    qtbot.waitUntil(lambda: ("seek", 3.0) in world.player.calls)
    assert world.player.calls.count(("seek", 3.0)) == 1
    world.pane.bar.ranges[2].trigger()
    assert world.pane.track.range_s is None


def test_an_answer_for_an_event_no_longer_selected_is_dropped(world: ClipWorld) -> None:
    world.selection.select_event(FIRST)
    slow = world.runner.jobs[-1]
    world.selection.select_event(SECOND)
    world.runner.run()
    slow.is_cancelled = False  # it had ended already when the other one was chosen
    slow.run()
    assert [call for call in world.player.calls if call[0] == "open"] == [("open", "a2.mp4")]


def test_without_a_site_a_site_is_asked_for_first(world: ClipWorld) -> None:
    world.selection.select_event(FIRST)
    world.selection.select_site(None)
    assert world.pane.message.heading.text() == "No site selected"
    assert world.pane.message.sentence.text() == "Choose a site, then one of its alarms to see its clip here."
    assert world.panel.empty.text() == "Choose a site, then one of its events, to see here what it is."
    world.selection.select_site(SITE)
    assert world.pane.message.heading.text() == "No event selected"


def test_without_video_nothing_is_asked(world: ClipWorld) -> None:
    world.selection.select_event(ARMED)
    world.runner.run()
    assert world.pane.message.heading.text() == "No video"
    assert world.clips.fetched == []
    world.selection.select_event(None)
    assert world.pane.message.heading.text() == "No event selected"


def test_not_ready_failed_and_cancelled_say_so_and_can_be_tried_again(world: ClipWorld) -> None:
    world.clips.error = ClipUnavailable("The clip is not ready yet.", is_not_ready_yet=True)
    world.selection.select_event(FIRST)
    world.runner.run()
    assert world.pane.message.heading.text() == "Not ready yet"
    world.clips.error = ClipUnavailable("The clip arrived cut off.")
    world.pane.message.retry.click()
    world.runner.run()
    assert world.pane.message.sentence.text() == "The clip arrived cut off."
    world.pane.message.retry.click()
    world.pane.message.cancel.click()
    world.runner.run()
    assert world.pane.message.heading.text() == "Not fetched"
    world.clips.error = None
    world.pane.message.retry.click()
    world.runner.run()
    assert ("open", "a1.mp4") in world.player.calls


def test_a_clip_that_is_long_in_coming_is_asked_for_again_until_another_event_is_chosen(
    world: ClipWorld,
) -> None:
    world.clips.error = ClipUnavailable("The clip is not ready yet.", is_not_ready_yet=True)
    world.selection.select_event(FIRST)
    world.runner.run()
    assert "asked for again" in world.pane.message.sentence.text()
    for _ in range(2):
        assert world.controller.again.isActive()
        world.controller.again.timeout.emit()
        world.runner.run()
    world.clips.error = None
    world.controller.again.timeout.emit()
    world.runner.run()
    assert ("open", "a1.mp4") in world.player.calls
    assert not world.controller.again.isActive()
    world.clips.error = ClipUnavailable("The clip is not ready yet.", is_not_ready_yet=True)
    world.selection.select_event(SECOND)
    world.runner.run()
    assert world.controller.again.isActive()
    world.selection.select_event(None)
    assert not world.controller.again.isActive()


def test_a_clip_that_was_never_sent_is_not_asked_for_again(world: ClipWorld) -> None:
    world.clips.error = ClipUnavailable("The server has no video of this event.")
    world.selection.select_event(FIRST)
    world.runner.run()
    assert world.pane.message.heading.text() == "No clip"
    assert not world.controller.again.isActive()


def test_a_file_the_player_cannot_show_is_fetched_anew(world: ClipWorld) -> None:
    world.selection.select_event(FIRST)
    world.runner.run()
    world.player.failed.emit("This clip cannot be shown.")
    assert world.pane.message.sentence.text() == "This clip cannot be shown."
    assert world.clips.forgotten == []
    world.pane.message.retry.click()
    world.runner.run()
    assert world.clips.forgotten == ["a1"]
    assert world.clips.fetched == ["a1", "a1"]


def test_a_clip_whose_player_ended_is_opened_again_from_the_disk(world: ClipWorld) -> None:
    world.selection.select_event(FIRST)
    world.runner.run()
    world.player.has_bad_file = False
    world.player.failed.emit("What decodes clips ended 3 times within a minute.")
    world.pane.message.retry.click()
    world.runner.run()
    assert world.clips.forgotten == []
    assert [call for call in world.player.calls if call[0] == "open"] == [("open", "a1.mp4")] * 2


def test_a_video_that_comes_later_is_shown_when_it_comes(world: ClipWorld) -> None:
    world.selection.select_event(replace(FIRST, has_video=False))
    world.runner.run()
    world.controller.on_events((FIRST,))
    world.runner.run()
    assert world.clips.fetched[0] == "a1"


def test_a_decision_is_shown_when_it_is_saved_and_not_before(world: ClipWorld) -> None:
    world.open(FIRST)
    decided: list[object] = []
    world.controller.event_decided.connect(decided.append)
    world.panel.decision.note.setPlainText("Two people at the gate")
    world.panel.decision.buttons["real"].click()
    assert not world.panel.decision.buttons["real"].isChecked()
    assert world.panel.decision.said.text() == "Saving…"
    opened = [call for call in world.player.calls if call[0] == "open"]
    world.runner.run()
    assert world.panel.decision.buttons["real"].isChecked()
    assert world.panel.decision.said.text().startswith("Real alarm, saved with its note on this computer at")
    assert world.events.notes == ["Two people at the gate"]
    assert decided == [replace(FIRST, decision="real")]
    assert world.selection.selected_event == replace(FIRST, decision="real")
    assert [call for call in world.player.calls if call[0] == "open"] == opened


def test_a_decision_comes_back_with_its_note_and_can_be_undone(world: ClipWorld) -> None:
    world.open(FIRST)
    world.panel.decision.note.setPlainText("A fox")
    world.panel.decision.buttons["false"].click()
    world.runner.run()
    world.open(SECOND)
    assert world.panel.decision.note_text == ""
    assert world.panel.place.text() == "1 of 1 to review"
    world.open(world.events.events["a1"])
    assert world.panel.decision.note_text == "A fox"
    assert world.panel.decision.said.text().startswith("False alarm, saved 2026-02-11")
    world.panel.decision.undo.click()
    world.runner.run()
    world.runner.run()
    assert world.events.events["a1"].decision == ""
    assert not world.panel.decision.buttons["false"].isChecked()
    assert world.panel.place.text() == "1 of 2 to review"


def test_a_decision_that_was_not_saved_is_not_shown(world: ClipWorld) -> None:
    world.open(FIRST)
    world.events.error = DiskFailed("The disk is full.")
    world.panel.decision.buttons["false"].click()
    world.runner.run()
    assert not world.panel.decision.buttons["false"].isChecked()
    assert world.panel.decision.said.text() == "Not saved: The disk is full."


def test_a_decision_that_was_not_saved_is_told_also_when_the_person_has_gone_on(world: ClipWorld) -> None:
    """R, then J at once: the disk's answer comes when the next alarm is on the screen."""
    told: list[str] = []
    world.controller.decisions.lost.connect(told.append)
    world.open(FIRST)
    world.events.error = DiskFailed("The disk is full.")
    world.panel.decision.buttons["real"].click()
    world.selection.select_event(SECOND)
    world.runner.run()
    (sentence,) = told
    assert "Loading dock" in sentence
    assert "The disk is full." in sentence


def test_the_panel_tells_what_is_around_and_goes_to_the_next(world: ClipWorld) -> None:
    world.open(FIRST)
    assert world.panel.place.text() == "1 of 2 to review"
    assert world.panel.rows.value("Armed") == "since 18:00 (schedule)"
    rows = [world.panel.nearby.item(row).text() for row in range(world.panel.nearby.count())]
    assert rows == ["06:29:00  Intrusion — Gate", "06:30:00  Intrusion — Loading dock"]
    assert world.clips.fetched == ["a1", "a2"]  # the next clip ahead of the wish
    assert world.player.prepared == ["a2.mp4"]  # and decoded
    world.panel.decision.next.click()  # not without a decision
    assert world.selection.selected_event == FIRST
    world.panel.decision.buttons["unsure"].click()
    world.runner.run()
    world.panel.decision.next.click()
    assert world.selection.selected_event == SECOND


def test_on_a_slow_link_a_clip_is_loaded_when_asked_for_and_none_ahead(
    world: ClipWorld, qtbot: QtBot
) -> None:
    world.slow_link.set_on(True)
    qtbot.addWidget(world.pane)
    world.pane.show()
    world.selection.select_event(FIRST)
    world.runner.run()
    message = world.pane.message
    assert (message.heading.text(), message.retry.text()) == ("Not loaded yet", "Load the clip")
    assert world.clips.fetched == []
    qtbot.mouseClick(message.retry, Qt.MouseButton.LeftButton)
    world.runner.run()
    world.player.opened.emit(FACTS)
    world.runner.run()
    assert world.pane.is_ready
    assert world.clips.fetched == ["a1"]
    world.selection.select_event(SECOND)
    world.runner.run()
    assert world.pane.is_waiting
    world.open(world.events.events["a1"])  # on this computer already
    assert world.pane.is_ready
    world.selection.select_event(SECOND)
    world.runner.run()
    world.slow_link.set_on(False)
    world.runner.run()
    assert world.clips.fetched[-1] == "a2"


def test_a_false_alarm_gets_its_cause(world: ClipWorld) -> None:
    world.open(FIRST)
    decision = world.panel.decision
    assert decision.causes.isHidden()
    decision.buttons["false"].click()
    world.runner.run()
    assert not decision.causes.isHidden()
    decision.cause_buttons["weather"].click()
    world.runner.run()
    assert world.events.kept["a1"].cause == "weather"
    assert decision.cause_buttons["weather"].isChecked()
    assert decision.said.text().startswith("False alarm (weather), saved on this computer")


def test_nothing_goes_on_by_itself_unless_switched_on(world: ClipWorld) -> None:
    world.open(FIRST)
    world.panel.decision.buttons["real"].click()
    world.runner.run()
    assert world.selection.selected_event is not None
    assert world.selection.selected_event.event_id == "a1"
    world.controller.decisions.goes_on_after_deciding = True
    world.panel.decision.buttons["false"].click()
    world.runner.run()
    assert world.selection.selected_event.event_id == "a1"  # its cause is asked for first
    world.panel.decision.cause_buttons["animal"].click()
    world.runner.run()
    assert world.selection.selected_event == SECOND


def test_a_snapshot_is_saved_with_its_caption_and_never_over_another(
    world: ClipWorld, tmp_path: Path
) -> None:
    world.controller.snapshot_folder = tmp_path / "Pictures"
    world.open(FIRST)
    image = QImage(640, 360, QImage.Format.Format_RGB32)
    image.fill(0xFF3366)
    world.player.frame_arrived.emit(image)
    for _ in range(2):
        world.pane.bar.snapshot.click()
        world.runner.run()
    names = sorted(path.name for path in (tmp_path / "Pictures").iterdir())
    stem = "Harbor-Point-Warehouse_Loading-dock_2026-02-11-062955.0-PST"
    assert names == [f"{stem}-2.png", f"{stem}.png"]
    saved = QImage(str(tmp_path / "Pictures" / names[0]))
    assert saved.width() == 640
    assert saved.height() > 360
    assert saved.pixel(10, 10) == image.pixel(10, 10)
    assert str(tmp_path / "Pictures") in world.pane.said.whole_text


def test_the_silent_engine_says_what_to_install(world: ClipWorld) -> None:
    world.player.engine_changed.emit("libVLC 3.0.21")
    assert world.pane.engine.whole_text == ""
    words = "PyAV, silent. For sound install VLC 3 from videolan.org."
    world.player.engine_changed.emit(words)
    world.open(FIRST)
    assert world.pane.engine.whole_text == words
    assert not world.pane.bar.mute.isEnabled()
    assert world.pane.bar.mute.toolTip() == words


def test_the_panel_says_what_came_with_the_event(world: ClipWorld) -> None:
    world.open(event("told", text="Motion behind the gate", status="waiting"))
    rows = world.panel.rows
    assert (rows.value("Message"), rows.value("Status")) == (
        "Motion behind the gate",
        "waiting for the operator",
    )
