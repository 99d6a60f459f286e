"""Details, contacts and devices saved while the server cannot be reached wait on this computer and are shown as waiting; what
switches the watching of a site on or off never waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from chekt_console.background.outbox_sender import OutboxSender
from chekt_console.domain.account import ArmingAuthority
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.device_table import FIELDS
from chekt_console.domain.outbox import EntryState
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.record_ways import ways_of
from chekt_console.store.cache import Cache
from chekt_console.store.outbox import OutboxStore
from chekt_console.ui.account.site_dialog import CONTACTS, DEVICES
from tests.support.fake_clock import FakeClock
from tests.support.simulator import RunningSimulator
from tests.ui.account.test_site_dialog import Desk, _type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow

LEFT = Qt.MouseButton.LeftButton


class WaitingDesk(Desk):
    """With an outbox, wired as a session wires it."""

    def __init__(self, qtbot: QtBot, simulator: RunningSimulator, folder: Path) -> None:
        self.cache = Cache(folder / "cache.sqlite")
        super().__init__(qtbot, simulator, book=self.cache.records)
        self.client._transport._clock = FakeClock()  # the tries take no time
        self.store = OutboxStore(folder / "outbox.sqlite")
        clock, nothing = SystemClock(), cast("Any", None)
        service = OutboxService(self.store, nothing, nothing, clock, ways=ways_of(self.client))
        self.sender = OutboxSender(self.runner, service, clock, self.window)
        self.controller.queue = self.sender
        self.sender.entries_changed.connect(lambda _: self.controller.show_waiting())
        self.sender.entry_moved.connect(self.controller.on_sent)
        self.told: list[str] = []
        self.controller.failure_told.connect(lambda _kind, text: self.told.append(text))
        self.sender.start()

    @property
    def states(self) -> list[EntryState]:
        return [entry.state for entry in self.sender.entries]

    def is_done(self, count: int) -> bool:
        return self.states == [EntryState.DONE] * count

    def close(self) -> None:
        self.sender.stop()
        super().close()
        self.store.close()
        self.cache.close()


@pytest.fixture
def desk(qtbot: QtBot, simulator: RunningSimulator, tmp_path: Path) -> Iterator[WaitingDesk]:
    desk = WaitingDesk(qtbot, simulator, tmp_path)
    yield desk
    desk.close()


def test_details_wait_are_shown_as_waiting_and_go_in_order(
    desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot
) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site)
    details = dialog.details
    simulator.kill()
    _type(qtbot, details.fields["name"], "Harbor Point East")
    qtbot.mouseClick(details.save, LEFT)
    desk.wait(lambda: "not saved yet: it waits on this computer" in details.note.text())
    assert "Nothing was sent" not in details.note.text()
    assert not details.save.isEnabled()
    desk.wait(lambda: f"Name: {site.name} → Harbor Point East" in dialog.waiting.text())
    assert dialog.waiting.isVisible()
    assert dialog.unsent == ""
    assert details.fields["name"].text() == "Harbor Point East"
    _type(qtbot, details.fields["address1"], "1 Pier")
    qtbot.mouseClick(details.save, LEFT)
    desk.wait(lambda: "Earlier changes of this site still wait" in details.note.text())
    desk.wait(lambda: len(desk.states) == 2)
    simulator.restart()
    desk.sender.hurry()
    desk.wait(lambda: desk.is_done(2))
    desk.wait(lambda: not dialog.waiting.isVisible())
    record = desk.client.account.site(site.site_id)
    assert (record.name, record.address1) == ("Harbor Point East", "1 Pier")
    assert details.wanted.name == "Harbor Point East"
    assert not details.save.isEnabled()


def test_one_that_is_given_up_is_not_shown_any_more(
    desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot
) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site)
    simulator.kill()
    _type(qtbot, dialog.details.fields["name"], "Harbor Point East")
    qtbot.mouseClick(dialog.details.save, LEFT)
    desk.wait(lambda: dialog.waiting.isVisible())
    _type(qtbot, dialog.details.fields["address1"], "1 Pier")
    desk.sender.discard(desk.sender.entries[0].number)
    desk.wait(lambda: not dialog.waiting.isVisible())
    assert dialog.details.fields["name"].text() == site.name
    assert dialog.details.fields["address1"].text() == "1 Pier"  # typed, and not sent yet
    assert dialog.details.save.isEnabled()


def test_devices_wait_row_by_row(desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site, DEVICES)
    tab = dialog.devices
    desk.wait(lambda: len(tab.model.rows) > 1)
    before = tab.model.rows
    simulator.kill()
    assert tab.model.setData(tab.model.index(0, FIELDS.index("name")), "Gate east")
    tab.table.selectRow(1)
    qtbot.mouseClick(tab.remove, LEFT)
    qtbot.mouseClick(tab.save, LEFT)
    desk.wait(lambda: "not saved yet" in tab.note.text())
    assert tab.model.rows[0].name == "Gate east"
    assert len(tab.model.rows) == len(before) - 1
    assert not tab.has_changes
    state = tab.model.index(0, len(FIELDS))
    assert state.data() == "waits to be sent"
    desk.wait(lambda: "is removed" in dialog.waiting.text())
    simulator.restart()
    desk.sender.hurry()
    desk.wait(lambda: desk.is_done(1))
    desk.wait(lambda: tab.model.index(0, len(FIELDS)).data() != "waits to be sent")
    there = {one.external_device_id: one.name for one in desk.client.account.devices(site.site_id).values}
    assert there[before[0].external_device_id] == "Gate east"
    assert before[1].external_device_id not in there


def test_contacts_wait_and_can_be_changed_again_meanwhile(
    desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot
) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site, CONTACTS)
    tab = dialog.contacts
    first = tab.contacts[0]
    simulator.kill()
    assert desk.controller.contacts is not None
    tab.table.selectRow(0)
    qtbot.mouseClick(tab.edit, LEFT)
    form = desk.controller.contacts.form
    assert form is not None
    _type(qtbot, form.fields["title"], "Night porter")
    qtbot.mouseClick(form.save, LEFT)
    desk.wait(lambda: "not saved yet" in tab.note.text())
    desk.wait(lambda: tab.contacts[0].title == "Night porter")
    cell = tab.table.item(0, tab.table.columnCount() - 1)
    assert cell is not None
    assert cell.text() == "waits to be sent"
    qtbot.mouseClick(tab.add, LEFT)
    form = desk.controller.contacts.form
    assert form is not None
    _type(qtbot, form.fields["first_name"], "Ann")
    _type(qtbot, form.fields["last_name"], "Lee")
    qtbot.mouseClick(form.save, LEFT)
    desk.wait(lambda: "Ann" in [one.first_name for one in tab.contacts])
    tab.table.selectRow([one.first_name for one in tab.contacts].index("Ann"))
    assert not tab.validate.isEnabled()  # the server does not know her yet
    qtbot.mouseClick(tab.up, LEFT)
    desk.wait(lambda: len(desk.states) == 3)
    simulator.restart()
    desk.sender.hurry()
    desk.wait(lambda: desk.is_done(3))
    there, _ = desk.controller._accounts.contacts.read(site.site_id)
    assert next(one for one in there if one.contact_id == first.contact_id).title == "Night porter"
    assert [one.first_name for one in there].index("Ann") == len(there) - 2
    desk.wait(lambda: tab.contacts == there)


def test_a_new_site_waits_too(desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot) -> None:
    desk.controller.create()
    details = desk.dialog.details
    desk.wait(lambda: details.station.count() > 1)
    simulator.kill()
    _type(qtbot, details.fields["name"], "Pier Nine")
    _type(qtbot, details.zone, "America/Chicago")
    qtbot.mouseClick(details.save, LEFT)
    desk.wait(lambda: desk.told)
    assert "New site Pier Nine" in desk.told[0]
    assert "it waits on this computer" in desk.told[0]
    assert desk.controller.dialog is None
    simulator.restart()
    desk.sender.hurry()
    desk.wait(lambda: desk.is_done(1))
    assert [one.name for one in desk.client.account.sites().values].count("Pier Nine") == 1


def test_who_arms_a_site_waits(desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    arming = desk.open(site).arming
    was = arming.authority
    wanted = next(one for one in arming.choices if one is not was)
    simulator.kill()
    arming.choices[wanted].setChecked(True)
    qtbot.mouseClick(arming.save, LEFT)
    desk.wait(lambda: "not saved yet" in arming.note.text())
    assert arming.authority is wanted
    simulator.restart()
    desk.sender.hurry()
    desk.wait(lambda: desk.is_done(1))
    assert desk.client.account.authority(site.site_id) is wanted
    assert wanted is not ArmingAuthority.UNKNOWN


def test_activating_a_site_and_switching_its_monitoring_never_wait(
    desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = desk.client.sites.list().values[0]
    details = desk.open(site).details
    simulator.kill()
    qtbot.keyClick(details.is_activated, Qt.Key.Key_Space)
    qtbot.mouseClick(details.save, LEFT)
    desk.wait(lambda: "never done later by itself" in details.note.text())
    assert details.save.isEnabled()
    details.show_note("")
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("Works on the panel", True))
    qtbot.mouseClick(details.monitoring_button, LEFT)
    desk.wait(lambda: "never done later by itself" in details.note.text())
    assert desk.store.entries() == ()


def test_the_forms_open_without_the_server_as_they_were_read_last(
    desk: WaitingDesk, simulator: RunningSimulator, qtbot: QtBot
) -> None:
    site = desk.client.sites.list().values[0]
    first = desk.open(site)
    desk.wait(lambda: first.devices.model.rows)
    contacts, rows = first.contacts.contacts, first.devices.model.rows
    first.reject()
    simulator.kill()
    dialog = desk.open(site)
    desk.wait(lambda: dialog.devices.model.rows == rows)
    assert dialog.contacts.contacts == contacts
    for note in (dialog.note, dialog.contacts.note, dialog.devices.note):
        assert "This is as it was read on" in note.text()
        assert "Nothing was sent" not in note.text()
    assert dialog.details.station.count() > 1
    _type(qtbot, dialog.details.fields["name"], "Harbor Point East")
    qtbot.mouseClick(dialog.details.save, LEFT)
    desk.wait(lambda: "not saved yet" in dialog.details.note.text())
    simulator.restart()
    desk.client.account.change_site(site.site_id, {"address2": "Rear"}, "somebody else")
    desk.sender.hurry()
    desk.wait(lambda: desk.is_done(1))
    record = desk.client.account.site(site.site_id)
    assert (record.name, record.address2) == ("Harbor Point East", "Rear")
    desk.wait(lambda: "as it was read" not in dialog.note.text())


def test_a_site_that_was_never_opened_says_why_it_cannot_be(
    desk: WaitingDesk, simulator: RunningSimulator
) -> None:
    site = desk.client.sites.list().values[0]
    simulator.kill()
    desk.controller.edit(site)
    desk.wait(lambda: "cannot be reached" in desk.dialog.note.text())
    assert not desk.dialog.details.save.isEnabled()
