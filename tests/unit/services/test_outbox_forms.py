"""Details, contacts and devices saved by a person who waits: on disk while they are on their way, in the outbox when there is no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from chekt_console.api.priority import is_brief
from chekt_console.domain.account import ArmingAuthority, SiteRecord
from chekt_console.domain.device_table import changes_of
from chekt_console.domain.outbox import EntryState
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.record_change import RecordChange
from chekt_console.domain.record_edits import (
    authority_change,
    contact_change,
    devices_change,
    site_change,
)
from chekt_console.errors import (
    Cancelled,
    NotAllowed,
    Refused,
)
from chekt_console.services.account_service import AccountService
from chekt_console.services.both_changed import BothChanged
from chekt_console.services.contact_service import AnswerLost, ContactService
from chekt_console.services.enrolment_service import EnrolmentService
from chekt_console.services.outbox_service import Waits
from tests.unit.services.outbox_desk import (
    GATE,
    JANE,
    LOST,
    OFFLINE,
    SITE,
    YARD,
    Desk,
)


def _by_form(desk: Desk) -> dict[str, tuple[RecordChange, Callable[[], object]]]:
    """Each kind as its form sends it, with the key of the form."""
    accounts, base = AccountService(cast("Any", desk.server)), desk.server.record
    contacts, enrolment = ContactService(cast("Any", desk.server)), EnrolmentService(cast("Any", desk.server))
    changes = changes_of((GATE, YARD), (replace(GATE, name="East"), YARD))
    wanted = replace(JANE, title="Owner")
    return {
        "details": (desk.rename("Quay"), lambda: accounts.save(base, replace(base, name="Quay"), "k")),
        "contact": (contact_change(SITE, JANE, wanted), lambda: contacts.save("7", JANE, wanted, "k")),
        "devices": (
            devices_change(SITE, changes),
            lambda: enrolment.apply("7", changes, "k", NoProgress()),
        ),
        "arming": (
            authority_change(SITE, ArmingAuthority.CHEKT, ArmingAuthority.ALARM_COM, {}),
            lambda: accounts.set_authority("7", ArmingAuthority.CHEKT, ArmingAuthority.ALARM_COM, "k"),
        ),
    }


FORMS = ("details", "contact", "devices", "arming")


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_cannot_reach_the_server_leaves_its_change_on_disk(desk: Desk, form: str) -> None:
    change, save = _by_form(desk)[form]
    seen: list[EntryState] = []

    def watched() -> object:
        seen.extend(entry.state for entry in desk.store.entries())
        assert desk.outbox.entries() == ()  # the form shows it itself
        return save()

    desk.server.reading.append(OFFLINE)
    with pytest.raises(Waits, match="not saved yet: it waits on this computer") as told:
        desk.outbox.save_now(change, "k", watched)
    assert "Nothing was sent" not in told.value.sentence
    assert seen == [EntryState.SENDING]  # before anything left
    desk.restart()
    assert desk.states() == [EntryState.WAITING]
    assert desk.send_all() == [EntryState.DONE]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_whose_answer_is_lost_is_read_back_and_sent_with_the_same_key(desk: Desk, form: str) -> None:
    change, save = _by_form(desk)[form]
    desk.server.before += [LOST]
    desk.server.reading = []

    def cut_off() -> object:
        try:
            return save()
        finally:
            desk.server.reading = []

    original = desk.server.write

    def write(*args: Any) -> Any:
        desk.server.reading = [OFFLINE] * 5
        return original(*args)

    desk.server.write = write  # type: ignore[method-assign]
    with pytest.raises(Waits, match="read before it goes again"):
        desk.outbox.save_now(change, "k", cut_off)
    desk.server.write = original  # type: ignore[method-assign]
    assert desk.send_all() == [EntryState.DONE]
    assert len(desk.server.sent) == 1
    assert all(key == "k" or key.startswith("k-") for key in desk.server.keys)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_that_reaches_the_server_leaves_nothing_behind(desk: Desk, form: str) -> None:
    change, save = _by_form(desk)[form]
    assert desk.outbox.save_now(change, "k", save)
    assert desk.store.entries() == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("has_arrived", [False, True])
def test_a_form_whose_program_is_killed_while_it_sends_loses_nothing(
    desk: Desk, form: str, has_arrived: bool
) -> None:
    change, save = _by_form(desk)[form]

    class Killed(BaseException):
        pass

    failures = desk.server.after if has_arrived else desk.server.before
    failures.append(cast("Any", Killed()))
    with pytest.raises(Killed):
        desk.outbox.save_now(change, "k", save)
    desk.restart()
    assert desk.states() == [EntryState.NOT_CONFIRMED]
    assert desk.send_all() == [EntryState.DONE]
    assert len(desk.server.sent) == 1


def test_a_save_that_is_done_is_done_also_when_the_disk_refuses_to_forget_it(desk: Desk) -> None:
    change, save = _by_form(desk)["details"]
    writer = desk.store._database._writer

    def saved() -> object:
        found = save()
        writer.execute("PRAGMA query_only=1")
        return found

    assert desk.outbox.save_now(change, "k", saved)
    writer.execute("PRAGMA query_only=0")
    desk.restart()
    assert desk.send_all() == [EntryState.DONE]
    assert len(desk.server.sent) == 1


def test_a_person_waits_seconds_for_a_server_that_does_not_answer(desk: Desk) -> None:
    """What cannot be sent goes by itself; half a minute at the form would bring nothing more."""
    brief: list[bool] = []
    change, save = _by_form(desk)["details"]

    def watched() -> object:
        brief.append(is_brief())
        return save()

    assert desk.outbox.save_now(change, "k", watched)
    assert brief == [True]


@pytest.mark.parametrize(
    "error",
    [
        BothChanged("Somebody else changed it.", None),
        Refused("No.", status=422),
        NotAllowed("An API key cannot.", status=403),
    ],
)
def test_what_a_person_must_act_on_does_not_wait(desk: Desk, error: Exception) -> None:
    def save() -> None:
        raise error

    with pytest.raises(type(error)):
        desk.outbox.save_now(desk.rename("Quay"), "k", save)
    assert desk.store.entries() == ()


def test_a_form_does_not_go_past_what_waits(desk: Desk) -> None:
    desk.outbox.add(desk.rename("Quay"))
    with pytest.raises(Waits, match="Earlier changes of this site still wait"):
        desk.outbox.save_now(contact_change(SITE, JANE, None), "k", lambda: pytest.fail("sent"))
    assert desk.send_all() == [EntryState.DONE, EntryState.DONE]


def test_a_save_that_was_taken_and_cannot_be_read_back_is_not_said_to_be_unsent(desk: Desk) -> None:
    accounts, base = AccountService(cast("Any", desk.server)), desk.server.record
    original = desk.server.write

    def write(*args: Any) -> Any:
        found = original(*args)
        desk.server.reading = [OFFLINE]
        return found

    desk.server.write = write  # type: ignore[method-assign]
    with pytest.raises(AnswerLost, match="Taken by the server"):
        accounts.save(base, replace(base, name="Quay"), "k")


@pytest.mark.parametrize("form", FORMS)
def test_the_end_of_the_program_in_the_middle_of_a_save_forgets_nothing(desk: Desk, form: str) -> None:
    """Closing breaks off what takes too long."""
    change, save = _by_form(desk)[form]
    desk.server.before.append(cast("Any", Cancelled()))
    with pytest.raises(Cancelled):
        desk.outbox.save_now(change, "k", save)
    desk.restart()
    assert desk.states() == [EntryState.NOT_CONFIRMED]
    assert desk.send_all() == [EntryState.DONE]
    assert len(desk.server.sent) == 1


def test_a_new_site_that_was_taken_and_cannot_be_read_back_is_not_said_to_be_unsent(desk: Desk) -> None:
    accounts = AccountService(cast("Any", desk.server))
    wanted = SiteRecord("", "own-new", "Mall", "America/Chicago")

    def create() -> SiteRecord:
        desk.server.reading = [OFFLINE]
        return accounts.create(wanted, "k")

    with pytest.raises(Waits, match="Taken by the server"):
        desk.outbox.save_now(site_change(None, wanted, {}), "k", create)
    assert [entry.is_unknown for entry in desk.outbox.entries()] == [True]
    assert desk.send_all() == [EntryState.DONE]
    assert [one.name for one in desk.server.made.values()] == ["Mall"]
