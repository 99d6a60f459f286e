"""Somebody else saved first: both changes are put together, and the person chooses by mouse and keys where they clash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_merge import Side
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from chekt_console.ui.schedule.schedule_work import ScheduleWork
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show_active
from tests.ui.schedule.schedule_world import HARBOR
from tests.ui.schedule.test_schedule_controller import NIGHTS, SAVE, Desk
from tests.ui.schedule.week_hand import away

EVE = DayException(date(2026, 12, 24), ())


def _week(*periods: ArmedPeriod, exceptions: tuple[DayException, ...] = ()) -> WeekSchedule:
    return WeekSchedule(tuple(sorted(periods)), exceptions)


# Monday by both, Tuesday by both in other modes, Saturday by me, Sunday and a date by them.
MINE = _week(away(0, 17, 13), away(1, 17, 14), *NIGHTS.periods[2:], away(5, 9, 3))
THEIRS = _week(
    away(0, 17.5, 14),
    ArmedPeriod(1 * 1440 + 1080, 13 * 60, ArmingMode.STAY),
    *NIGHTS.periods[2:],
    away(6, 9, 3),
    exceptions=(EVE,),
)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    desk.open_harbor()
    desk.controller.edit_draft(MINE, "Mine")
    yield desk
    if desk.controller.saver.dialog is not None:
        desk.controller.saver.dialog.close()


def _lose_race(desk: Desk, theirs: WeekSchedule = THEIRS, etag: str = "e2") -> MergeDialog:
    desk.schedules.put(HARBOR, theirs, etag)
    desk.controller.save_now()
    return _dialog(desk)


def _dialog(desk: Desk) -> MergeDialog:
    dialog = desk.controller.saver.dialog
    assert isinstance(dialog, MergeDialog)
    return dialog


def _work(desk: Desk) -> ScheduleWork:
    work = desk.controller.work
    assert work is not None
    return work


def _focused(dialog: MergeDialog) -> str:
    widget = dialog.focusWidget()
    assert widget is not None
    return widget.accessibleName()


def test_changes_that_do_not_clash_are_both_saved(desk: Desk) -> None:
    theirs = WeekSchedule(NIGHTS.periods, (EVE,))
    dialog = _lose_race(desk, theirs)
    assert "Thu 24 Dec 2026: nothing is armed anew" in dialog.settled.text()
    assert "Sat: Away 09:00 to 12:00 is new" in dialog.settled.text()
    assert "Nothing clashes" in dialog.count.text()
    dialog.save.click()
    assert desk.schedules.saves[-1] == ("s1", WeekSchedule(MINE.periods, (EVE,)), "e2")


def test_each_clash_is_chosen_by_keys_and_is_one_step(desk: Desk, qtbot: QtBot) -> None:
    dialog = _lose_race(desk)
    show_active(qtbot, dialog)
    assert dialog.count.text() == "2 places clash, 2 to decide"
    assert (dialog.save.isEnabled(), dialog.save.toolTip()) == (
        False,
        "Decide first what holds where both changed",
    )
    assert not dialog.save.isEnabled()
    assert "Sun: Away 09:00 to 12:00 is new" in dialog.settled.text()
    assert dialog.settled.text().startswith("Merged for you:\n")
    assert "Mon:" not in dialog.settled.text()
    assert _focused(dialog).startswith("Conflict 1 of 2, Mon 17:00 to Tue 07:30. Mine: Away Mon 17:00")
    press = lambda key: qtbot.keyClick(dialog.focusWidget(), key)  # noqa: E731
    press(Qt.Key.Key_B)
    assert "Both: Away Mon 17:00 to Tue 07:30" in _focused(dialog)
    assert away(0, 17, 14.5) in dialog.merged.periods
    press(Qt.Key.Key_Down)
    assert _focused(dialog).startswith("Conflict 2 of 2")
    press(Qt.Key.Key_B)  # away and stay at once: not offered
    assert dialog.conflicts.left == 1
    press(Qt.Key.Key_T)
    press(Qt.Key.Key_Left)
    press(Qt.Key.Key_Right)
    assert dialog.conflicts.left == 0
    assert dialog.strips["Result"].accessibleDescription().startswith("Mon armed Away 17:00 to 07:30")
    dialog.save.setFocus()
    press(Qt.Key.Key_Return)
    wanted = _week(
        away(0, 17, 14.5), THEIRS.periods[1], *NIGHTS.periods[2:], away(5, 9, 3), away(6, 9, 3),
        exceptions=(EVE,),
    )  # fmt: skip
    assert is_same(desk.schedules.saves[-1][1], wanted)
    assert desk.schedules.saves[-1][2] == "e2"
    assert desk.state == "saved as of 20:51"
    desk.pane.header.undo.click()
    assert desk.shown == MINE  # one step back is what was drawn
    desk.pane.header.redo.click()
    assert is_same(desk.shown, wanted)


def test_by_mouse_and_all_at_once(desk: Desk, qtbot: QtBot) -> None:
    dialog = _lose_race(desk)
    show_active(qtbot, dialog)
    buttons = [block.buttons for block in dialog.conflicts.blocks]
    assert [[side.value for side in one] for one in buttons] == [
        ["mine", "theirs", "both"],
        ["mine", "theirs"],
    ]
    qtbot.mouseClick(dialog.all_of[Side.THEIRS], Qt.MouseButton.LeftButton)
    assert dialog.conflicts.left == 0
    first = next(iter(buttons[0].values()))
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton, pos=first.rect().center() - first.rect().center() / 2)
    assert away(0, 17, 13) in dialog.merged.periods
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    assert away(0, 17, 13) in desk.schedules.saves[-1][1].periods
    assert away(5, 9, 3) in desk.schedules.saves[-1][1].periods


def test_a_third_change_is_refused_and_asked_about_again(desk: Desk) -> None:
    dialog = _lose_race(desk)
    dialog.all_of[Side.MINE].click()
    third = _week(*THEIRS.periods[:2], away(2, 19, 12), *THEIRS.periods[3:], exceptions=(EVE,))
    desk.schedules.put(HARBOR, third, "e3")
    dialog.save.click()
    assert desk.schedules.saves[-1][2] == "e2"  # refused: nothing of the third is lost
    assert desk.schedules.server["s1"].schedule == third
    again = _dialog(desk)
    assert again is not dialog
    assert again.theirs.etag == "e3"
    assert desk.schedules.drafts["s1"].schedule == desk.shown
    assert "Wed: Away 18:00 to 07:00 next day becomes Away 19:00 to 07:00 next day" in again.settled.text()
    again.save.click()
    assert {away(2, 19, 12), away(0, 17, 13), away(5, 9, 3), away(6, 9, 3)} <= {
        *desk.schedules.server["s1"].schedule.periods
    }


def test_a_third_change_read_while_the_dialog_is_open_is_not_overwritten(desk: Desk) -> None:
    dialog = _lose_race(desk)
    third = _week(*THEIRS.periods[:2], away(2, 19, 12), *THEIRS.periods[3:], exceptions=(EVE,))
    desk.schedules.put(HARBOR, third, "e3")
    desk.controller.refresh()
    dialog.all_of[Side.MINE].click()
    dialog.save.click()
    assert desk.schedules.server["s1"].schedule == third
    assert _dialog(desk).theirs.etag == "e3"


def test_decide_later_keeps_the_draft_and_offers_to_compare(desk: Desk, qtbot: QtBot) -> None:
    dialog = _lose_race(desk)
    later = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Decide later")
    later.click()
    assert desk.shown == MINE
    assert desk.schedules.drafts["s1"].schedule == MINE
    desk.board.act(SAVE)
    again = _dialog(desk)
    assert again.conflicts.left == 2
    qtbot.keyClick(again, Qt.Key.Key_Escape)
    assert desk.controller.saver.dialog is None
    assert desk.schedules.server["s1"].schedule == THEIRS


def test_all_theirs_without_a_change_of_mine_writes_nothing(desk: Desk) -> None:
    desk.controller.edit_draft(_week(away(0, 17, 13), *NIGHTS.periods[1:]), "Only Monday")
    dialog = _lose_race(desk)
    dialog.all_of[Side.THEIRS].click()
    saves = len(desk.schedules.saves)
    dialog.save.click()
    assert len(desk.schedules.saves) == saves
    assert is_same(desk.shown, THEIRS)
    assert desk.state.startswith("saved") or desk.state.startswith("as of")


def test_many_changes_and_losses_still_fit_a_small_window(desk: Desk, qtbot: QtBot) -> None:
    """And all that is merged by itself is listed, to be scrolled."""
    dates = [DayException(date(2026, 11, day), ()) for day in range(1, 15)]
    two_a_day = tuple(away(day, 13, 2) for day in (5, 6))
    desk.controller.edit_draft(_week(*MINE.periods, *two_a_day, exceptions=tuple(dates[:7])), "Much")
    desk.schedules.put(HARBOR, replace(THEIRS, exceptions=tuple(dates[7:])), "e2", *["Not understood."] * 3)
    desk.controller.refresh()
    desk.controller.save_now()
    dialog = _dialog(desk)
    show_active(qtbot, dialog)
    dialog.all_of[Side.MINE].click()
    assert dialog.losses.isVisible()
    assert dialog.save.text() == "Save the nearest it can hold"
    assert all(f"{day} Nov 2026" in dialog.settled.text() for day in range(1, 15))
    qtbot.waitUntil(lambda: dialog.height() >= dialog.minimumSizeHint().height())
    assert dialog.height() <= 700
    last = dialog.conflicts.blocks[-1]
    last.take_focus()
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty())
    dialog.save.click()
    assert is_same(desk.schedules.saves[-1][1], desk.shown)
    assert len(_work(desk).undo_steps) == 3  # two of the draft, and one for the merge


def test_where_ours_was_sent_and_written_over_it_says_so(qtbot: QtBot, desk: Desk) -> None:
    dialog = _lose_race(desk)
    assert dialog.became.text().startswith("Nothing of yours was written.")
    other = MergeDialog(HARBOR, dialog.theirs, MINE, replace(dialog.theirs, is_after_ours=True), Theme())
    qtbot.addWidget(other)
    assert other.became.text().startswith("Yours was sent, and may have been in force")
