"""The fleet's table under mouse and keys: ticking, filtering, sorting, columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from chekt_console.ui.fleet.fleet_columns import CHECK, FALSE, SITE, ZONE
from chekt_console.ui.fleet.fleet_pane import FleetPane
from chekt_console.ui.fleet.preview_words import how_words
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show
from tests.ui.fleet.fleet_world import make_row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def pane(qtbot: QtBot) -> FleetPane:
    made = FleetPane(Theme())
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.show_rows(
        [
            make_row(1, "Bay", "drift", alarms=2, false_alarms=3),
            make_row(2, "Ash", false_alarms=9),
            make_row(3, "Cedar", "no schedule"),
        ]
    )
    show(qtbot, made)
    return made


def _names(pane: FleetPane) -> list[str]:
    return [row.site.name for row in pane.model.shown]


def _click(pane: FleetPane, row: int, column: int) -> None:
    place = pane.table.visualRect(pane.model.index(row, column)).center()
    QTest.mouseClick(pane.table.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_in_the_first_cell_ticks_and_space_unticks(pane: FleetPane) -> None:
    QAbstractItemModelTester(pane.model, QAbstractItemModelTester.FailureReportingMode.Fatal, pane)
    _click(pane, 1, CHECK)
    assert [site.name for site in pane.model.ticked()] == ["Bay"]
    assert "1 ticked" in pane.count.text()
    _click(pane, 1, SITE)
    QTest.keyClick(pane.table, Qt.Key.Key_Space)
    assert pane.model.ticked() == ()
    QTest.keyClick(pane.table, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(pane.table, Qt.Key.Key_Space)
    assert [site.name for site in pane.model.ticked()] == ["Ash", "Bay"]


def test_the_filter_keeps_ticks_and_says_when_nothing_fits(pane: FleetPane, qtbot: QtBot) -> None:
    pane.model.set_ticked(["2"], True)
    QTest.keyClicks(pane.filter, "drift")
    qtbot.waitUntil(lambda: _names(pane) == ["Bay"])
    assert [site.name for site in pane.model.ticked()] == ["Ash"]
    QTest.keyClicks(pane.filter, "zzz")
    qtbot.waitUntil(lambda: _names(pane) == [])
    assert pane.message.isVisible()
    assert "No site fits" in pane.message.text()
    pane.filter.clear()
    pane.looks_only.click()
    qtbot.waitUntil(lambda: _names(pane) == ["Bay", "Cedar"])


def test_a_heading_sorts_and_the_columns_are_chosen(pane: FleetPane, qtbot: QtBot) -> None:
    heads = pane.table.horizontalHeader()
    place = QPoint(heads.sectionViewportPosition(FALSE) + 10, heads.height() // 2)
    QTest.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert _names(pane) == ["Ash", "Bay", "Cedar"]
    QTest.mouseClick(heads.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert _names(pane) == ["Cedar", "Bay", "Ash"]
    menu = pane.columns_button.menu()
    zone = next(action for action in menu.actions() if action.text() == "Time zone")
    with qtbot.waitSignal(pane.columns_changed):
        zone.trigger()
    assert not pane.table.isColumnHidden(ZONE)


def test_no_time_is_promised_while_the_server_has_not_told_its_limit() -> None:
    assert "400 requests, about 7 min at this connection's limit." in how_words(200, 60)
    told = how_words(200, 0)
    assert "400 requests." in told
    assert "limit" not in told
