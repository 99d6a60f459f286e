"""Copying and undoing by real keys and clicks: a day to days, a period and a week to another site, and back as far as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from chekt_console.ui.schedule.schedule_more_menu import ScheduleMoreMenu
from tests.support.shown import show_active
from tests.ui.schedule.schedule_world import HARBOR, PHARMACY
from tests.ui.schedule.test_schedule_controller import NIGHTS, Desk
from tests.ui.schedule.week_hand import away

CTRL = Qt.KeyboardModifier.ControlModifier
CTRL_ALT = CTRL | Qt.KeyboardModifier.AltModifier
EVE = DayException(date(2026, 12, 24), ((600, 300, ArmingMode.STAY),))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    ScheduleMoreMenu(desk.pane, desk.controller, desk.board)
    desk.schedules.put(PHARMACY, WeekSchedule((away(2, 1, 5),)))
    desk.open_harbor()
    show_active(qtbot, desk.pane)
    desk.pane.grid.setFocus()
    yield desk
    if desk.controller.saver.dialog is not None:
        desk.controller.saver.dialog.close()


def _press(desk: Desk, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(desk.pane.grid, key, modifiers)


def _choose(menu: QMenu, *names: str) -> None:
    """By the mouse, through the menus below it."""
    for name in names:
        action = next(one for one in menu.actions() if one.text() == name)
        menu.popup(menu.pos())
        below = action.menu()
        if isinstance(below, QMenu):
            menu = below
        else:
            QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def test_a_day_to_days(desk: Desk) -> None:
    menu = desk.pane.header.copy_day.menu()
    desk.hand.drag((4, 18.5), (4, 20.5))
    start = desk.shown
    friday = [p for p in start.periods if p.day == 4]
    _choose(menu, "Friday to", "Saturday and Sunday")
    for day in (5, 6):
        copied = [p for p in desk.shown.periods if p.day == day]
        assert [(p.start_min % 1440, p.length_min) for p in copied] == [
            (p.start_min % 1440, p.length_min) for p in friday
        ]
    _choose(menu, "Monday to", "Friday")
    assert [p for p in desk.shown.periods if p.day == 4] == [away(4, 18, 13)]
    _press(desk, Qt.Key.Key_Z)
    _press(desk, Qt.Key.Key_Z)
    assert desk.shown == start


def test_a_period_and_a_week_to_another_site(desk: Desk) -> None:
    desk.controller.edit_draft(WeekSchedule(NIGHTS.periods, (EVE,)), "Eve")
    desk.hand.click(0, 20)
    _press(desk, Qt.Key.Key_C)
    desk.selection.select_site(PHARMACY)
    desk.hand.click(4, 12)
    _press(desk, Qt.Key.Key_V)
    assert desk.shown == WeekSchedule((away(2, 1, 5), away(4, 18, 13)))
    desk.selection.select_site(HARBOR)
    _press(desk, Qt.Key.Key_C, CTRL_ALT)
    assert "was copied" in desk.board.texts["schedule.more"]
    desk.selection.select_site(PHARMACY)
    _press(desk, Qt.Key.Key_V, CTRL_ALT)
    assert is_same(desk.shown, WeekSchedule(NIGHTS.periods, (EVE,)))
    assert "Harbor Point Warehouse" in desk.pane.header.undo.toolTip()
    _press(desk, Qt.Key.Key_Z)
    _press(desk, Qt.Key.Key_Z)
    assert desk.shown == WeekSchedule((away(2, 1, 5),))


def test_back_and_forth_through_hundreds_of_steps_and_a_merge(desk: Desk) -> None:
    seen = [desk.shown]
    desk.hand.click(0, 20)
    for number in range(120):
        _press(desk, Qt.Key.Key_Right if number % 3 else Qt.Key.Key_Down)
        seen.append(desk.shown)
    mine = WeekSchedule((*NIGHTS.periods[:4], away(5, 9, 3)))
    desk.controller.edit_draft(mine, "Mine")
    desk.schedules.put(HARBOR, WeekSchedule((away(0, 17, 14), *NIGHTS.periods[1:])), "e2")
    desk.controller.save_now()
    dialog = desk.controller.saver.dialog
    assert isinstance(dialog, MergeDialog)
    dialog.save.click()
    merged = desk.shown
    assert is_same(merged, WeekSchedule((away(0, 17, 14), *NIGHTS.periods[1:4], away(5, 9, 3))))
    seen += [mine, merged]
    desk.hand.click(6, 3)
    steps = [one for one, before in zip(seen[1:], seen, strict=False) if one != before]
    for wanted in [*reversed([seen[0], *steps[:-1]])]:
        _press(desk, Qt.Key.Key_Z)
        assert desk.shown == wanted
    _press(desk, Qt.Key.Key_Z)
    assert desk.shown == NIGHTS
    for wanted in steps:
        _press(desk, Qt.Key.Key_Y)
        assert desk.shown == wanted
