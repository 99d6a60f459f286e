"""The list of what waits: each outcome in words, and only what can be done is offered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.contact import Contact
from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange, Theirs
from chekt_console.domain.record_change import TheirRows
from chekt_console.domain.record_edits import contact_change
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.services.outbox_service import TOO_LATE
from chekt_console.ui.outbox.outbox_dialog import OutboxDialog
from chekt_console.ui.outbox.outbox_words import age_words, bar_words, copy_words, detail_words, state_words

_MINE = WeekSchedule((ArmedPeriod(1080, 720, ArmingMode.AWAY),))
_CHANGE = ScheduleChange("7", "<b>Harbor</b>", WeekSchedule(), "v1", _MINE)


def _entry(number: int, state: EntryState, sentence: str = "") -> OutboxEntry:
    theirs = Theirs(WeekSchedule(), "v2") if state is EntryState.CONFLICT else None
    return OutboxEntry(number, str(number), _CHANGE, 0, state, sentence, theirs=theirs)


@pytest.mark.parametrize(
    ("state", "can_send", "can_compare", "can_discard"),
    [
        (EntryState.WAITING, True, False, True),
        (EntryState.SENDING, False, False, False),
        (EntryState.NOT_CONFIRMED, True, False, True),
        (EntryState.CONFLICT, False, True, True),
        (EntryState.REFUSED, True, False, True),
        (EntryState.DONE, False, False, False),
        (EntryState.DISCARDED, False, False, False),
    ],
)
def test_only_what_can_be_done_is_offered(
    qtbot: QtBot, state: EntryState, can_send: bool, can_compare: bool, can_discard: bool
) -> None:
    dialog = OutboxDialog()
    qtbot.addWidget(dialog)
    dialog.set_entries((_entry(1, state, "The server said so."),), 60_000)
    dialog.show()
    assert dialog.send.isEnabled() == can_send
    assert dialog.compare.isVisible() == can_compare
    assert dialog.discard.isEnabled() == can_discard
    assert "The server said so." in dialog.detail.text()
    assert dialog.detail.textFormat() is Qt.TextFormat.PlainText
    assert "Away 18:00" in dialog.detail.text()  # what it changes, and so what is lost


def test_what_somebody_else_removed_is_shown_whole_copied_and_offered_anew(qtbot: QtBot) -> None:
    wanted = Contact("501", "own", "Jane", "Doe", phone_number="+14155550001", title="Owner", slot_number="1")
    change = contact_change(Site("7", "Harbor"), replace(wanted, title=""), wanted)
    entry = OutboxEntry(1, "1", change, 0, EntryState.REFUSED, "Somebody removed it.", theirs=TheirRows({}))
    dialog = OutboxDialog()
    qtbot.addWidget(dialog)
    dialog.set_entries((entry,), 0)
    dialog.show()
    assert "As you wanted it:" in dialog.detail.text()
    assert "Phone +14155550001" in dialog.detail.text()
    assert not dialog.rest.isVisible()  # nothing else is in it
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Contact Jane Doe of Harbor\n")
    assert "Phone +14155550001" in copied
    with qtbot.waitSignal(dialog.make_anew_requested) as asked:
        qtbot.mouseClick(dialog.anew, Qt.MouseButton.LeftButton)
    assert asked.args == [1]
    refused_otherwise = replace(entry, theirs=None)
    dialog.set_entries((refused_otherwise,), 0)
    assert not dialog.anew.isVisible()
    assert "As you wanted it:" not in dialog.detail.text()
    assert dialog.copy.isEnabled()


def test_wishes_name_the_chosen_entry_and_it_stays_chosen(qtbot: QtBot) -> None:
    dialog = OutboxDialog()
    qtbot.addWidget(dialog)
    assert dialog.empty.isVisibleTo(dialog)
    entries = (_entry(1, EntryState.WAITING), _entry(2, EntryState.CONFLICT))
    dialog.set_entries(entries, 0)
    dialog.show()
    assert dialog.chosen == 2
    qtbot.keyClick(dialog.list, Qt.Key.Key_Down)
    dialog.set_entries(entries, 0)
    assert dialog.chosen == 1
    with qtbot.waitSignal(dialog.send_requested) as sent:
        qtbot.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    assert sent.args == [1]


def test_the_status_bar_counts_what_waits_and_says_who_is_needed() -> None:
    report = OutboxEntry(3, "3", EventReport("7", "Answer", "{}"), 0, EntryState.NOT_CONFIRMED)
    assert bar_words(()) == ("", False)
    assert bar_words((_entry(1, EntryState.DONE),)) == ("", False)
    assert bar_words((_entry(1, EntryState.WAITING), report)) == ("2 changes waiting", False)
    assert bar_words((_entry(1, EntryState.CONFLICT),)) == ("1 change waiting · 1 needs you", True)
    assert age_words(0, 59_000) == "just now"
    assert age_words(0, 3 * 3_600_000) == "3 h ago"


def test_a_report_is_not_said_to_be_read_back_and_one_that_waits_for_a_person_not_to_go_by_itself() -> None:
    change = EventReport("7", "Answer", "{}")
    again = OutboxEntry(3, "3", change, 0, EntryState.NOT_CONFIRMED, "No answer.")
    assert detail_words(again).startswith("No answer. Whether it arrived is not known. It is sent again")
    late = OutboxEntry(4, "4", change, 0, EntryState.NOT_CONFIRMED, TOO_LATE)
    assert detail_words(late) == TOO_LATE
    assert bar_words((late,)) == ("1 change waiting · 1 needs you", True)


@pytest.mark.parametrize("state", list(EntryState))
def test_the_server_is_said_to_have_every_change_only_when_it_has(qtbot: QtBot, state: EntryState) -> None:
    dialog = OutboxDialog()
    qtbot.addWidget(dialog)
    assert "every change" in dialog.empty.text()
    dialog.set_entries((_entry(1, state),), 0)
    assert ("every change" in dialog.empty.text()) is (state is EntryState.DONE)


def test_an_event_is_sent_and_everything_else_saved() -> None:
    raised = EventReport("7", "Intrusion, raised at Harbor", "{}")
    assert state_words(replace(_entry(1, EntryState.DONE), change=raised)) == "Sent"
    assert state_words(_entry(2, EntryState.DONE)) == "Saved"
    assert state_words(replace(_entry(3, EntryState.WAITING), change=raised)) == "Waiting"
    sent = replace(_entry(1, EntryState.DONE, "The server has it."), change=raised)
    assert detail_words(sent) == "The server has it."  # and not that it is never told
    assert copy_words(sent) == raised.what
