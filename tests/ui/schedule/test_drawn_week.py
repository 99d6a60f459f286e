"""The week of a template under keys: undone step by step, its numbers typed, and no entry that leads nowhere."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.ui.fleet.template_dialog import TemplateDialog
from chekt_console.ui.schedule.drawn_week import DrawnWeek
from chekt_console.ui.schedule.week_menu import week_menu
from chekt_console.ui.shared.confirm import ConfirmDialog
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show, show_active
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

MON, TUE = away(0, 18, 13), away(1, 18, 13)
EVE, NEW_YEAR = DayException(date(2026, 12, 24)), DayException(date(2027, 1, 1))
WEEK = WeekSchedule((MON, TUE), (EVE, NEW_YEAR))


@pytest.fixture
def drawn(qtbot: QtBot) -> DrawnWeek:
    made = DrawnWeek(WEEK, Theme())
    qtbot.addWidget(made)
    made.resize(800, 520)
    show_active(qtbot, made)
    made.grid.setFocus()
    return made


def _undo(drawn: DrawnWeek) -> None:
    QTest.keyClick(drawn.grid, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_what_was_deleted_comes_back_step_by_step_and_goes_again(drawn: DrawnWeek) -> None:
    for period in (MON, TUE):
        drawn.grid.select(period)
        QTest.keyClick(drawn.grid, Qt.Key.Key_Delete)
    assert drawn.schedule.periods == ()
    _undo(drawn)
    assert drawn.schedule.periods == (TUE,)
    _undo(drawn)
    assert drawn.schedule == WEEK
    _undo(drawn)
    assert drawn.schedule == WEEK
    QTest.keyClick(drawn.grid, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert drawn.schedule.periods == (TUE,)


def test_the_numbers_of_a_period_are_typed(drawn: DrawnWeek, qtbot: QtBot) -> None:
    assert not drawn.arm_at.isEnabled()
    drawn.grid.select(MON)
    QTest.keyClick(drawn.grid, Qt.Key.Key_Return)
    qtbot.waitUntil(drawn.arm_at.hasFocus)
    assert (drawn.arm_at.text(), drawn.disarm_at.text(), drawn.length.text()) == ("18:00", "07:00", "13 h")
    drawn.arm_at.selectAll()
    QTest.keyClicks(drawn.arm_at, "20:30")
    QTest.keyClick(drawn.arm_at, Qt.Key.Key_Return)
    assert drawn.schedule.periods == (away(0, 20.5, 10.5), TUE)
    drawn.grid.setFocus()
    _undo(drawn)
    assert drawn.schedule == WEEK
    assert drawn.arm_at.text() == "18:00"


def test_a_template_has_no_next_time_to_skip(drawn: DrawnWeek) -> None:
    drawn.grid.select(MON)
    menu = week_menu(drawn.grid, None)
    entries = [action.text() for action in menu.actions()]
    assert "Skip the next time" not in entries
    assert any(entry.startswith("Edit the numbers") for entry in entries)
    menu.deleteLater()


def _dialog(qtbot: QtBot, editor: DrawnWeek | None = None, *, has_exceptions: bool = True) -> TemplateDialog:
    editor = editor or DrawnWeek(WEEK, Theme())
    dialog = TemplateDialog("Template", "Office", editor, frozenset(), has_exceptions=has_exceptions)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_the_exceptions_of_a_site_are_no_part_of_a_new_template_unless_ticked(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, has_exceptions=False)
    assert dialog.exceptions.isVisible()
    assert dialog.exceptions.item(0).text().startswith("Thu 24 Dec 2026")
    assert dialog.schedule == WeekSchedule((MON, TUE))
    dialog.exceptions.setCurrentRow(1)
    QTest.keyClick(dialog.exceptions, Qt.Key.Key_Space)
    assert dialog.schedule.exceptions == (NEW_YEAR,)


def test_those_of_a_template_can_be_taken_out(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, has_exceptions=True)
    assert dialog.schedule == WEEK
    dialog.exceptions.setCurrentRow(0)
    QTest.keyClick(dialog.exceptions, Qt.Key.Key_Space)
    assert dialog.schedule.exceptions == (NEW_YEAR,)


def test_enter_in_a_number_ends_that_number_and_in_the_name_saves(qtbot: QtBot) -> None:
    editor = DrawnWeek(WEEK, Theme())
    dialog = _dialog(qtbot, editor)
    show(qtbot, dialog)
    editor.grid.select(MON)
    editor.arm_at.setFocus()
    editor.arm_at.selectAll()
    QTest.keyClicks(editor.arm_at, "19:00")
    QTest.keyClick(editor.arm_at, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.schedule.periods == (away(0, 19, 12), TUE)
    QTest.keyClick(dialog.name_field, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert dialog.result() == QDialog.DialogCode.Accepted


def _answer(qtbot: QtBot, dialog: TemplateDialog, *, is_yes: bool) -> None:
    """Escape, and the answer to what is asked then."""
    asked: list[str] = []

    def answer() -> None:
        question = QApplication.activeModalWidget()
        assert isinstance(question, ConfirmDialog)
        asked.append(question.windowTitle())
        (question.action if is_yes else question.cancel).click()

    QTimer.singleShot(0, answer)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert asked == ["Discard the week you drew?"]


def test_a_drawn_week_is_given_up_only_when_that_is_meant(qtbot: QtBot) -> None:
    editor = DrawnWeek(WEEK, Theme())
    dialog = _dialog(qtbot, editor)
    editor.grid.select(MON)
    QTest.keyClick(editor.grid, Qt.Key.Key_Delete)
    _answer(qtbot, dialog, is_yes=False)
    assert dialog.isVisible()
    assert dialog.schedule.periods == (TUE,)
    _answer(qtbot, dialog, is_yes=True)
    assert not dialog.isVisible()


def test_a_week_left_as_it_was_is_closed_without_a_question(qtbot: QtBot) -> None:
    dialog = _dialog(qtbot, DrawnWeek(WEEK, Theme()))
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
