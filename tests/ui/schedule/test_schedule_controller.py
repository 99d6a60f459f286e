"""The schedule editor at work: reading, drafts, undo, saving and every way saving can end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_words import PLAIN
from chekt_console.errors import DiskFailed, NotConfirmed, NotThere, Unreachable
from chekt_console.services.schedule_service import Draft, SaveOutcome
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from chekt_console.ui.schedule.period_panel import PeriodPanel
from chekt_console.ui.schedule.schedule_controller import ScheduleController
from chekt_console.ui.schedule.schedule_dialogs import SaveDialog
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show_active
from tests.ui.schedule.schedule_world import (
    AS_OF,
    HARBOR,
    NOW_MS,
    PHARMACY,
    Board,
    FakeRunner,
    FakeSchedules,
)
from tests.ui.schedule.week_hand import WeekHand, away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner

NIGHTS = WeekSchedule(tuple(away(day, 18, 13) for day in range(5)))
SAVE = "schedule.save.s1"


class Desk:
    """The editor with a hand over it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.theme = Theme()
        self.selection = Selection()
        self.runner = FakeRunner()
        self.schedules = FakeSchedules()
        self.board = Board()
        self.pane = SchedulePane(self.selection, self.theme, now_ms=lambda: NOW_MS, style=PLAIN)
        self.panel = PeriodPanel(self.theme)
        for widget in (self.pane, self.panel):
            qtbot.addWidget(widget)
        self.pane.resize(900, 640)
        self.pane.show()
        self.controller = ScheduleController(
            self.pane,
            self.panel,
            self.selection,
            cast("Runner", self.runner),
            self.schedules,
            self.board,
        )
        self.hand = WeekHand(self.pane.grid)

    @property
    def state(self) -> str:
        return self.pane.header.state.whole_text

    @property
    def shown(self) -> WeekSchedule:
        return self.pane.grid.schedule

    def open_harbor(self) -> None:
        self.schedules.put(HARBOR, NIGHTS)
        self.selection.select_site(HARBOR)

    def draw_saturday(self) -> WeekSchedule:
        self.hand.drag((5, 9.02), (5, 11.95))
        return WeekSchedule(tuple(sorted((*NIGHTS.periods, away(5, 9, 3)))))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_the_cached_schedule_shows_at_once_and_the_read_one_after(desk: Desk) -> None:
    old = desk.schedules.put(HARBOR, WeekSchedule((away(0, 1, 1),)))
    desk.schedules.disk["s1"] = old
    desk.schedules.put(HARBOR, NIGHTS, "e2")
    desk.runner.is_held = True
    desk.selection.select_site(HARBOR)
    held, desk.runner.waiting = desk.runner.waiting, []
    held[0].run()
    assert desk.shown == old.schedule
    assert desk.state == "as of 20:51, reading…"
    desk.runner.let_go()
    assert desk.shown == NIGHTS
    assert desk.state == "saved as of 20:51"
    assert desk.pane.header.site_line.whole_text == (
        "Harbor Point Warehouse · site time Tue 21:04 (America/Los_Angeles, UTC−7)"
    )
    assert not desk.pane.header.save.isEnabled()


def test_an_edit_is_a_draft_on_disk_after_a_moment(desk: Desk, qtbot: QtBot) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    assert desk.shown == drawn
    assert desk.state == "draft, not saved · 1 change"
    assert desk.schedules.drafts == {}
    qtbot.waitUntil(lambda: bool(desk.schedules.drafts), timeout=2000)
    assert desk.schedules.drafts["s1"].schedule == drawn
    assert desk.runner.seen[-1]["lane"] == "s1"
    assert desk.schedules.saves == []


def test_undo_back_to_the_server_drops_the_draft(desk: Desk, qtbot: QtBot) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    qtbot.waitUntil(lambda: bool(desk.schedules.drafts), timeout=2000)
    desk.pane.header.undo.click()
    assert desk.shown == NIGHTS
    assert desk.state == "saved as of 20:51"
    qtbot.waitUntil(lambda: not desk.schedules.drafts, timeout=2000)
    desk.pane.header.redo.click()
    assert desk.shown == drawn


