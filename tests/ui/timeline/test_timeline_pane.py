"""The timeline as a person meets it: events of the site, click selects, wheel zooms at the pointer, states in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_filter import EventFilter
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import LIGHT
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.ui.timeline.timeline_world import HOUR_MS, NOW_MS, SITE, alarm, history

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


_CONTENT = TimelineContent.of(history())


@pytest.fixture
def pane_height() -> int:
    return 250


def test_a_click_on_an_alarm_selects_it(pane: TimelinePane, selection: Selection, qtbot: QtBot) -> None:
    timeline = pane.timeline
    timeline.show_range(24 * HOUR_MS)
    wanted = next(event for event in history().events if event.kind is EventKind.ALARM)
    lane = timeline.view.lane_index_of(wanted)
    assert lane is not None
    y = timeline.layout_of_lanes.top_of(lane) + timeline.layout_of_lanes.lane_px / 2
    place = QPoint(round(timeline.axis.x_of(wanted.instant_ms)), round(y))
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=place)
    assert selection.selected_event == wanted


def test_the_wheel_zooms_at_the_pointer_and_a_drag_pans(pane: TimelinePane, qtbot: QtBot) -> None:
    timeline = pane.timeline
    before, x = timeline.axis, 500.0
    wheel = QWheelEvent(
        QPointF(x, 120), timeline.mapToGlobal(QPointF(x, 120)), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, wheel)
    assert timeline.axis.span_ms < before.span_ms
    assert timeline.axis.ms_at(x) == pytest.approx(before.ms_at(x))
    from_ms = timeline.axis.from_ms
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(500, 200))
    qtbot.mouseMove(timeline, QPoint(560, 200))
    qtbot.mouseMove(timeline, QPoint(600, 200))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(600, 200))
    assert timeline.axis.from_ms < from_ms
    assert not timeline.is_live


def test_n_and_p_walk_through_events_of_one_kind(
    pane: TimelinePane, selection: Selection, qtbot: QtBot
) -> None:
    alarms = [event for event in history().events if event.kind is EventKind.ALARM]
    selection.select_event(alarms[4])
    qtbot.keyClick(pane.timeline, Qt.Key.Key_P)
    assert selection.selected_event == alarms[5]
    qtbot.keyClick(pane.timeline, Qt.Key.Key_N)
    assert selection.selected_event == alarms[4]


def test_live_events_appear_once_and_at_once(pane: TimelinePane) -> None:
    total = len(pane.timeline.content)
    fresh = alarm("fresh", NOW_MS - 500)
    pane.add_events((fresh, fresh), NOW_MS)
    pane.add_events((replace(fresh, decision="real"),), NOW_MS)
    assert len(pane.timeline.content) == total + 1
    row = pane.timeline.content.row_of("fresh")
    assert row is not None
    assert pane.timeline.content.events[row].decision == "real"


def test_hidden_kinds_are_gone_and_said_so(pane: TimelinePane) -> None:
    for chip in pane.header.chips:
        chip.setChecked(False)
    assert pane.timeline.count_in_view() == 0
    assert "hidden" in pane.timeline._view.message


def test_every_state_says_what_it_is(pane: TimelinePane) -> None:
    pane.show_no_site()
    assert pane.message.text() == "Choose a site to see its events."
    pane.show_error("The server cannot be reached.")
    assert not pane.retry.isHidden()
    pane.show_events(TimelineContent.of(history(0, days=1)), SITE, "as of 20:51")
    assert "as of 20:51" in pane.header.summary.whole_text


def test_it_paints_in_light_at_every_zoom(pane: TimelinePane) -> None:
    pane._theme.use(LIGHT)
    for span in (HOUR_MS / 3600, HOUR_MS, 24 * HOUR_MS, 40 * 24 * HOUR_MS):
        pane.timeline.show_range(span)
        image = pane.timeline.grab().toImage()
        colors = {image.pixelColor(x, y).name() for x in range(170, 1000, 7) for y in range(30, 185, 5)}
        assert len(colors) > 1


def test_g_takes_a_typed_time_and_says_what_it_understood(pane: TimelinePane, qtbot: QtBot) -> None:
    qtbot.keyClick(pane.timeline, Qt.Key.Key_G)
    box = pane.goto_time
    assert box.isVisible()
    assert box.input.hasFocus()
    qtbot.keyClicks(box.input, "yesterday 6:12")
    assert box.understood.text().startswith("Tue 10 Feb 2026, 06:12:00 PST")
    qtbot.keyClick(box.input, Qt.Key.Key_Return)
    assert not box.isVisible()
    assert abs(pane.timeline.axis.middle_ms - box.reading.instant_ms) < 1000  # type: ignore[operator]
    assert not pane.timeline.is_live


def test_what_is_not_a_time_is_said_and_goes_nowhere(pane: TimelinePane, qtbot: QtBot) -> None:
    before = pane.timeline.axis
    qtbot.keyClick(pane.timeline, Qt.Key.Key_G)
    box = pane.goto_time
    qtbot.keyClicks(box.input, "half past")
    assert "not understood" in box.note.text()
    qtbot.keyClick(box.input, Qt.Key.Key_Return)
    assert box.isVisible()
    qtbot.keyClick(box.input, Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert pane.timeline.axis.span_ms == before.span_ms


def test_a_filter_acts_on_timeline_and_counts_at_once_and_one_key_clears_it(
    pane: TimelinePane, qtbot: QtBot
) -> None:
    events = history().events
    pane.timeline.show_range(40 * 24 * HOUR_MS)
    pane.show_filter_bar(True)
    qtbot.keyClicks(pane.filter_bar.input, "loading dock")
    wanted = [event for event in events if "loading dock" in event.device_name.casefold()]
    qtbot.waitUntil(lambda: pane.timeline.count_in_view() == len(wanted))
    assert pane.filter_bar.count.text() == f"{len(wanted):,} of {len(events):,}"
    pane.filter_bar.fill_menu()
    undecided = next(action for action in pane.filter_bar.menu.actions() if action.text() == "Undecided")
    undecided.trigger()
    open_ones = [event for event in wanted if not event.decision]
    assert pane.timeline.count_in_view() == len(open_ones)
    assert [chip.text() for chip in pane.filter_bar.chips] == ["undecided  ✕"]
    qtbot.keyClick(pane.filter_bar.input, Qt.Key.Key_Return)
    qtbot.keyClick(pane.timeline, Qt.Key.Key_C)
    assert pane.timeline.count_in_view() == len(events)
    assert pane.filter_bar.input.text() == ""


def test_a_filter_that_nothing_passes_says_so(pane: TimelinePane) -> None:
    pane.event_filter.use(EventFilter(text="zebra"))
    assert "“zebra”" in pane.timeline.view.message


@given(
    st.builds(
        EventFilter,
        kinds=st.frozensets(st.sampled_from(EventKind)),
        subtypes=st.frozensets(st.sampled_from(("person", "opened", "armed"))),
        device_keys=st.frozensets(st.sampled_from(("camera:camera_001", "zone:zone_1"))),
        is_decided=st.none() | st.booleans(),
        has_clip=st.none() | st.booleans(),
        text=st.sampled_from(("", "dock", "Door opened", "schedule")),
    )
)
@settings(max_examples=50)
def test_the_columns_agree_with_the_filter_event_by_event(wanted: EventFilter) -> None:
    mask = _CONTENT.facets.mask(wanted)
    assert mask.tolist() == [wanted.matches(event) for event in _CONTENT.events]
