"""Details, contacts and devices in the outbox: written down first, in order, read before they go, asked about when both changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from chekt_console.domain.account import ArmingAuthority, DeviceRecord
from chekt_console.domain.device_table import changes_of
from chekt_console.domain.outbox import EntryState, ScheduleChange
from chekt_console.domain.record_change import RecordChange, RecordKind, RowEdit, TheirRows
from chekt_console.domain.record_edits import (
    authority_change,
    contact_change,
    contact_order,
    contacts_with,
    device_fields,
    devices_change,
    devices_with,
    site_change,
    site_with,
)
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.errors import (
    Refused,
    ServerBroken,
    TooManyRequests,
    WorldFailed,
)
from tests.support.record_server import RecordServer
from tests.unit.services.outbox_desk import (
    GATE,
    JANE,
    JOHN,
    LOST,
    OFFLINE,
    SITE,
    YARD,
    Desk,
    new_contact,
    new_site,
)


def _is_there(server: RecordServer) -> bool:
    return any(one.external_contact_id == "own-new" for one in server.people.values())


Case = tuple[Callable[[Desk], RecordChange], Callable[[RecordServer], bool]]
CASES: dict[str, Case] = {
    "name": (lambda desk: desk.rename("Quay"), lambda server: server.record.name == "Quay"),
    "no station": (
        lambda desk: site_change(desk.server.record, replace(desk.server.record, station_id=""), {}),
        lambda server: server.record.station_id == "",
    ),
    "new site": (
        lambda _: new_site(),
        lambda server: [one.name for one in server.made.values()] == ["Mall"],
    ),
    "who arms": (
        lambda _: authority_change(SITE, ArmingAuthority.CHEKT, ArmingAuthority.ALARM_COM, {}),
        lambda server: server.arming is ArmingAuthority.ALARM_COM,
    ),
    "new contact": (lambda _: new_contact(), _is_there),
    "contact": (
        lambda _: contact_change(SITE, JANE, replace(JANE, phone_number="+14155550009")),
        lambda server: server.people["501"].phone_number == "+14155550009",
    ),
    "contact deleted": (
        lambda _: contact_change(SITE, JANE, None),
        lambda server: "501" not in server.people,
    ),
    "order": (
        lambda _: cast("RecordChange", contact_order(SITE, (JOHN, JANE))),
        lambda server: (server.people["501"].slot_number, server.people["502"].slot_number) == ("2", "1"),
    ),
    "devices": (
        lambda _: devices_change(
            SITE,
            changes_of((GATE, YARD), (replace(GATE, name="East"), DeviceRecord("cam-3", "camera", "003"))),
        ),
        lambda server: sorted(server.rows) == ["cam-1", "cam-3"] and server.rows["cam-1"].name == "East",
    ),
}


@pytest.fixture(params=CASES, name="case")
def _case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.mark.parametrize(
    "failure",
    [None, OFFLINE, LOST, ServerBroken("It broke.", status=503), TooManyRequests("Wait.", status=429)],
    ids=["", "offline", "lost", "broken", "too many"],
)
def test_each_kind_goes_once_whatever_happened_before(
    desk: Desk, case: Case, failure: WorldFailed | None
) -> None:
    make, is_done = case
    change = make(desk)
    if failure is not None:
        (desk.server.after if failure is LOST else desk.server.before).append(failure)
    desk.outbox.add(change)
    desk.outbox.send_next(change.site_id)
    if failure is not None:
        desk.restart()
    assert desk.send_all() == [EntryState.DONE]
    assert is_done(desk.server)
    assert len(desk.server.sent) == len(set(desk.server.sent))
    assert desk.outbox.entries()[0].change.parts


def test_the_end_of_the_program_between_sending_and_its_outcome_sends_nothing_twice(
    desk: Desk, case: Case
) -> None:
    make, is_done = case
    change = make(desk)

    class Killed(BaseException):
        pass

    desk.server.after.append(cast("Any", Killed()))
    desk.outbox.add(change)
    with pytest.raises(Killed):
        desk.outbox.send_next(change.site_id)
    desk.restart()
    assert desk.states() == [EntryState.NOT_CONFIRMED]
    sent = len(desk.server.sent)
    assert desk.send_all() == [EntryState.DONE]
    assert is_done(desk.server)
    is_bulk = len(change.edits) > 1  # the rest of it goes now
    assert is_bulk or len(desk.server.sent) == sent == 1


def test_a_late_first_request_does_nothing_more(desk: Desk) -> None:
    """It hung in the network, and arrives after the second: the same key and body, so it is done once."""
    desk.server.before.append(LOST)
    desk.outbox.add(new_contact(), key="k")
    desk.send_all()
    desk.server.contacts.add("7", {"external_contact_id": "own-new", **_wire_of_new()}, "k")
    assert sum(one.external_contact_id == "own-new" for one in desk.server.people.values()) == 1


def _wire_of_new() -> dict[str, object]:
    return {
        "first_name": "Ann", "last_name": "Lee", "title": "", "phone_number": "", "email_address": "a@b.co",
        "slot_number": "", "sms_alarm_enabled": 0, "email_alarm_enabled": 0,
    }  # fmt: skip


def test_fields_that_only_one_changed_come_together(desk: Desk) -> None:
    desk.outbox.add(desk.rename("Quay"))
    desk.server.record = replace(desk.server.record, address1="Pier 9")
    assert desk.send_all() == [EntryState.DONE]
    assert (desk.server.record.name, desk.server.record.address1) == ("Quay", "Pier 9")


@pytest.mark.parametrize("takes_mine", [True, False])
def test_a_field_that_both_changed_is_asked_about(desk: Desk, takes_mine: bool) -> None:
    base = desk.server.record
    wanted = replace(base, name="Quay", address1="Pier 1")
    desk.outbox.add(site_change(base, wanted, {}))
    desk.server.record = replace(base, name="Wharf")
    assert desk.send_all() == [EntryState.CONFLICT]
    assert desk.server.sent == []
    desk.restart()
    (entry,) = desk.outbox.entries()
    assert isinstance(entry.change, RecordChange)
    assert isinstance(entry.theirs, TheirRows)
    (clash,) = entry.change.clashes(entry.theirs.rows)
    assert (clash.what, clash.base, clash.mine, clash.theirs) == ("Name", "Harbor", "Quay", "Wharf")
    desk.outbox.take_chosen(entry.number, {("7", "name")} if takes_mine else (), entry.theirs)
    assert desk.send_all() == [EntryState.DONE]
    assert desk.server.record.name == ("Quay" if takes_mine else "Wharf")
    assert desk.server.record.address1 == "Pier 1"


def test_what_is_chosen_leaves_the_fields_alone_that_the_change_does_not_name(desk: Desk) -> None:
    edit = RowEdit("cam-1", "Gate", {"name": "Gate"}, {"name": "East"})
    desk.outbox.add(RecordChange(RecordKind.DEVICES, "7", "Harbor", (edit,)))
    desk.server.rows["cam-1"] = replace(GATE, name="Court")
    assert desk.send_all() == [EntryState.CONFLICT]
    desk.outbox.take_chosen(
        desk.outbox.entries()[0].number,
        {("cam-1", "name")},
        TheirRows({"cam-1": device_fields(desk.server.rows["cam-1"])}),
    )
    assert desk.send_all() == [EntryState.DONE]
    assert desk.server.rows["cam-1"] == replace(GATE, name="East")


def test_a_third_change_since_is_asked_about_again(desk: Desk) -> None:
    base = desk.server.record
    desk.outbox.add(desk.rename("Quay"))
    desk.server.record = replace(base, name="Wharf")
    desk.send_all()
    (entry,) = desk.outbox.entries()
    assert isinstance(entry.theirs, TheirRows)
    desk.server.record = replace(base, name="Dock")
    desk.outbox.take_chosen(entry.number, {("7", "name")}, entry.theirs)
    assert desk.send_all() == [EntryState.CONFLICT]
    assert desk.server.record.name == "Dock"


def test_what_they_have_is_taken_whole_and_nothing_is_sent(desk: Desk) -> None:
    desk.outbox.add(contact_change(SITE, JANE, None))
    desk.server.people["501"] = replace(JANE, title="Owner")
    assert desk.send_all() == [EntryState.CONFLICT]
    (entry,) = desk.outbox.entries()
    assert isinstance(entry.theirs, TheirRows)
    desk.outbox.take_chosen(entry.number, (), entry.theirs)
    assert desk.send_all() == [EntryState.DISCARDED]
    assert desk.server.sent == []
    assert "501" in desk.server.people


def test_a_row_that_is_gone_is_told_and_holds_up_nothing(desk: Desk) -> None:
    desk.outbox.add(contact_change(SITE, JANE, replace(JANE, title="Owner")))
    del desk.server.people["501"]
    desk.outbox.add(desk.rename("Quay"))
    assert desk.send_all() == [EntryState.REFUSED, EntryState.DONE]
    assert "removed Jane Doe" in desk.outbox.entries()[0].sentence


def test_what_is_gone_is_added_again_as_it_was_wanted(desk: Desk) -> None:
    desk.outbox.add(contact_change(SITE, JANE, replace(JANE, title="Owner")))
    del desk.server.people["501"]
    assert desk.send_all() == [EntryState.REFUSED]
    desk.restart()
    (entry,) = desk.outbox.entries()
    assert isinstance(entry.change, RecordChange)
    assert isinstance(entry.theirs, TheirRows)
    (told,) = entry.change.lost(entry.theirs.rows)
    assert all(word in told for word in ("Jane", "Doe", "Owner", "+14155550001"))
    assert desk.outbox.make_anew(entry.number) is not None
    assert desk.send_all() == [EntryState.DONE]
    made = [one for one in desk.server.people.values() if one.first_name == "Jane"]
    assert [(one.last_name, one.title, one.phone_number) for one in made] == [
        ("Doe", "Owner", "+14155550001")
    ]
    assert desk.outbox.make_anew(entry.number) is None
    assert desk.send_all() == [EntryState.DONE]


def test_the_rest_goes_without_what_is_gone_or_all_of_it_with_it_anew(desk: Desk) -> None:
    def renamed() -> RecordChange:
        rows = (replace(GATE, name="North gate"), replace(YARD, name="South yard"))
        return devices_change(SITE, changes_of((GATE, YARD), rows))

    for is_anew in (False, True):
        desk.server.rows = {"cam-2": YARD}
        desk.outbox.add(renamed())
        assert desk.send_all()[-1] is EntryState.REFUSED
        assert desk.server.rows == {"cam-2": YARD}  # not one of the two without the other
        number = desk.outbox.entries()[-1].number
        assert desk.outbox.make_anew(number) if is_anew else desk.outbox.leave_out(number)
        assert desk.send_all()[-1] is EntryState.DONE
        names = {row.name for row in desk.server.rows.values()}
        assert names == ({"North gate", "South yard"} if is_anew else {"South yard"})


def test_what_is_not_wholly_known_is_not_offered_anew(desk: Desk) -> None:
    there = {"502": {"slot_number": "2"}}
    order = contact_order(SITE, (JOHN, JANE))
    assert order is not None
    assert order.anew(there, "own") is None
    rest = order.rest(there)
    assert rest is not None
    assert [edit.row_id for edit in rest.edits] == ["502"]
    assert desk.rename("Quay").anew({}, "own") is None
    assert desk.rename("Quay").rest({}) is None


def test_what_was_refused_stays_until_a_person_gives_it_up(desk: Desk) -> None:
    desk.outbox.add(contact_change(SITE, JANE, replace(JANE, title="Owner")))
    del desk.server.people["501"]
    assert desk.send_all() == [EntryState.REFUSED]
    for number in range(210):  # more than are kept of what has ended
        entry = desk.outbox.add(contact_change(SITE, JOHN, replace(JOHN, title=str(number))))
        desk.outbox.discard(entry.number)
    entries = desk.outbox.entries()
    assert len(entries) < 210
    assert entries[0].state is EntryState.REFUSED


def test_changes_of_a_site_go_in_the_order_they_were_made(desk: Desk) -> None:
    desk.server.before.append(OFFLINE)
    for make, _ in (CASES["name"], CASES["contact"], CASES["devices"]):
        desk.outbox.add(make(desk))
    desk.outbox.send_next("7")
    assert desk.outbox.send_next("7") is None  # the second waits for the first
    assert desk.send_all() == [EntryState.DONE] * 3
    assert [line.split()[0] for line in desk.server.sent] == ["site", "contact", "delete", "change", "add"]


def test_behind_a_conflict_everything_of_the_site_waits_and_of_others_nothing(desk: Desk) -> None:
    desk.outbox.add(desk.rename("Quay"))
    desk.server.record = replace(desk.server.record, name="Wharf")
    desk.outbox.add(contact_change(SITE, JANE, None))
    desk.outbox.add(ScheduleChange("7", "Harbor", WeekSchedule(), "v1", WeekSchedule()))
    desk.outbox.add(new_site())
    assert desk.send_all() == [
        EntryState.CONFLICT, EntryState.WAITING, EntryState.WAITING, EntryState.DONE,
    ]  # fmt: skip
    desk.outbox.discard(1)
    assert desk.send_all()[1:3] == [EntryState.DONE, EntryState.DONE]


def test_a_change_on_top_of_one_that_waits_starts_from_it(desk: Desk) -> None:
    first = desk.rename("Quay")
    desk.outbox.add(first)
    seen = site_with(desk.server.record, (first,))
    desk.outbox.add(desk.rename("Dock", seen))
    assert desk.send_all() == [EntryState.DONE, EntryState.DONE]
    assert desk.server.record.name == "Dock"


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_change_on_top_of_one_that_is_given_up_starts_from_the_server(desk: Desk, is_refused: bool) -> None:
    first = desk.rename("Quay")
    entry = desk.outbox.add(first)
    seen = site_with(desk.server.record, (first,))
    desk.outbox.add(site_change(seen, replace(seen, address1="Pier 1"), {}))
    desk.outbox.add(desk.rename("Dock", seen))
    if is_refused:
        desk.server.before.append(Refused("That name is taken.", status=422))
    else:
        desk.outbox.discard(entry.number)
    assert desk.send_all()[1:] == [EntryState.DONE, EntryState.DONE]
    assert (desk.server.record.name, desk.server.record.address1) == ("Dock", "Pier 1")


def test_a_contact_is_edited_and_deleted_before_the_server_knows_it(desk: Desk) -> None:
    desk.outbox.add(new_contact())
    for step in range(2):
        waiting = [one.change for one in desk.outbox.entries() if isinstance(one.change, RecordChange)]
        (ann,) = [one for one in contacts_with((JANE, JOHN), waiting) if one.first_name == "Ann"]
        wanted = replace(ann, title="Owner") if step == 0 else None
        desk.outbox.add(contact_change(SITE, ann, wanted))
    assert contacts_with((JANE, JOHN), waiting)[2].title == "Owner"
    assert desk.send_all() == [EntryState.DONE] * 3
    assert not _is_there(desk.server)
    assert [line.split()[0] for line in desk.server.sent] == ["add", "contact", "delete"]


def test_edits_of_a_contact_whose_adding_is_given_up_add_it(desk: Desk) -> None:
    entry = desk.outbox.add(new_contact())
    (ann,) = contacts_with((), [new_contact()])
    desk.outbox.add(contact_change(SITE, ann, replace(ann, title="Owner")))
    desk.outbox.discard(entry.number)
    assert desk.send_all()[1] is EntryState.DONE
    assert _is_there(desk.server)


def test_rows_of_a_table_that_are_refused_are_named_and_go_again_when_asked(desk: Desk) -> None:
    desk.server.refused_rows["cam-3"] = "Zone 003 is in use."
    make, is_done = CASES["devices"]
    entry = desk.outbox.add(make(desk))
    assert desk.send_all() == [EntryState.REFUSED]
    sentence = desk.outbox.entries()[0].sentence
    assert "2 of 3 done" in sentence
    assert "cam-3: Zone 003 is in use." in sentence
    desk.server.refused_rows.clear()
    desk.outbox.send_now(entry.number)
    assert desk.send_all() == [EntryState.DONE]
    assert is_done(desk.server)


def test_a_wish_the_server_took_and_does_not_show_is_sent_as_a_new_one(desk: Desk) -> None:
    """It repeats its first answer to a key it knows."""
    base = desk.server.record
    desk.server.after.append(LOST)
    desk.outbox.add(desk.rename("Quay"))
    desk.outbox.send_next("7")
    desk.server.record = base  # restored from a backup, say
    assert desk.send_all() == [EntryState.NOT_CONFIRMED]
    assert desk.send_all() == [EntryState.DONE]
    assert desk.server.record.name == "Quay"


def test_what_waits_is_laid_over_what_was_read(desk: Desk) -> None:
    make, _ = CASES["devices"]
    shown = devices_with((GATE, YARD), [make(desk)])
    assert [(one.external_device_id, one.name) for one in shown] == [("cam-1", "East"), ("cam-3", "")]
    order = contact_order(SITE, (JOHN, JANE))
    assert order is not None
    assert [one.first_name for one in contacts_with((JANE, JOHN), [order])] == ["John", "Jane"]
    assert contact_order(SITE, (JANE, JOHN)) is None


def test_a_new_site_that_somebody_changed_before_its_answer_came_takes_what_is_chosen(desk: Desk) -> None:
    """From then on it goes by the number the server gave it, which this computer was never told."""
    desk.server.after.append(LOST)
    desk.outbox.add(new_site())
    desk.outbox.send_next("own-new")
    desk.server.made["100"] = replace(desk.server.made["100"], name="Mall West", address1="Elm 3")
    desk.restart()
    assert desk.send_all() == [EntryState.CONFLICT]
    (entry,) = desk.outbox.entries()
    assert isinstance(entry.theirs, TheirRows)
    desk.outbox.take_chosen(entry.number, {("own-new", "name")}, entry.theirs)
    desk.restart()
    assert desk.send_all() == [EntryState.DONE]
    assert [(one.name, one.address1) for one in desk.server.made.values()] == [("Mall", "Elm 3")]


def test_a_site_that_is_gone_is_told_like_any_other_row(desk: Desk) -> None:
    gone = replace(desk.server.record, site_id="8", external_site_id="own-8", name="Depot")
    desk.outbox.add(site_change(gone, replace(gone, name="Yard"), {}))
    assert desk.send_all() == [EntryState.REFUSED]
    assert desk.outbox.entries()[0].sentence == "Somebody else removed Depot meanwhile. Nothing was sent."
    assert desk.server.sent == []


@pytest.mark.parametrize("is_gone", [True, False])
def test_of_what_may_have_been_sent_it_is_not_said_that_it_was_not(desk: Desk, is_gone: bool) -> None:
    desk.server.before.append(LOST)
    desk.outbox.add(
        devices_change(
            SITE, changes_of((GATE, YARD), (replace(GATE, name="Front"), replace(YARD, name="Back")))
        )
    )
    desk.outbox.send_next("7")
    desk.server.rows["cam-1"] = replace(GATE, name="Front")
    if is_gone:
        del desk.server.rows["cam-2"]
    else:
        desk.server.rows["cam-2"] = replace(YARD, name="Court")
    assert desk.send_all() == [EntryState.REFUSED if is_gone else EntryState.CONFLICT]
    sentence = desk.outbox.entries()[0].sentence
    assert "Nothing was sent" not in sentence
    assert "Not sent" not in sentence
