"""The site dialog against the real simulator: what a person types is what the server has, or the field says why not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QInputDialog, QWidget

from chekt_console.background.runner import Runner
from chekt_console.domain.account import ArmingAuthority
from chekt_console.domain.device_table import FIELDS
from chekt_console.services.account_service import AccountService
from chekt_console.services.enrolment_service import EnrolmentService
from chekt_console.session_client import Address, build_client
from chekt_console.ui.account.account_controller import AccountController
from chekt_console.ui.account.csv_preview_dialog import CsvPreviewDialog
from chekt_console.ui.account.site_dialog import CONTACTS, DEVICES, SiteDialog
from chekt_console.ui.shared.theme import Theme
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from chekt_console.api.client import CHeKTClient
    from chekt_console.domain.account import DeviceRecord
    from chekt_console.domain.site import Site
    from chekt_console.store.record_book import RecordBook


class Desk:
    """A controller over a real client, and answers to what it asks."""

    def __init__(
        self,
        qtbot: QtBot,
        simulator: RunningSimulator,
        *,
        key_only: bool = False,
        book: RecordBook | None = None,
    ) -> None:
        token = "" if key_only else simulator.control_token
        address = Address(simulator.url, simulator.api_key, token, "" if key_only else simulator.dealer_id)
        self.qtbot = qtbot
        self.client: CHeKTClient = build_client(address)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.runner = Runner()
        self.asked: list[str] = []
        self.answer = True
        self.controller = AccountController(
            self.runner,
            AccountService(self.client, book),
            EnrolmentService(self.client, book),
            Theme(),
            self._confirm,
            self.window,
            is_production=False,
        )

    def _confirm(self, title: str, text: str, _action: str, _typed: str) -> bool:
        self.asked.append(f"{title} {text}")
        return self.answer

    @property
    def dialog(self) -> SiteDialog:
        assert self.controller.dialog is not None
        return self.controller.dialog

    def wait(self, what: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(what()), timeout=30_000)

    def open(self, site: Site, tab: int = 0) -> SiteDialog:
        self.controller.edit(site, tab)
        dialog = self.dialog
        self.wait(lambda: dialog.details.wanted.site_id or not dialog.tabs.isTabEnabled(0))
        self.wait(lambda: dialog.contacts.contacts)
        return dialog

    def close(self) -> None:
        self.controller.close()
        self.runner.stop()
        self.client.close()


@pytest.fixture
def desk(qtbot: QtBot, simulator: RunningSimulator) -> Iterator[Desk]:
    desk = Desk(qtbot, simulator)
    yield desk
    desk.close()


def _type(qtbot: QtBot, field: QWidget, text: str) -> None:
    edit = field.edit  # type: ignore[attr-defined]
    edit.selectAll()
    qtbot.keyClicks(edit, text)


def test_details_are_checked_sent_and_read_back(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site)
    details = dialog.details
    assert not details.save.isEnabled()
    _type(qtbot, details.fields["name"], "Harbor Point East")
    _type(qtbot, details.zone, "Mars/Olympus")
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    assert "no time zone" in details.zone.note.text()
    _type(qtbot, details.zone, "new y")  # a place has blanks, its name does not
    completer = details.zone.edit.completer()
    assert str(completer.currentIndex().data()).startswith("America/New York  UTC−0")
    completer.activated.emit(completer.currentCompletion())
    assert details.zone.zone() == "America/New_York"
    _type(qtbot, details.zone, "america/denver")
    assert details.zone.note.text().startswith("UTC−0")
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "read back" in details.note.text())
    kept = desk.client.account.site(site.site_id)
    assert (kept.name, kept.timezone) == ("Harbor Point East", "America/Denver")
    assert not details.save.isEnabled()
    # A watched site names its station; without one the dialog says that nobody may hear.
    assert details.monitoring.text().endswith(f"go to {details.station.currentText()}.")
    details.station.setCurrentIndex(0)
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "no monitoring station" in details.monitoring.text())
    assert desk.client.account.site(site.site_id).station_id == ""


def test_what_somebody_else_changed_is_shown_before_it_is_run_over(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    details = desk.open(site).details
    desk.client.account.change_site(site.site_id, {"name": "Theirs", "address2": "Gate 4"}, "theirs")
    _type(qtbot, details.fields["name"], "Mine")
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "Somebody else" in details.note.text())
    assert details.fields["name"].error.text() == "Now on the server: Theirs"
    assert desk.client.account.site(site.site_id).name == "Theirs"
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "read back" in details.note.text())
    kept = desk.client.account.site(site.site_id)
    assert (kept.name, kept.address2) == ("Mine", "Gate 4")


def test_a_site_is_created_once(desk: Desk, qtbot: QtBot, simulator: RunningSimulator) -> None:
    before = len(desk.client.account.sites().values)
    simulator.control(
        "faults", {"name": "drop_after", "path": "/partner/v1/dealers/12345/sites", "method": "POST"}
    )
    desk.controller.create()
    dialog = desk.dialog
    desk.wait(lambda: dialog.details.station.count() > 1)
    _type(qtbot, dialog.details.fields["name"], "Corner Shop")
    _type(qtbot, dialog.details.zone, "Europe/Berlin")
    with qtbot.waitSignal(desk.controller.site_changed, timeout=30_000):
        qtbot.mouseClick(dialog.details.save, Qt.MouseButton.LeftButton)
    assert len(desk.client.account.sites().values) == before + 1
    desk.wait(lambda: desk.controller.dialog is None)


def test_the_servers_errors_land_on_their_fields(desk: Desk, qtbot: QtBot) -> None:
    """What only the server can know: an id that is taken. The form keeps what was typed."""
    taken = desk.client.account.sites().values[0].external_site_id
    desk.controller.create()
    details = desk.dialog.details
    desk.wait(lambda: details.station.count() > 1)
    _type(qtbot, details.fields["name"], "Corner Shop")
    _type(qtbot, details.zone, "Europe/Berlin")
    _type(qtbot, details.fields["external_site_id"], taken)
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: details.fields["external_site_id"].error.text())
    assert "taken" in details.fields["external_site_id"].error.text()
    assert details.fields["name"].text() == "Corner Shop"
    desk.wait(details.save.isEnabled)


def test_monitoring_goes_off_with_a_reason_and_on_again(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    details = desk.open(site).details

    def give_reason() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        box.setTextValue("Renovation until Friday")
        box.accept()

    _type(qtbot, details.fields["name"], "Typed and not saved")
    QTimer.singleShot(0, give_reason)
    qtbot.mouseClick(details.monitoring_button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "Monitoring is OFF" in details.monitoring.text())
    assert details.fields["name"].text() == "Typed and not saved"
    assert details.save.isEnabled()
    assert "Renovation until Friday" in details.monitoring.text()
    assert "reach nobody" in desk.asked[-1]
    assert not desk.client.account.site(site.site_id).is_monitored
    qtbot.mouseClick(details.monitoring_button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "Monitoring is on" in details.monitoring.text())
    assert desk.client.account.site(site.site_id).is_monitored
    assert details.fields["name"].text() == "Typed and not saved"
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: desk.client.account.site(site.site_id).name == "Typed and not saved")


def test_a_second_off_does_not_run_over_the_first_ones_reason(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    details = desk.open(site).details
    theirs = {"monitoring_enabled": False, "monitoring_reason": "Fire works until noon"}
    desk.client.account.change_site(site.site_id, theirs, "theirs")

    def give_reason() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QInputDialog)
        box.setTextValue("Renovation")
        box.accept()

    QTimer.singleShot(0, give_reason)
    qtbot.mouseClick(details.monitoring_button, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "Nothing was sent" in details.note.text())
    assert "Fire works until noon" in details.note.text()
    assert "Fire works until noon" in details.monitoring.text()
    assert desk.client.account.site(site.site_id).monitoring_reason == "Fire works until noon"


def test_taking_a_site_out_of_service_is_asked_with_what_it_means(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    details = desk.open(site).details
    desk.answer = False
    details.is_activated.setChecked(False)
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    assert desk.asked == [
        f"Deactivate this site? Alarms of {site.name} reach nobody until it is activated again."
    ]
    assert desk.client.account.site(site.site_id).is_activated
    desk.answer = True
    qtbot.mouseClick(details.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: not desk.client.account.site(site.site_id).is_activated)


def test_contacts_by_keyboard(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site, CONTACTS)
    tab, count = dialog.contacts, len(dialog.contacts.contacts)
    tab.table.setFocus()
    qtbot.keyClick(tab.table, Qt.Key.Key_Insert)
    contacts = desk.controller.contacts
    assert contacts is not None
    form = contacts.form
    assert form is not None
    _type(qtbot, form.fields["first_name"], "Ada")
    _type(qtbot, form.fields["phone_number"], "0415 555")
    qtbot.mouseClick(form.save, Qt.MouseButton.LeftButton)
    assert form.fields["last_name"].error.text()
    assert "country" in form.fields["phone_number"].error.text()
    _type(qtbot, form.fields["last_name"], "Byron")
    _type(qtbot, form.fields["phone_number"], "+1 (415) 555-2671")
    qtbot.keyClick(form.fields["phone_number"].edit, Qt.Key.Key_Return)
    desk.wait(lambda: len(tab.contacts) == count + 1)
    ada = next(one for one in tab.contacts if one.first_name == "Ada")
    assert ada.phone_number == "+14155552671"
    tab.table.selectRow(tab.contacts.index(ada))
    qtbot.keyClick(tab.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    desk.wait(
        lambda: tab.contacts.index(next(one for one in tab.contacts if one.first_name == "Ada")) == count - 1
    )
    qtbot.mouseClick(tab.validate, Qt.MouseButton.LeftButton)
    row = tab.contacts.index(next(one for one in tab.contacts if one.first_name == "Ada"))
    desk.wait(lambda: tab.table.item(row, 5).text().startswith("… asked"))
    assert "+14155552671" in desk.asked[-1]
    qtbot.keyClick(tab.table, Qt.Key.Key_Delete)
    desk.wait(lambda: len(tab.contacts) == count)


def test_a_table_of_devices_is_looked_at_before_it_counts(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    site = desk.client.sites.list().values[0]
    dialog = desk.open(site, DEVICES)
    tab = dialog.devices
    desk.wait(lambda: tab.model.rowCount() > 0)
    count = tab.model.rowCount()
    file = tmp_path / "cameras.csv"
    file.write_text(
        "external_device_id;device_type;zone_number;name;mac\n"
        "dock-1;camera;41;'=HYPERLINK(1);00:1b:44:11:3a:b7\n"
        "dock-2;toaster;x;;zz\n",
        "utf-8",
    )
    tab.load_file(file)
    preview = tab.findChild(CsvPreviewDialog)
    assert preview is not None
    mistakes = [preview.wrong.item(place).text() for place in range(preview.wrong.count())]
    assert [one.split(":")[0] for one in mistakes] == ["Line 3, Type", "Line 3, Zone", "Line 3, MAC"]
    preview.wrong.setCurrentRow(2)
    assert (preview.view.currentIndex().row(), preview.view.currentIndex().column()) == (
        1,
        FIELDS.index("mac"),
    )
    qtbot.mouseClick(preview.take, Qt.MouseButton.LeftButton)
    assert tab.save.text() == "Send 1 new"
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: tab.note.text() == "1 done.")
    rows = {row.external_device_id: row for row in desk.client.account.devices(site.site_id).values}
    assert rows["dock-1"].mac == "001B44113AB7"
    assert rows["dock-1"].zone_number == "041"
    out = tmp_path / "out.csv"
    tab.store_file(out)
    assert "'=HYPERLINK(1)" in out.read_text("utf-8-sig")
    tab.table.selectRow([row.external_device_id for row in tab.model.rows].index("dock-1"))
    tab.table.setFocus()
    qtbot.keyClick(tab.table, Qt.Key.Key_Delete)
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: tab.model.rowCount() == count and not tab.has_changes)
    assert "Removed for good" in desk.asked[-1]


def test_the_id_of_a_device_that_is_gone_is_never_given_again(desk: Desk, qtbot: QtBot) -> None:
    tab = desk.open(desk.client.sites.list().values[0], DEVICES).devices
    desk.wait(lambda: tab.model.rowCount() > 0)
    given = []
    for _ in range(3):
        qtbot.mouseClick(tab.add, Qt.MouseButton.LeftButton)
        given.append(tab.model.rows[-1].external_device_id)
        assert not tab.model.errors
        qtbot.mouseClick(tab.remove, Qt.MouseButton.LeftButton)
    assert len(set(given)) == 3


def test_columns_a_file_does_not_have_keep_what_is_in_the_table(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    site = desk.client.sites.list().values[0]
    tab = desk.open(site, DEVICES).devices
    desk.wait(lambda: tab.model.rowCount() > 0)
    first = tab.model.rows[0]
    assert first.mac
    file = tmp_path / "names.csv"
    file.write_text(f"external_device_id,name\n{first.external_device_id},Renamed here\n", "utf-8")
    tab.load_file(file)
    preview = tab.findChild(CsvPreviewDialog)
    assert preview is not None
    assert preview.view.model().index(0, FIELDS.index("mac")).data() == first.mac
    qtbot.mouseClick(preview.take, Qt.MouseButton.LeftButton)
    assert tab.save.text() == "Send 1 changed"
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: tab.note.text() == "1 done.")
    kept = {row.external_device_id: row for row in desk.client.account.devices(site.site_id).values}
    assert kept[first.external_device_id] == replace(first, name="Renamed here")


def test_who_arms_a_site_is_asked_and_read_back(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    tab = desk.open(site).arming
    tab.choices[ArmingAuthority.PANEL_PRIMARY_BRIDGE].click()
    desk.answer = False
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    assert desk.client.account.authority(site.site_id) is ArmingAuthority.CHEKT
    desk.answer = True
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "read back" in tab.note.text())
    assert desk.client.account.authority(site.site_id) is ArmingAuthority.PANEL_PRIMARY_BRIDGE


def test_two_people_at_the_same_contacts_lose_nothing(
    desk: Desk, qtbot: QtBot, simulator: RunningSimulator
) -> None:
    """The other one has a client of their own; each of our writes is compared with what they did first."""
    other = build_client(Address(simulator.url, simulator.api_key))
    site = desk.client.sites.list().values[0]
    tab = desk.open(site, CONTACTS).contacts
    contacts = desk.controller.contacts
    assert contacts is not None
    first = tab.contacts[0]
    tab.table.setFocus()
    tab.table.selectRow(0)
    qtbot.keyClick(tab.table, Qt.Key.Key_Return)
    form = contacts.form
    assert form is not None
    other.contacts.change(site.site_id, first.contact_id, {"title": "Owner", "last_name": "Theirs"}, "t1")
    _type(qtbot, form.fields["last_name"], "Mine")
    qtbot.mouseClick(form.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: form.fields["last_name"].error.text() == "Now on the server: Theirs")
    assert form.fields["title"].text() == "Owner"
    qtbot.mouseClick(form.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: contacts.form is None)
    (kept,) = [one for one in other.contacts.list(site.site_id).values if one.contact_id == first.contact_id]
    assert (kept.title, kept.last_name) == ("Owner", "Mine")

    other.contacts.change(site.site_id, first.contact_id, {"phone_number": "+14155559999"}, "t2")
    tab.table.selectRow(0)
    qtbot.keyClick(tab.table, Qt.Key.Key_Delete)
    desk.wait(lambda: "Somebody else changed phone" in tab.note.text())
    assert "+14155559999" in [one.phone_number for one in tab.contacts]
    new = {"external_contact_id": "t-9", "first_name": "Grace", "last_name": "Hopper", "slot_number": "9"}
    other.contacts.add(site.site_id, new, "t3")
    tab.table.selectRow(0)
    qtbot.keyClick(tab.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    desk.wait(lambda: "Somebody else changed the list" in tab.note.text())
    assert "Grace" in [one.first_name for one in tab.contacts]
    other.close()


def test_two_people_at_the_same_devices(desk: Desk) -> None:
    """A cell both changed is not sent and says so; what only the other one changed is kept; then ours goes."""
    site = desk.client.sites.list().values[0]
    tab = desk.open(site, DEVICES).devices
    desk.wait(lambda: tab.model.rowCount() > 0)
    first = tab.model.rows[0]
    theirs = {"external_device_id": first.external_device_id, "name": "Theirs", "model": "X-900"}
    desk.client.account.change_devices(site.site_id, [theirs], "theirs")
    assert tab.model.setData(tab.model.index(0, FIELDS.index("name")), "Mine")
    tab.save.click()
    desk.wait(lambda: "1 not" in tab.note.text())

    def kept() -> DeviceRecord:
        rows = desk.client.account.devices(site.site_id).values
        return next(row for row in rows if row.external_device_id == first.external_device_id)

    assert (kept().name, kept().model) == ("Theirs", "X-900")
    told = tab.model.index(0, len(FIELDS)).data()
    assert "Somebody else changed its name" in told
    assert (tab.model.rows[0].name, tab.model.rows[0].model) == ("Mine", "X-900")
    tab.save.click()
    desk.wait(lambda: tab.note.text() == "1 done.")
    assert (kept().name, kept().model) == ("Mine", "X-900")


def test_two_people_at_who_arms_a_site(desk: Desk, qtbot: QtBot) -> None:
    site = desk.client.sites.list().values[0]
    tab = desk.open(site).arming
    desk.client.account.set_authority(site.site_id, ArmingAuthority.PANEL_EACH_BRIDGE, "theirs")
    tab.choices[ArmingAuthority.PANEL_PRIMARY_BRIDGE].click()
    qtbot.mouseClick(tab.save, Qt.MouseButton.LeftButton)
    desk.wait(lambda: "Somebody else" in tab.note.text())
    assert tab.choices[ArmingAuthority.PANEL_EACH_BRIDGE].isChecked()
    assert desk.client.account.authority(site.site_id) is ArmingAuthority.PANEL_EACH_BRIDGE


def test_an_api_key_changes_contacts_only(qtbot: QtBot, simulator: RunningSimulator) -> None:
    desk = Desk(qtbot, simulator, key_only=True)
    dialog = desk.open(desk.client.sites.list().values[0])
    assert dialog.tabs.currentIndex() == CONTACTS
    assert "dealer account" in dialog.note.text()
    desk.close()


def test_what_was_not_sent_is_not_dropped_unasked(desk: Desk, qtbot: QtBot) -> None:
    dialog = desk.open(desk.client.sites.list().values[0])
    _type(qtbot, dialog.details.fields["name"], "Half typed")
    desk.answer = False
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "details" in desk.asked[-1]


def test_a_new_camera_is_counted_among_cameras_and_space_reads_nothing_again(
    desk: Desk, qtbot: QtBot
) -> None:
    """A bridge is no camera; and the first key after opening goes to the tabs, not to a button."""
    dialog = desk.open(desk.client.sites.list().values[0], tab=3)
    assert dialog.focusWidget() is dialog.tabs.tabBar()
    desk.wait(lambda: dialog.devices.model.rows)
    cameras = sum(row.kind == "camera" for row in dialog.devices.model.rows)
    assert len(dialog.devices.model.rows) > cameras
    qtbot.mouseClick(dialog.devices.add, Qt.MouseButton.LeftButton)
    assert dialog.devices.model.rows[-1].name == f"Camera {cameras + 1}"
    dialog.devices.revert.click()
