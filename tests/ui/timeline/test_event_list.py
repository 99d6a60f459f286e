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
from chekt_console.ui.timeline.event_list_model import ROWS_AT_ONCE
from chekt_console.ui.timeline.timeline_content import TimelineContent
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


def _many(count: int) -> tuple[Event, ...]:
    """Newest first, too far apart for one incident."""
    return tuple(
        Event(f"many {number}", SITE.site_id, NOW_MS - HOUR_MS // 8 * number, EventKind.ACTIVITY, "door")
        for number in range(count)
    )


@pytest.fixture
def long_pane(pane: TimelinePane, qtbot: QtBot) -> TimelinePane:
    known = KnownEvents(SITE.site_id, _many(5000), NOW_MS - 30 * 24 * HOUR_MS, NOW_MS, None)
    pane.show_events(TimelineContent.of(known), SITE)
    qtbot.waitUntil(lambda: pane.event_list.model.event_count == 5000)
    return pane


def _add(pane: TimelinePane, qtbot: QtBot, event_id: str) -> None:
    before = pane.event_list.model.event_count
    pane.add_events((alarm(event_id, NOW_MS + HOUR_MS * (before - 4999)),), NOW_MS)
    qtbot.waitUntil(lambda: pane.event_list.model.event_count == before + 1)


def test_a_live_event_in_a_long_list_lays_out_the_newest_rows_only(
    long_pane: TimelinePane, qtbot: QtBot
) -> None:
    model = long_pane.event_list.model
    assert model.total == 5000
    assert model.rowCount() <= 2 * ROWS_AT_ONCE  # a tree asks once more by itself
    _add(long_pane, qtbot, "fresh")
    assert model.rowCount() <= 2 * ROWS_AT_ONCE  # a tree asks once more by itself
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_scrolled_down_the_list_goes_on_and_stays_where_it_is_read(
    long_pane: TimelinePane, qtbot: QtBot
) -> None:
    tree, model = long_pane.event_list.tree, long_pane.event_list.model
    bar = tree.verticalScrollBar()
    for _ in range(5):
        bar.setValue(bar.maximum())
        tree.doItemsLayout()
    assert model.rowCount() >= 5 * ROWS_AT_ONCE
    bar.setValue(bar.maximum() // 2)
    top = model.event_at(tree.indexAt(QPoint(2, 2)))
    assert top is not None
    _add(long_pane, qtbot, "fresh")
    assert model.event_at(tree.indexAt(QPoint(2, 2))) == top
    bar.setValue(0)
    _add(long_pane, qtbot, "fresher")
    assert model.rowCount() <= 2 * ROWS_AT_ONCE  # a tree asks once more by itself


def test_an_old_event_gets_its_row_by_being_chosen_and_end_leads_to_the_oldest(
    long_pane: TimelinePane, selection: Selection, qtbot: QtBot
) -> None:
    tree, model = long_pane.event_list.tree, long_pane.event_list.model
    old = _many(5000)[3000]
    selection.select_event(old)
    assert model.event_at(tree.currentIndex()) == old
    assert 3000 < model.rowCount() < 4000
    _add(long_pane, qtbot, "fresh")  # it stays chosen, for the list is scrolled to it
    assert model.event_at(tree.currentIndex()) == old
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_End)
    assert selection.selected_event == _many(5000)[-1]
    qtbot.keyClick(tree, Qt.Key.Key_Home)
    assert selection.selected_event == model.event_at(model.index(0, 0))


def test_one_that_is_chosen_before_it_is_listed_becomes_current_with_its_row(
    long_pane: TimelinePane, selection: Selection, qtbot: QtBot
) -> None:
    model, tree = long_pane.event_list.model, long_pane.event_list.tree
    fresh = alarm("fresh", NOW_MS + HOUR_MS)
    selection.select_event(fresh)
    assert not tree.currentIndex().isValid()
    long_pane.add_events((fresh,), NOW_MS)
    qtbot.waitUntil(lambda: model.event_at(tree.currentIndex()) == fresh)
