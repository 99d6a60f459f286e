"""Lanes by device, kind or site; moved, pinned and collapsed; the strip of the whole history below them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_book import EventBook
from chekt_console.domain.event_columns import EventColumns
from chekt_console.domain.event_facets import EventFacets
from chekt_console.services.overview_service import Overview
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.timeline.lane_arrangement import Grouping, LaneArrangement
from chekt_console.ui.timeline.lane_menu import lane_menu
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.ui.timeline.timeline_world import HOUR_MS, NOW_MS, SITE, alarm, history

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def _labels(pane: TimelinePane) -> list[str]:
    return [lane.label for lane in pane.timeline.view.lanes]


def _middle(pane: TimelinePane, lane: int) -> int:
    layout = pane.timeline.layout_of_lanes
    return round(layout.top_of(lane) + layout.lane_px / 2)


def _choose(pane: TimelinePane, lane: int | None, start: str) -> None:
    menu = lane_menu(pane, pane.timeline.view, lane, pane.timeline.arrange)
    next(action for action in menu.actions() if action.text().startswith(start)).trigger()


def test_a_lane_is_dragged_to_its_place_and_moved_by_keys(
    pane: TimelinePane, selection: Selection, qtbot: QtBot
) -> None:
    before = _labels(pane)
    timeline = pane.timeline
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(20, _middle(pane, 0)))
    qtbot.mouseMove(timeline, QPoint(20, _middle(pane, 1)))
    qtbot.mouseMove(timeline, QPoint(20, _middle(pane, 2) + 6))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(20, _middle(pane, 2) + 6))
    assert _labels(pane)[:3] == [before[1], before[2], before[0]]
    alarm = next(event for event in history().events if event.kind is EventKind.ALARM)
    selection.select_event(alarm)
    here = timeline.view.selected_lane
    assert here is not None
    moved = _labels(pane)[here]
    qtbot.keyClick(timeline, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert _labels(pane)[here + 1] == moved
    assert timeline.view.selected_lane == here + 1


def test_lanes_are_pinned_and_collapsed_and_restored(pane: TimelinePane, qtbot: QtBot) -> None:
    before = _labels(pane)
    total = pane.timeline.count_in_view()
    _choose(pane, len(before) - 1, "Pin")
    assert _labels(pane)[0] == before[-1]
    cameras = next(i for i, lane in enumerate(pane.timeline.view.lanes) if lane.group == "camera")
    qtbot.mouseDClick(pane.timeline, Qt.MouseButton.LeftButton, pos=QPoint(20, _middle(pane, cameras)))
    assert "Cameras · 4" in _labels(pane)
    assert pane.timeline.count_in_view() == total
    _choose(pane, None, "Lanes as they were")
    assert _labels(pane) == before


def test_lanes_by_kind_and_by_site_hold_the_same_events(pane: TimelinePane, qtbot: QtBot) -> None:
    timeline = pane.timeline
    wanted = next(event for event in history().events if event.kind is EventKind.ALARM)
    for grouping, labels in (
        (Grouping.KIND, ["Alarm", "Trouble", "Arming", "Activity"]),
        (Grouping.SITE, ["Harbor Point Warehouse"]),
    ):
        timeline.arrange(LaneArrangement(grouping))
        assert _labels(pane) == labels
        timeline.go_to(wanted.instant_ms)
        timeline.show_range(HOUR_MS)
        x = round(timeline.axis.x_of(wanted.instant_ms))
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, _middle(pane, 0)))
        assert pane._selection.selected_event == wanted
        pane._selection.select_event(None)


def test_the_window_on_the_whole_history_is_dragged(pane: TimelinePane, qtbot: QtBot) -> None:
    timeline, strip = pane.timeline, pane.minimap
    timeline.show_range(5 * 24 * HOUR_MS)
    before = timeline.axis
    window = strip.window_px
    middle = round((window.left_px + window.right_px) / 2)
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(middle, 10))
    qtbot.mouseMove(strip, QPoint(middle - 200, 10))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(middle - 200, 10))
    assert timeline.axis.span_ms == before.span_ms
    moved_ms = before.from_ms - timeline.axis.from_ms
    assert moved_ms == pytest.approx(200 * strip.axis.ms_per_px, rel=0.02)
    assert not timeline.is_live
    window = strip.window_px
    qtbot.mousePress(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(window.right_px), 10))
    qtbot.mouseMove(strip, QPoint(round(window.right_px) + 60, 10))
    qtbot.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(window.right_px) + 60, 10))
    assert timeline.axis.span_ms > before.span_ms
    qtbot.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(round(strip.axis.left_px) + 30, 10))
    assert timeline.axis.middle_ms == pytest.approx(
        strip.axis.ms_at(strip.axis.left_px + 30), abs=HOUR_MS * 2
    )


def test_shift_drag_selects_a_span_and_escape_lets_it_go(
    pane: TimelinePane, selection: Selection, qtbot: QtBot
) -> None:
    timeline = pane.timeline
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, shift, QPoint(400, 150))
    qtbot.mouseMove(timeline, QPoint(450, 150))
    qtbot.mouseMove(timeline, QPoint(500, 150))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, shift, QPoint(500, 150))
    span = selection.span
    assert span is not None
    assert span[0] == pytest.approx(timeline.axis.ms_at(400), abs=2)
    assert span[1] == pytest.approx(timeline.axis.ms_at(500), abs=2)
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Escape)
    assert selection.span is None


def test_home_and_end_go_to_the_ends_of_what_is_known(pane: TimelinePane, qtbot: QtBot) -> None:
    timeline = pane.timeline
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.axis.shows(timeline.content.known_from_ms)
    qtbot.keyClick(timeline, Qt.Key.Key_End)
    assert timeline.axis.shows(NOW_MS)


def test_time_nobody_asked_about_is_not_shown_as_quiet(pane: TimelinePane) -> None:
    timeline = pane.timeline
    known_from = timeline.content.known_from_ms
    timeline.show_span(known_from - 10 * 24 * HOUR_MS, known_from + 10 * 24 * HOUR_MS)
    spans = timeline.view.unknown_spans(timeline.axis.from_ms, timeline.axis.to_ms)
    assert spans == [(timeline.axis.from_ms, known_from)]


def test_a_site_that_was_not_read_is_hatched_and_says_so(pane: TimelinePane) -> None:
    """One cached event is no knowledge of the days around it; the lane of a site that was read stays plain."""
    day = 24 * HOUR_MS
    events = [alarm("r", NOW_MS - 3 * day), replace(alarm("n", NOW_MS - 3 * day), site_id="site_2")]
    columns = EventColumns.build(
        np.array([0, 1], np.int32),
        np.array([EventKind.ALARM] * 2, np.uint8),
        np.array([NOW_MS - 3 * day] * 2),
        2,
    )
    read = ((NOW_MS - 30 * day, NOW_MS),)
    pane.show_overview(
        TimelineContent.of_overview(
            Overview(
                (SITE,), (SITE.site_id, "site_2"), columns, EventFacets(events), EventBook(events),
                NOW_MS - 30 * day, NOW_MS, (read, ()),
            )
        ),
        "",
    )  # fmt: skip
    timeline = pane.timeline
    timeline.show_span(NOW_MS - 10 * day, NOW_MS)
    picture = timeline.grab().toImage()
    left, right = (
        round(timeline.axis.x_of(NOW_MS - 7.35 * day)),
        round(timeline.axis.x_of(NOW_MS - 7.15 * day)),
    )

    def grounds(lane: int) -> int:
        y = round(timeline.layout_of_lanes.top_of(lane)) + 4
        return len({picture.pixelColor(x, y).name() for x in range(left, right)})

    assert (grounds(0), grounds(1) > 1) == (1, True)
    place = timeline.axis.x_of(NOW_MS - 7.5 * day)
    tips = [timeline._tooltip_at(QPointF(place, _middle(pane, lane))) for lane in (0, 1)]
    assert tips[0] == ""
    assert "Not read from the server" in tips[1]


def test_a_narrow_timeline_still_tells_cameras_apart_by_place(pane: TimelinePane) -> None:
    timeline = pane.timeline
    pane.resize(310, 320)
    assert timeline.axis.left_px >= 138
    assert timeline.axis.left_px <= timeline.width() / 2


def test_words_that_do_not_end_before_now_are_left_out(pane: TimelinePane) -> None:
    timeline = pane.timeline
    small = QFont(timeline.font())
    small.setPixelSize(11)
    words_px = QFontMetricsF(small).horizontalAdvance("zone closed")
    timeline.show_range(12 * HOUR_MS)

    def picture(subtype: str, before_now_px: float) -> QImage:
        at = round(NOW_MS - before_now_px * timeline.axis.ms_per_px)
        event = replace(alarm("z1", at), kind=EventKind.ACTIVITY, subtype=subtype, has_video=False)
        pane.show_events(TimelineContent.of(replace(history(0), events=(event,))), SITE)
        return timeline.grab().toImage()

    assert picture("zone_closed", words_px + 40) != picture("", words_px + 40)
    assert picture("zone_closed", words_px + 4) == picture("", words_px + 4)
