"""Review on the simulator: filter, list, incident and typed time act together in the whole program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from chekt_console.domain.event import EventKind
from chekt_console.ui.timeline.lane_arrangement import Grouping, LaneArrangement
from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_an_alarm_is_found_listed_and_explained(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path)
    try:
        running.wait_filled()
        selection = running.console.selection
        selection.select_site(running.site())
        pane, review = running.timeline.timeline, running.review
        running.wait(lambda: len(pane.timeline.content) > 0 and not pane._note)
        qtbot.mouseClick(pane.header.list, Qt.MouseButton.LeftButton)
        model = pane.event_list.model
        running.wait(lambda: model.event_count == len(pane.timeline.content))

        pane.show_filter_bar(True)
        qtbot.keyClicks(pane.filter_bar.input, "intrusion")
        running.wait(lambda: 0 < model.event_count < len(pane.timeline.content))
        assert model.event_count == pane.timeline.view.total()

        alarm = next(
            event
            for event in pane.timeline.content.events
            if event.kind is EventKind.ALARM and event.has_video
        )
        selection.select_event(alarm)
        running.wait(lambda: len(review.incident_panel.texts) == 7)
        assert not review.incident_panel.isHidden()
        texts = dict(text.split(": ", 1) for text in review.incident_panel.texts)
        assert texts["Camera"].startswith(alarm.device_name)
        # The clip plays: its real length and the place in it are on the timeline.
        running.wait(lambda: alarm.event_id in pane.timeline.view.clip_spans)
        start, end = pane.timeline.view.clip_spans[alarm.event_id]
        assert start < alarm.instant_ms < end
        running.wait(lambda: start < (pane.timeline.view.playhead_ms or 0) <= end)
        assert list(texts) == [
            "Zone, type", "Armed", "Schedule", "Camera", "Delivery", "Verification", "Decision",
        ]  # fmt: skip

        pane.event_filter.clear()
        pane.open_goto_time()
        qtbot.keyClicks(pane.goto_time.input, "-5h")
        qtbot.keyClick(pane.goto_time.input, Qt.Key.Key_Return)
        assert not pane.timeline.is_live
        assert pane.filter_bar.input.text() == ""
        selection.select_event(None)
        assert review.incident_panel.isHidden()
    finally:
        running.close()


def test_lanes_by_site_show_all_and_a_click_brings_the_site_along(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path)
    try:
        running.wait_filled()
        selection = running.console.selection
        pane = running.timeline.timeline
        first, second = running.site(), running.site("Main Street Pharmacy")
        for site in (second, first):
            selection.select_site(site)
            running.wait(lambda: len(pane.timeline.content) > 0 and not pane._note)
        known = {event.site_id for event in pane.timeline.content.events}
        pane.timeline.arrange(LaneArrangement(Grouping.SITE))
        running.wait(lambda: pane.timeline.content.is_overview)
        labels = [lane.label for lane in pane.timeline.view.lanes]
        assert {first.name, second.name} <= set(labels)
        assert known == {first.site_id}
        lane = labels.index(second.name)
        hits = pane.timeline.view.columns.between(pane.timeline.view.shown_runs(lane), 0, 2**62)
        facets = pane.timeline.content.facets
        # Without a clip: what is still being made for one would be waited for at the end.
        hit = next(hit for hit in reversed(hits) if not facets.has_clip(hit.row))
        pane.timeline.event_chosen.emit(pane.timeline.content.event(hit))
        assert selection.site == second
        assert selection.selected_event is not None
        assert selection.selected_event.site_id == second.site_id
        assert pane.timeline.view.selected_lane == lane
        pane.timeline.arrange(LaneArrangement(Grouping.DEVICE))
        running.wait(lambda: not pane.timeline.content.is_overview and len(pane.timeline.content) > 0)
        assert {event.site_id for event in pane.timeline.content.events} == {second.site_id}
    finally:
        running.close()
