"""The list beside the lanes: the same events, selection both ways, incidents as one row that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_filter import EventFilter
from chekt_console.services.event_service import EventList as KnownEvents
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.timeline.timeline_geometry import BRACKET_TOP_PX
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.ui.timeline.timeline_world import HOUR_MS, NOW_MS, SITE, alarm, shown_pane

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

_AT = NOW_MS - HOUR_MS


def _zone(event_id: str, instant_ms: int) -> Event:
    return Event(
        event_id, SITE.site_id, instant_ms, EventKind.ACTIVITY, "zone_opened", zone_number=2,
        device_name="Loading dock PIR", device_key="zone:zone_2",
    )  # fmt: skip


_EVENTS = (
    alarm("late", NOW_MS - 60_000 * 5, decision="real"),
    alarm("second", _AT + 40_000, camera=1),
    alarm("first", _AT),
    _zone("opened", _AT - 2_000),
    _zone("early", _AT - 5 * 60_000),
)


@pytest.fixture
def pane(qtbot: QtBot, selection: Selection) -> TimelinePane:
    known = KnownEvents(SITE.site_id, _EVENTS, NOW_MS - 30 * 24 * HOUR_MS, NOW_MS, None)
    pane = shown_pane(qtbot, selection, known, 1500, 300)
    qtbot.mouseClick(pane.header.list, Qt.MouseButton.LeftButton)
    return pane


def _rows(pane: TimelinePane) -> list[str]:
    model = pane.event_list.model
    return [str(model.index(row, 1).data()) for row in range(model.rowCount())]


def test_one_row_an_event_and_one_an_incident(pane: TimelinePane) -> None:
    assert _rows(pane) == [
        "Alarm · person",
        "Incident · person · 3 signals in 42 s",
        "Activity · zone opened",
    ]
    model = pane.event_list.model
    incident = model.index(1, 0)
    assert [model.index(row, 1, incident).data() for row in range(model.rowCount(incident))] == [
        "Alarm · person", "Alarm · person", "Activity · zone opened",
    ]  # fmt: skip
    assert model.index(1, 3).data() == "undecided"
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_the_selection_goes_both_ways_by_keys(pane: TimelinePane, selection: Selection, qtbot: QtBot) -> None:
    tree = pane.event_list.tree
    assert tree.hasFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Home)
    assert selection.selected_event == _EVENTS[0]
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert selection.selected_event == _EVENTS[2]  # the alarm the incident began with
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    assert selection.selected_event == _EVENTS[1]
    selection.select_event(_EVENTS[3])
    assert pane.event_list.model.event_at(tree.currentIndex()) == _EVENTS[3]
    assert pane.timeline.view.selected == _EVENTS[3]


def test_the_filter_acts_on_the_list_too(pane: TimelinePane, qtbot: QtBot) -> None:
    pane.event_filter.use(EventFilter(is_decided=True))
    qtbot.waitUntil(lambda: pane.event_list.model.event_count == 1)
    assert _rows(pane) == ["Alarm · person"]
    pane.event_filter.use(EventFilter(kinds=frozenset({EventKind.ALARM})))
    qtbot.waitUntil(lambda: pane.event_list.model.event_count == 3)
    assert _rows(pane) == ["Alarm · person", "Incident · person · 2 of 3 signals shown"]
    pane.event_filter.use(EventFilter(text="nowhere"))
    qtbot.waitUntil(lambda: pane.event_list.note.text() == "No event passes the filter.")


def test_another_gap_groups_otherwise(pane: TimelinePane, qtbot: QtBot) -> None:
    pane.timeline.use_gap(10_000)
    qtbot.waitUntil(lambda: pane.event_list.model.rowCount() == 4)
    assert "Incident · person · 2 signals in 2 s" in _rows(pane)


def test_a_live_event_appears_in_the_list(pane: TimelinePane, qtbot: QtBot) -> None:
    pane.add_events((alarm("fresh", NOW_MS - 1_000, camera=2),), NOW_MS)
    qtbot.waitUntil(lambda: pane.event_list.model.rowCount() == 4)
    assert pane.event_list.model.event_at(pane.event_list.model.index(0, 0)).event_id == "fresh"  # type: ignore[union-attr]


def test_a_click_on_the_bracket_selects_its_first_alarm(
    pane: TimelinePane, selection: Selection, qtbot: QtBot
) -> None:
    pane.timeline.go_to(_AT + 10_000)
    pane.timeline.show_range(10 * 60_000)
    x = round(pane.timeline.axis.x_of(_AT + 20_000))
    qtbot.mouseClick(pane.timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, BRACKET_TOP_PX + 4))
    assert selection.selected_event == _EVENTS[2]


def test_l_switches_the_list(pane: TimelinePane, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pane.list_switched) as switched:
        qtbot.keyClick(pane.event_list.tree, Qt.Key.Key_L)
    assert switched.args == [False]
    assert pane.event_list.isHidden()
    assert pane.timeline.hasFocus()
