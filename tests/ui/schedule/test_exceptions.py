"""Exceptions by hand: a closed range, a holiday with its name, a skipped night, each one step that can be undone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QDate, Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_exceptions import ALL_DAY
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.ui.schedule.exceptions_controller import ExceptionsController
from chekt_console.ui.schedule.exceptions_dialog import ExceptionDialog
from chekt_console.ui.schedule.holiday_dialog import HolidayDialog
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.schedule_controller import ScheduleController
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.ui.schedule.schedule_world import HARBOR, NOW_MS, Board, FakeRunner, FakeSchedules
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner

WEEK = WeekSchedule((away(1, 18, 13),))  # Tuesday; it is Tuesday 10 March 2026 at the site


class Choices:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def choice(self, name: str) -> str:
        return self.kept.get(name, "")

    def put_choice(self, name: str, value: str) -> None:
        self.kept[name] = value


class Desk:
    def __init__(self, qtbot: QtBot) -> None:
        self.selection, self.board, self.choices = Selection(), Board(), Choices()
        self.pane, panel = SchedulePane(self.selection, Theme(), now_ms=lambda: NOW_MS), PeriodPanel(Theme())
        qtbot.addWidget(self.pane)
        qtbot.addWidget(panel)
        schedules = FakeSchedules()
        schedules.put(HARBOR, WEEK)
        runner = cast("Runner", FakeRunner())
        self.controller = ScheduleController(self.pane, panel, self.selection, runner, schedules, self.board)
        self.exceptions = ExceptionsController(self.pane, self.controller, runner, self.choices, self.board)
        self.panel = self.exceptions.panel
        self.selection.select_site(HARBOR)

    @property
    def current(self) -> WeekSchedule:
        assert self.controller.work is not None
        return self.controller.work.current

    def lines(self) -> list[str]:
        return [self.panel.list.item(row).text() for row in range(self.panel.list.count())]


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_a_closed_range_is_one_step_and_one_line(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.panel.add, Qt.MouseButton.LeftButton)
    dialog = desk.exceptions.dialog
    assert isinstance(dialog, ExceptionDialog)
    dialog.is_range.setChecked(True)
    dialog.first.setDate(QDate(2026, 12, 24))
    dialog.last.setDate(QDate(2026, 12, 26))
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert desk.lines() == ["Thu 24 Dec to Sat 26 Dec 2026: Away all day"]
    body = to_key_concepts(desk.current)
    assert not body.losses
    assert is_same(from_key_concepts(body.body).schedule, desk.current)
    desk.controller.undo()
    assert desk.lines() == []
    desk.controller.redo()
    desk.panel.list.setCurrentRow(0)
    qtbot.keyClick(desk.panel.list, Qt.Key.Key_Delete)
    assert desk.current == WEEK


def test_a_date_with_hours_of_its_own_is_edited(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.panel.list, Qt.Key.Key_Insert)
    dialog = desk.exceptions.dialog
    assert isinstance(dialog, ExceptionDialog)
    dialog.own.setChecked(True)
    (row,) = dialog.rows
    row.start.setText("22:00")
    row.start.editingFinished.emit()
    row.mode.mode_chosen.emit(ArmingMode.NIGHT)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    (exception,) = desk.current.exceptions
    assert exception.periods == ((22 * 60, 9 * 60, ArmingMode.NIGHT),)
    assert desk.lines() == ["Tue 10 Mar 2026: Night 22:00 to 07:00 next day"]
    desk.panel.list.setCurrentRow(0)
    qtbot.keyClick(desk.panel.list, Qt.Key.Key_Return)
    dialog = desk.exceptions.dialog
    assert isinstance(dialog, ExceptionDialog)
    assert dialog.periods == exception.periods
    qtbot.mouseClick(dialog.more, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert dialog.problem.text() == "Two of the periods overlap."
    dialog.nothing.setChecked(True)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert desk.current.exceptions[0].periods == ()


def test_holidays_come_in_one_step_and_are_shown_as_such(desk: Desk, qtbot: QtBot) -> None:
    qtbot.mouseClick(desk.panel.holidays, Qt.MouseButton.LeftButton)
    dialog = desk.exceptions.dialog
    assert isinstance(dialog, HolidayDialog)
    assert dialog.country.currentText() == "United States"
    assert dialog.region.currentText() == "California"
    count = len(dialog.chosen)
    dialog.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.save.text() == f"Put {count - 1} dates into the draft"
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert len(desk.current.exceptions) == count - 1
    assert all(one.periods == ALL_DAY for one in desk.current.exceptions)
    assert any("holiday: Independence Day" in line for line in desk.lines())
    desk.controller.undo()
    assert desk.current == WEEK
    assert "Independence Day" in desk.choices.kept["holidays s1"]


def test_the_next_night_is_skipped_once(desk: Desk) -> None:
    desk.pane.grid.skip_requested.emit(WEEK.periods[0])
    (exception,) = desk.current.exceptions
    # It is 21:04 there and tonight's has begun: the next one is meant.
    assert (exception.day, exception.periods) == (date(2026, 3, 17), ())
    assert "left out on Tue 17 Mar 2026" in desk.board.texts["schedule.exceptions"]


def test_days_ahead_with_a_rule_of_their_own_are_marked_on_the_week(desk: Desk) -> None:
    days = [date(2026, 3, 9), date(2026, 3, 12), date(2026, 3, 17)]  # yesterday, Thursday, in a week
    week = WeekSchedule(WEEK.periods, tuple(DayException(day) for day in days))
    desk.controller.edit_draft(week, "x")
    assert desk.pane.grid.dates == {3: "Thu 12 Mar 2026: nothing is armed anew"}