def test_the_last_stroke_is_on_disk_when_the_program_ends(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.runner.is_held = True
    desk.controller.keep_draft_now()
    assert desk.schedules.drafts["s1"].schedule == drawn


def test_a_draft_on_disk_comes_back_and_can_be_discarded(desk: Desk, qtbot: QtBot) -> None:
    base = desk.schedules.put(HARBOR, NIGHTS)
    mine = WeekSchedule((away(2, 1, 5),))
    desk.schedules.drafts["s1"] = Draft("s1", mine, base, AS_OF)
    desk.selection.select_site(HARBOR)
    assert desk.shown == mine
    assert "from 20:51 is back; it is not saved" in desk.board.texts["schedule.draft"]
    assert desk.state.startswith("draft, not saved")
    desk.board.act("schedule.draft")
    assert desk.shown == NIGHTS
    qtbot.waitUntil(lambda: not desk.schedules.drafts, timeout=2000)


def test_a_save_that_was_cut_off_by_the_end_is_looked_up(desk: Desk, qtbot: QtBot) -> None:
    base = desk.schedules.put(HARBOR, NIGHTS)
    mine = WeekSchedule((away(2, 1, 5),))
    desk.schedules.drafts["s1"] = Draft("s1", mine, base, AS_OF, "saving")
    desk.runner.is_held = True
    desk.selection.select_site(HARBOR)
    held, desk.runner.waiting = desk.runner.waiting, []
    held[0].run()
    assert desk.state == "not confirmed · 5 changes"
    desk.schedules.put(HARBOR, mine, "e2")  # it had arrived
    desk.runner.let_go()
    assert desk.state == "saved as of 20:51"
    assert "the server has it" in desk.board.texts[SAVE]
    assert "schedule.draft" not in desk.board.texts
    qtbot.waitUntil(lambda: not desk.schedules.drafts, timeout=2000)


def test_each_site_keeps_its_own_draft_and_steps(desk: Desk) -> None:
    desk.schedules.put(PHARMACY, WeekSchedule())
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.selection.select_site(PHARMACY)
    assert desk.shown == WeekSchedule()
    assert desk.schedules.drafts["s1"].schedule == drawn  # not lost by the change of site
    assert not desk.pane.header.undo.isEnabled()
    desk.selection.select_site(HARBOR)
    assert desk.shown == drawn
    desk.pane.header.undo.click()
    assert desk.shown == NIGHTS


def test_review_and_save_shows_the_change_and_saves_once(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.pane.header.save.click()
    dialog = desk.controller.saver.dialog
    assert isinstance(dialog, SaveDialog)
    assert dialog.words.text() == "• Sat: Away 09:00 to 12:00 is new"
    assert desk.schedules.saves == []
    desk.runner.is_held = True
    dialog.save.click()
    assert desk.state == "saving · 1 change…"
    assert not desk.pane.grid.is_editable
    desk.controller.save_now()
    desk.runner.let_go()
    assert desk.schedules.saves == [("s1", drawn, "e1")]
    assert next(job for job in desk.runner.seen if job.get("is_command"))["lane"] == "s1"
    assert desk.state == "saved as of 20:51"
    assert desk.board.texts[SAVE] == "Saved: Harbor Point Warehouse."
    assert desk.schedules.drafts == {}
    assert desk.pane.grid.is_editable


def test_not_confirmed_is_never_shown_as_saved_and_can_be_tried_again(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    base = desk.schedules.server["s1"]
    desk.schedules.outcome = SaveOutcome(None, base, "Sent, but the gateway did not answer.")
    desk.controller.save_now()
    assert desk.state == "not confirmed · 1 change"
    assert desk.shown == drawn
    assert desk.schedules.drafts["s1"].schedule == drawn
    desk.schedules.outcome = None
    desk.board.act(SAVE)
    assert desk.state == "saved as of 20:51"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (NotConfirmed("No answer."), "not confirmed · 1 change"),
        (Unreachable("Cut off.", may_have_acted=True), "not confirmed · 1 change"),
        (Unreachable("Refused."), "draft, not saved · 1 change"),
    ],
)
def test_a_save_that_fails_keeps_the_draft(desk: Desk, error: Unreachable, state: str) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.schedules.fail_save = error
    desk.controller.save_now()
    assert desk.state == state
    assert "your draft is kept" in desk.board.texts[SAVE]
    assert desk.schedules.drafts["s1"].schedule == drawn


def test_unconfirmed_becomes_saved_when_a_reading_finds_it(desk: Desk, qtbot: QtBot) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.schedules.fail_save = NotConfirmed("No answer.")
    desk.controller.save_now()
    desk.schedules.put(HARBOR, drawn, "e2")  # it had arrived
    desk.controller.refresh()
    assert desk.state == "saved as of 20:51"
    assert "the server has it" in desk.board.texts[SAVE]
    qtbot.waitUntil(lambda: not desk.schedules.drafts, timeout=2000)


def test_unconfirmed_becomes_a_draft_when_a_reading_finds_the_old_one(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.schedules.fail_save = NotConfirmed("No answer.")
    desk.controller.save_now()
    desk.controller.refresh()
    assert desk.state == "draft, not saved · 1 change"
    assert "was not saved: the server still has the old one" in desk.board.texts[SAVE]
    desk.schedules.fail_save = None
    desk.board.act(SAVE)
    assert desk.state == "saved as of 20:51"
    assert desk.schedules.server["s1"].schedule == drawn


def test_a_save_still_in_the_queue_at_the_end_is_a_draft_on_disk(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.runner.is_held = True
    desk.controller.save_now()
    desk.controller.keep_draft_now()
    assert desk.schedules.drafts["s1"].schedule == drawn
    assert desk.schedules.drafts["s1"].note == "saving"  # the next start looks whether it arrived


def test_a_disk_that_refuses_the_draft_is_told_and_nothing_is_called_kept(desk: Desk) -> None:
    desk.open_harbor()
    desk.draw_saturday()
    desk.schedules.fail_save = DiskFailed("The disk is full.")
    desk.controller.save_now()
    assert "was not saved; your draft is only in memory. The disk is full." in desk.board.texts[SAVE]


def test_undo_goes_behind_a_change_by_somebody_else(desk: Desk) -> None:
    """Saved, and changed by another since: what was drawn here is still two steps away."""
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.controller.save_now()
    theirs = WeekSchedule((*drawn.periods, away(6, 9, 3)))
    desk.schedules.put(HARBOR, theirs, "e9")
    desk.controller.refresh()
    assert desk.shown == theirs
    assert desk.state == "saved as of 20:51"
    desk.pane.header.undo.click()
    assert desk.shown == drawn
    assert desk.state.startswith("draft, not saved")
    desk.pane.header.undo.click()
    assert desk.shown == NIGHTS
    desk.pane.header.redo.click()
    desk.pane.header.redo.click()
    assert desk.shown == theirs


def test_a_lost_race_offers_theirs(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    theirs = WeekSchedule((away(6, 0, 24),))
    desk.schedules.put(HARBOR, theirs, "e2")
    desk.controller.save_now()
    dialog = desk.controller.saver.dialog
    assert isinstance(dialog, MergeDialog)
    assert desk.state.startswith("draft, not saved")
    dialog.take_theirs.click()
    assert desk.shown == theirs
    assert desk.state == "saved as of 20:51"
    desk.pane.header.undo.click()
    assert desk.shown == drawn  # mine is one undo away


def test_a_change_by_somebody_else_under_a_draft_is_said(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.schedules.put(HARBOR, WeekSchedule(), "e2")
    desk.controller.refresh()
    assert desk.shown == drawn
    assert "changed by somebody else" in desk.board.texts["schedule.changed.s1"]
    assert any("since your draft began" in line.text() for line in desk.panel.check_lines)


def test_what_the_connection_cannot_hold_is_said_before_saving(desk: Desk) -> None:
    desk.open_harbor()
    desk.hand.drag((0, 8.02), (0, 9.95))  # a second period on Monday
    assert desk.pane.below.losses.isVisibleTo(desk.pane)
    desk.controller.save_now()
    dialog = desk.controller.saver.dialog
    assert isinstance(dialog, SaveDialog)
    assert dialog.losses.isVisibleTo(dialog)
    dialog.save.click()
    assert desk.schedules.saves[-1][1] == desk.shown
    assert not desk.pane.below.losses.isVisibleTo(desk.pane)
    assert desk.state == "saved as of 20:51"


def test_no_schedule_endpoint_is_said_as_such(desk: Desk) -> None:
    desk.schedules.fail_read = NotThere("Not offered.", status=404)
    desk.selection.select_site(HARBOR)
    assert "stores no arming schedules" in desk.pane.message.text()
    assert not desk.pane.grid.is_editable
    desk.schedules.fail_read = None
    desk.schedules.put(HARBOR, NIGHTS)
    desk.pane.retry.click()
    assert desk.shown == NIGHTS


def test_without_an_endpoint_a_week_is_drawn_kept_and_never_sent(desk: Desk) -> None:
    desk.schedules.fail_read = NotThere("Not offered.", status=404)
    desk.selection.select_site(HARBOR)
    desk.pane.draw.click()
    desk.hand.drag((1, 18.02), (1, 20.0))
    desk.hand.drag(
        (1, 8.02), (1, 9.95)
    )  # a second period on one day, which no connection's schedule can hold
    assert len(desk.shown.periods) == 2
    assert not desk.pane.below.losses.isVisibleTo(desk.pane)
    assert desk.state == "on this computer only"
    said = [line.text() for line in desk.panel.check_lines]
    assert said
    assert not [words for words in said if "connection" in words]
    desk.controller.save_now()
    assert not desk.pane.header.save.isEnabled()
    assert not desk.schedules.saves
    desk.controller.keep_draft_now()
    drawn = desk.schedules.drafts[HARBOR.site_id]
    assert drawn.schedule == desk.shown
    desk.selection.select_site(PHARMACY)
    desk.selection.select_site(HARBOR)
    assert (desk.shown, desk.state) == (drawn.schedule, "on this computer only")


def test_unreachable_without_and_with_a_last_known_one(desk: Desk) -> None:
    desk.schedules.fail_read = Unreachable("The gateway does not answer.")
    desk.selection.select_site(HARBOR)
    assert "could not be read" in desk.pane.message.text()
    desk.schedules.disk["s2"] = desk.schedules.put(PHARMACY, NIGHTS)
    desk.selection.select_site(PHARMACY)
    assert desk.shown == NIGHTS
    assert desk.state == "last known as of 22:51, not refreshed"
    assert "could not be read again" in desk.board.texts["schedule.read"]


def test_no_site_and_words_of_the_server_as_plain_text(desk: Desk) -> None:
    assert desk.pane.message.text() == "Choose a site to see when it is armed."
    desk.schedules.put(PHARMACY, NIGHTS, "e1", "“<i>Funday</i>” is not a day of the week")
    desk.selection.select_site(PHARMACY)
    assert "<i>Funday</i>" in desk.pane.note.text()
    desk.selection.select_site(None)
    assert desk.pane.message.text() == "Choose a site to see when it is armed."


def test_a_refreshed_site_keeps_what_is_being_done(desk: Desk) -> None:
    desk.open_harbor()
    drawn = desk.draw_saturday()
    desk.selection.select_site(replace(HARBOR, name="Harbor Point"))
    assert desk.shown == drawn
    assert desk.pane.header.site_line.whole_text.startswith("Harbor Point ·")


def test_copy_a_day_clear_and_revert_are_single_steps(desk: Desk) -> None:
    desk.open_harbor()
    desk.pane.header.copy_day_requested.emit(4, (5,))
    assert away(5, 18, 13) in desk.shown.periods
    desk.pane.header.clear.click()
    assert desk.shown == WeekSchedule()
    desk.pane.header.revert.click()
    assert desk.shown == NIGHTS
    desk.pane.header.undo.click()
    assert desk.shown == WeekSchedule()


def test_what_keys_do_is_said(desk: Desk, qtbot: QtBot) -> None:
    """To a screen reader: what was done, and where the person is then."""
    desk.open_harbor()
    grid = desk.pane.grid
    control = Qt.KeyboardModifier.ControlModifier
    show_active(qtbot, desk.pane)
    grid.setFocus()
    qtbot.waitUntil(grid.hasFocus, timeout=2000)
    grid.select(away(0, 18, 13))
    monday = grid.accessibleDescription()
    assert monday.startswith("Away Mon 18:00")
    desk.hand.key(Qt.Key.Key_C, control)
    assert grid.accessibleDescription() == f"Copied. {monday}"
    grid.copy_to_days((5, 6))
    assert grid.accessibleDescription() == f"Copied to Sat and Sun. {monday}"
    grid.set_brush(ArmingMode.NIGHT)
    assert grid.accessibleDescription() == f"Painting Night. {monday}"
    desk.hand.key(Qt.Key.Key_Delete)
    assert grid.accessibleDescription() == "Mon 18:00, disarmed"
    desk.hand.key(Qt.Key.Key_Z, control)
    assert grid.selected == away(0, 18, 13)
    assert grid.accessibleDescription() == f"Undone: Delete. {monday}"
    desk.hand.key(Qt.Key.Key_Y, control)
    assert grid.accessibleDescription() == "Done again: Delete. Mon 18:00, disarmed"
