"""Contacts when the server is away, refuses, or answers into the void: told truly, what was typed kept, nothing doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.background.runner import Runner
from chekt_console.services.account_service import AccountService
from chekt_console.services.enrolment_service import EnrolmentService
from chekt_console.ui.account.account_controller import AccountController
from chekt_console.ui.account.site_dialog import CONTACTS
from chekt_console.ui.shared.theme import Theme
from tests.integration.faults.bench import SITES, HurryClock
from tests.support.shown import show
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.contact import Contact
    from chekt_console.ui.account.contact_dialog import ContactDialog
    from chekt_console.ui.account.contacts_tab import ContactsTab


class Desk:
    """The dialog of a site over a client in a hurry."""

    def __init__(self, qtbot: QtBot, simulator: RunningSimulator) -> None:
        self.qtbot, self.simulator = qtbot, simulator
        self.client = CHeKTClient(simulator.url, ApiKeyAuth(simulator.api_key), clock=HurryClock())
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.runner = Runner()
        self.controller = AccountController(
            self.runner,
            AccountService(self.client),
            EnrolmentService(self.client),
            Theme(),
            lambda *_: True,
            self.window,
            is_production=False,
        )
        self.late: list[str] = []
        self.controller.failure_told.connect(lambda _, sentence: self.late.append(sentence))
        self.controller.notice_requested.connect(lambda _, sentence: self.late.append(sentence))
        self.site = self.client.sites.list().values[0]
        self.path = f"{SITES}/{self.site.site_id}/contacts"
        self.controller.edit(self.site, CONTACTS)
        assert self.controller.dialog is not None
        self.dialog = self.controller.dialog
        show(qtbot, self.dialog)
        self.wait(lambda: self.tab.contacts)

    @property
    def tab(self) -> ContactsTab:
        return self.dialog.contacts

    def wait(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=30_000)

    def click(self, button: QWidget) -> None:
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def fault(self, name: str, method: str, *, count: int = 50, **words: object) -> None:
        body = {"name": name, "path": self.path, "method": method, "count": count, **words}
        self.simulator.control("faults", body)

    def heal(self) -> None:
        self.simulator.control("faults", method="DELETE")

    def kept(self, first_name: str) -> list[Contact]:
        """What the server has, asked beside the program."""
        return [
            one for one in self.client.contacts.list(self.site.site_id).values if one.first_name == first_name
        ]

    def form(self) -> ContactDialog:
        assert self.controller.contacts is not None
        form = self.controller.contacts.form
        assert form is not None
        return form

    def type_new(self, first_name: str) -> ContactDialog:
        self.click(self.tab.add)
        form = self.form()
        for name, text in (
            ("first_name", first_name),
            ("last_name", "Byron"),
            ("phone_number", "+14155552671"),
        ):
            self.type(form, name, text)
        return form

    def type(self, form: ContactDialog, name: str, text: str) -> None:
        form.fields[name].edit.selectAll()
        self.qtbot.keyClicks(form.fields[name].edit, text)

    def save(self, form: ContactDialog, words: str) -> None:
        """Waits until the form says them."""
        self.click(form.save)
        self.wait(lambda: form.save.isEnabled() and words in form.note.text())

    def close(self) -> None:
        self.controller.close()
        self.runner.stop()
        self.client.close()


@pytest.fixture
def desk(qtbot: QtBot, simulator: RunningSimulator) -> Iterator[Desk]:
    desk = Desk(qtbot, simulator)
    yield desk
    desk.close()


def test_offline_the_form_and_what_was_typed_stay_and_saving_later_makes_one(desk: Desk) -> None:
    """faults.md: refused, reset, half-open."""
    form = desk.type_new("Ada")
    desk.simulator.kill()
    desk.save(form, "cannot be reached. Check the network. Nothing was sent.")
    assert form.isVisible()
    assert form.fields["first_name"].text() == "Ada"
    desk.simulator.restart()
    desk.click(form.save)
    desk.wait(lambda: any(one.first_name == "Ada" for one in desk.tab.contacts))
    assert len(desk.kept("Ada")) == 1
    # A refusal of the server stands at its field, and the form stays as well.
    form = desk.type_new("Bea")
    desk.fault("status", "POST", code=403)
    desk.save(form, "This key may not use the contact.")
    assert form.fields["first_name"].text() == "Bea"
    desk.click(form.cancel)
    assert desk.kept("Bea") == []


def test_a_lost_answer_is_read_back_and_never_made_twice(desk: Desk) -> None:
    """faults.md: timeout after the server acted."""
    form = desk.type_new("Ada")
    desk.fault("drop_after", "POST")
    desk.click(form.save)  # every answer is lost, but the list tells
    desk.wait(lambda: any(one.first_name == "Ada" for one in desk.tab.contacts))
    desk.wait(lambda: desk.controller.contacts is not None and desk.controller.contacts.form is None)
    assert len(desk.kept("Ada")) == 1
    # Now the list cannot be read either: not confirmed, and saved again with another name it is still one contact.
    form = desk.type_new("Bea")
    desk.fault("drop_before", "GET")
    desk.save(
        form,
        "Not confirmed: no answer came, and the contacts cannot be read. Save again: it is not done twice.",
    )
    assert form.fields["first_name"].text() == "Bea"
    desk.heal()
    desk.type(form, "first_name", "Bella")
    desk.click(form.save)
    desk.wait(lambda: any(one.first_name == "Bella" for one in desk.tab.contacts))
    assert (len(desk.kept("Bea")), len(desk.kept("Bella"))) == (0, 1)
    # The same of a change: what the first try did is not taken for somebody else's.
    row = next(at for at, one in enumerate(desk.tab.contacts) if one.first_name == "Bella")
    desk.tab.table.selectRow(row)
    desk.click(desk.tab.edit)
    form = desk.form()
    desk.type(form, "first_name", "Cleo")
    desk.fault("drop_after", "PUT")
    desk.fault("drop_before", "GET", count=1)
    desk.click(form.save)
    desk.wait(lambda: any(one.first_name == "Cleo" for one in desk.tab.contacts))
    assert len(desk.kept("Cleo")) == 1


def test_a_move_that_is_refused_halfway_shows_what_became_of_it(desk: Desk) -> None:
    while len(desk.tab.contacts) < 3:
        count = len(desk.tab.contacts)
        desk.click(desk.type_new(f"More{count}").save)
        desk.wait(lambda count=count: len(desk.tab.contacts) > count)
    desk.wait(lambda: desk.controller.contacts is not None and desk.controller.contacts.form is None)
    second = desk.tab.contacts[0].contact_id  # the one that is numbered last
    body = {"name": "status", "path": f"{desk.path}/{second}", "method": "PUT", "count": 50, "code": 403}
    desk.simulator.control("faults", body)
    desk.tab.table.selectRow(0)
    desk.click(desk.tab.down)
    desk.wait(lambda: "may not use" in desk.tab.note.text() and desk.tab.table.isEnabled())
    there = [(one.contact_id, one.slot_number) for one in desk.tab.contacts]
    server = desk.client.contacts.list(desk.site.site_id).values
    assert sorted(there) == sorted((one.contact_id, one.slot_number) for one in server)
    desk.heal()
    row = next(at for at, one in enumerate(desk.tab.contacts) if one.contact_id == second)
    desk.tab.table.selectRow(row)
    before = [one.contact_id for one in desk.tab.contacts]
    desk.click(desk.tab.up if row else desk.tab.down)
    desk.wait(lambda: [one.contact_id for one in desk.tab.contacts] != before)
    assert desk.tab.note.text() == ""


def test_a_delete_that_fails_is_told_also_after_the_dialog_was_closed(desk: Desk) -> None:
    first = desk.tab.contacts[0]
    desk.tab.table.selectRow(0)
    desk.fault("drop_before", "DELETE")
    desk.click(desk.tab.delete)
    desk.wait(lambda: "Not confirmed" in desk.tab.note.text())
    assert "The list does not show it. Delete it again." in desk.tab.note.text()
    assert desk.tab.contacts[0].contact_id == first.contact_id
    desk.heal()
    desk.fault("drop_before", "DELETE")
    desk.click(desk.tab.delete)
    desk.qtbot.keyClick(desk.dialog, Qt.Key.Key_Escape)
    desk.wait(lambda: desk.late)
    assert desk.late[0].startswith(
        f"Deleting contact {first.name}, {desk.site.name}, sent before you closed: Not confirmed"
    )
    assert first.contact_id in {one.contact_id for one in desk.client.contacts.list(desk.site.site_id).values}
