"""What past alarms say of a change is told in the review before saving, and never waited for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from chekt_console.domain.event import Event, EventKind
from chekt_console.errors import Unreachable
from chekt_console.services.event_service import EventList, EventService
from chekt_console.ui.schedule.schedule_dialogs import SaveDialog
from chekt_console.ui.schedule.understanding_controller import UnderstandingController
from tests.ui.schedule.schedule_world import AS_OF, NOW_MS
from tests.ui.schedule.test_schedule_controller import HARBOR, NIGHTS, Desk

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
# Last Saturday 10:30 in Los Angeles, where the draft arms, and 13:30, where it does not.
SATURDAY_MS = NOW_MS - 3 * DAY_MS - 10 * HOUR_MS - 34 * 60_000


class PastEvents(EventService):
    """What is known of the site; `failure` is raised instead, `is_known` False: the history was never read."""

    def __init__(self) -> None:
        self.failure: Unreachable | None = None
        self.is_known = True

    def cached(self, site_id: str, days: int = 30) -> EventList:
        if self.failure is not None:
            raise self.failure
        instants = (
            (SATURDAY_MS, "real"),
            (SATURDAY_MS - 7 * DAY_MS, "false"),
            (SATURDAY_MS + 3 * HOUR_MS, ""),
        )
        events = tuple(
            Event(str(ms), site_id, ms, EventKind.ALARM, decision=decision) for ms, decision in instants
        )
        as_of = AS_OF if self.is_known else None
        return EventList(site_id, events, NOW_MS - days * DAY_MS, NOW_MS, as_of)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    if desk.controller.saver.dialog is not None:
        desk.controller.saver.dialog.close()


def _understand(desk: Desk) -> tuple[PastEvents, UnderstandingController]:
    events = PastEvents()
    runner = cast("Runner", desk.runner)
    return events, UnderstandingController(
        desk.pane, desk.panel, desk.controller, desk.selection, runner, events
    )


def _review(desk: Desk) -> SaveDialog:
    desk.pane.header.save.click()
    dialog = desk.controller.saver.dialog
    assert isinstance(dialog, SaveDialog)
    return dialog


def test_alarms_gained_are_told_by_decision_and_lead_to_the_panel(desk: Desk) -> None:
    _, understanding = _understand(desk)
    desk.open_harbor()
    desk.draw_saturday()
    desk.runner.is_held = True
    dialog = _review(desk)
    assert "not known yet" in dialog.what_if.text()
    assert not dialog.show_alarms.isEnabled()
    assert dialog.save.isEnabled()  # nobody has to wait for it
    desk.runner.let_go()
    assert dialog.what_if.text() == (
        "3 alarms in the last 30 days: 2 while armed, was 0.\n· 2 alarms newly while armed: 1 real, 1 false."
    )
    understanding.what_if.spans.button(90).click()
    QTest.mouseClick(dialog.show_alarms, Qt.MouseButton.LeftButton)
    assert desk.controller.saver.dialog is None
    assert desk.schedules.saves == []
    assert understanding.what_if.isVisible()
    assert understanding.what_if.days == 30


def test_what_is_not_understood_on_the_server_is_not_given_up_unasked(desk: Desk) -> None:
    """A day armed in a way this program does not know would be open from then on."""
    lost = "Tuesday has “vacation” as arm mode; it was left out."
    desk.open_harbor()
    desk.schedules.put(HARBOR, NIGHTS, "e1", lost)
    desk.controller.refresh()
    desk.draw_saturday()
    dialog = _review(desk)
    assert dialog.unknown.isVisibleTo(dialog)
    assert lost in dialog.unknown.text()
    dialog.reject()
    desk.schedules.put(HARBOR, NIGHTS, "e2")
    desk.controller.refresh()
    dialog = _review(desk)
    assert not dialog.unknown.isVisibleTo(dialog)


def test_an_answer_after_the_review_was_closed_is_dropped(desk: Desk) -> None:
    _understand(desk)
    desk.open_harbor()
    desk.draw_saturday()
    desk.runner.is_held = True
    first = _review(desk)
    first.reject()
    desk.hand.drag((6, 9.02), (6, 11.95))
    second = _review(desk)
    desk.runner.let_go()
    assert "3 alarms" in second.what_if.text()


def test_a_past_that_is_not_known_is_said_and_no_reason_not_to_save(desk: Desk, qtbot: QtBot) -> None:
    events, understanding = _understand(desk)
    events.is_known = False
    desk.open_harbor()
    desk.draw_saturday()
    dialog = _review(desk)
    assert "not known yet" in dialog.what_if.text()
    events.failure = Unreachable("No answer.")
    understanding.review._again.timeout.emit()
    assert dialog.what_if.text() == "What past alarms say is not known. No answer."
    dialog.save.click()
    assert desk.state == "saved as of 20:51"


@pytest.mark.parametrize("width", [700, 1100])
def test_the_key_opens_the_review_from_anywhere_in_the_window(desk: Desk, qtbot: QtBot, width: int) -> None:
    """A button loses its key when its words change with the width."""
    desk.open_harbor()
    desk.draw_saturday()
    desk.pane.resize(width, 600)
    desk.pane.show()
    qtbot.waitExposed(desk.pane)
    desk.pane.activateWindow()
    qtbot.waitUntil(desk.pane.isActiveWindow)
    desk.pane.grid.setFocus()
    qtbot.keyClick(desk.pane.grid, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(desk.controller.saver.dialog, SaveDialog))
