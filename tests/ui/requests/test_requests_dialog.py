"""The list of requests: what a person reads, and what the buttons wish."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt

from chekt_console.domain.delivery import Delivery, RefusedDelivery
from chekt_console.domain.request import CommandPolicy, IncomingRequest
from chekt_console.services.request_service import RequestState
from chekt_console.ui.requests.inspector_dialog import InspectorDialog
from chekt_console.ui.requests.requests_dialog import RequestsDialog

if TYPE_CHECKING:
    from datetime import tzinfo

    from pytestqt.qtbot import QtBot

NOW = 1_770_000_000_000


def _state(name: str, state: str, outcome: str = "") -> tuple[RequestState, str, str, tzinfo | None]:
    request = IncomingRequest(
        name,
        "arming.command",
        "1784",
        "Sent name",
        "Dana <b>W</b>",
        "Sentinel",
        NOW,
        NOW + 60_000,
        mode="night",
    )
    return (
        RequestState(request, NOW, state, outcome, "due" if outcome else ""),
        "Harbor Point Warehouse",
        request.what,
        ZoneInfo("America/Los_Angeles"),
    )


def test_the_person_reads_who_what_where_until_when_and_answers(qtbot: QtBot) -> None:
    dialog = RequestsDialog()
    qtbot.addWidget(dialog)
    assert not dialog.carry_out.isEnabled()
    dialog.set_policy(CommandPolicy("never"))
    assert dialog.policy.currentText() == "Never"
    assert dialog.warning.isHidden()
    assert dialog.ask_again.isHidden()
    dialog.set_states(
        (_state("cmd_2", "waiting"), _state("cmd_1", "refused", "It had expired when it arrived."))
    )
    for word in ("Dana <b>W</b>", "Sentinel", "Arm Night", "Harbor Point Warehouse", "holds until"):
        assert word in dialog.detail.text()
    assert "Asked at 2026-02-01 18:40 PST, holds until 2026-02-01 18:41 PST." in dialog.detail.text()
    row = dialog.list.topLevelItem(0)
    assert row is not None
    assert [row.text(column) for column in (0, 4)] == ["2026-02-01 18:40 PST", "2026-02-01 18:41 PST"]
    with qtbot.waitSignal(dialog.carry_out_requested) as told:
        qtbot.mouseClick(dialog.carry_out, Qt.MouseButton.LeftButton)
    assert told.args == ["cmd_2"]
    dialog.choose("cmd_1")
    assert "expired" in dialog.detail.text()
    assert "not told yet" in dialog.detail.text()
    assert not dialog.carry_out.isEnabled()
    assert not dialog.refuse.isEnabled()
    dialog.set_states((_state("cmd_3", "waiting"), _state("cmd_1", "refused", "Late.")))
    assert dialog.chosen == "cmd_1"  # a new one does not slip under the person's hand


def test_the_inspector_shows_raw_and_understood(qtbot: QtBot) -> None:
    dialog = InspectorDialog()
    qtbot.addWidget(dialog)
    assert not dialog.copy.isEnabled()
    one = Delivery(4, "x", NOW, "timed", b'{"type":"site.renamed","data":{"name":"B"}}', "unknown type, kept")
    dialog.set_deliveries((one,), "Webhooks: port 4000, 1 taken")
    assert dialog.body.toPlainText() == one.body.decode()
    dialog.lines.setChecked(True)
    assert '    "name": "B"' in dialog.body.toPlainText()
    item = dialog.list.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in (1, 2, 3)] == [
        "site.renamed",
        "Body and time",
        "Unknown type, kept",
    ]
    for status, words in (
        ("done: request", "Put to you as a request"),
        ("done: event 77 is resolved", "Event 77 is resolved"),
        ("not understood: no site", "Not understood: no site"),
        ("new", "Not read yet"),
    ):
        dialog.set_deliveries((replace(one, scheme="body", status=status),), "")
        assert [item.text(column) for column in (2, 3)] == ["Body only", words]
    with qtbot.waitSignal(dialog.replay_requested) as told:
        qtbot.mouseClick(dialog.replay, Qt.MouseButton.LeftButton)
    assert told.args == [4]


def test_what_a_person_reads_in_the_inspector_stays_while_others_arrive(qtbot: QtBot) -> None:
    dialog = InspectorDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    many = [
        Delivery(number, f"{number}", NOW, "timed", b'{"type":"x"}' * 400, "done") for number in range(60)
    ]
    many.reverse()
    dialog.set_deliveries(tuple(many[5:55]), "")
    dialog.list.setCurrentItem(dialog.list.topLevelItem(30))
    chosen = dialog.chosen
    dialog.list.verticalScrollBar().setValue(20)
    dialog.body.verticalScrollBar().setValue(7)
    top = dialog.list.itemAt(0, 0)
    assert top is not None
    words = top.text(0), top.data(0, Qt.ItemDataRole.UserRole)
    dialog.set_deliveries(tuple(many[:50]), "")
    assert dialog.chosen == chosen
    assert dialog.body.verticalScrollBar().value() == 7
    again = dialog.list.itemAt(0, 0)
    assert again is not None
    assert (again.text(0), again.data(0, Qt.ItemDataRole.UserRole)) == words
    newest = dialog.list.topLevelItem(0)
    assert newest is not None
    assert newest.data(0, Qt.ItemDataRole.UserRole) == 59
    assert dialog.list.topLevelItemCount() == 50


def _refused(number: int, received_ms: int = NOW) -> RefusedDelivery:
    return RefusedDelivery(
        number,
        received_ms,
        401,
        "The signature is wrong",
        "POST",
        "/webhooks",
        f"x-chekt-signature: {number}",
        b'{"type":"alarm.created"}',
        90_000,
    )


def test_the_inspector_shows_what_was_refused_with_its_headers_and_why(qtbot: QtBot) -> None:
    dialog = InspectorDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    taken = Delivery(7, "x", NOW, "timed", b'{"type":"x"}', "done", "content-type: application/json")
    dialog.set_deliveries((taken,), "", (_refused(7, NOW + 1), _refused(6, NOW - 1)))
    assert [dialog.list.topLevelItem(row).text(1) for row in range(3)] == [
        "alarm.created",
        "x",
        "alarm.created",
    ]  # type: ignore[union-attr]
    first, second = dialog.list.topLevelItem(0), dialog.list.topLevelItem(1)
    assert first is not None
    assert first.text(3) == "Refused (401): The signature is wrong"
    assert "same signing secret" in dialog.why.text()
    assert dialog.headers.toPlainText() == "POST /webhooks\nx-chekt-signature: 7"
    assert "90,000 bytes in all" in dialog.body.toPlainText()
    # Nobody reads it, and nobody can have it read.
    assert not dialog.replay.isEnabled()
    assert not dialog.copy.isEnabled()
    dialog.list.setCurrentItem(second)
    assert dialog.headers.toPlainText() == "content-type: application/json"
    assert dialog.why.isHidden()
    assert dialog.replay.isEnabled()
    for shown, numbers in (("Accepted", [7]), ("Refused", [-7, -6]), ("All", [-7, 7, -6])):
        dialog.shown.setCurrentText(shown)
        items = [dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount())]
        assert [item.data(0, Qt.ItemDataRole.UserRole) for item in items if item is not None] == numbers


def test_a_refused_one_that_is_read_stays_when_it_is_no_longer_kept(qtbot: QtBot) -> None:
    dialog = InspectorDialog()
    qtbot.addWidget(dialog)
    dialog.set_deliveries((), "", (_refused(5),))
    assert dialog.chosen == -5
    dialog.set_deliveries((), "", tuple(_refused(number, NOW + number) for number in range(90, 40, -1)))
    assert dialog.chosen == -5
    assert dialog.headers.toPlainText().endswith("x-chekt-signature: 5")
    assert dialog.list.topLevelItemCount() == 51
    dialog.shown.setCurrentText("Accepted")
    assert dialog.list.topLevelItemCount() == 0
    assert dialog.body.toPlainText() == "Nothing has been accepted yet."
