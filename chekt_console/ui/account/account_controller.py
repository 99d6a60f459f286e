"""Between the site dialog and the services: one dialog at a time, every write in the site's lane and read back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog

from chekt_console.domain import site_form
from chekt_console.domain.account import ArmingAuthority, SiteRecord
from chekt_console.errors import ConsoleError, Refused, ServerBroken, UnexpectedReply, Unreachable
from chekt_console.services.account_service import new_key
from chekt_console.services.both_changed import BothChanged
from chekt_console.services.enrolment_service import Enrolled
from chekt_console.ui.account.arming_tab import authority_words
from chekt_console.ui.account.contacts_controller import ContactsController
from chekt_console.ui.account.site_dialog import DETAILS, SiteDialog
from chekt_console.ui.shared.plain_text import name_to_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.domain.account import MonitoringStation
    from chekt_console.domain.device_table import TableChanges
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.account_service import AccountService, SiteSettings
    from chekt_console.services.enrolment_service import EnrolmentService
    from chekt_console.ui.shared.theme import Theme


class Confirm(Protocol):
    def __call__(self, title: str, text: str, action: str, typed: str) -> bool: ...


class AccountController(QObject):
    site_changed = Signal(str)  # id of a site that was changed or made
    devices_changed = Signal(str)  # id of a site whose devices were changed
    notice_requested = Signal(str, str)  # kind, sentence
    failure_told = Signal(str, str)  # the same of what was not done, or is not known to be

    def __init__(
        self,
        runner: Runner,
        accounts: AccountService,
        enrolment: EnrolmentService,
        theme: Theme,
        confirm: Confirm,
        window: QWidget,
        *,
        is_production: bool,
    ) -> None:
        super().__init__(window)
        self._runner = runner
        self._accounts = accounts
        self._enrolment = enrolment
        self._theme = theme
        self._confirm = confirm
        self._window = window
        self._is_production = is_production
        self._site: Site | None = None
        self._record: SiteRecord | None = None
        self._stations: tuple[MonitoringStation, ...] = ()
        self._keys: dict[str, str] = {}
        self.dialog: SiteDialog | None = None
        self.contacts: ContactsController | None = None

    def edit(self, site: Site, tab: int = DETAILS) -> None:
        if self.dialog is not None and not self._let_go():
            return
        dialog = self._new_dialog(SiteDialog(self._theme, site.name, self._window))
        self._site = site
        self.contacts = ContactsController(
            dialog, site, self._runner, self._accounts.contacts, self._confirm, self._tell_late
        )
        dialog.devices.site_name = site.name
        dialog.tabs.setCurrentIndex(tab)
        dialog.show()
        self.read()

    def create(self) -> None:
        if self.dialog is not None and not self._let_go():
            return
        self._site = None
        dialog = self._new_dialog(SiteDialog(self._theme, "New site", self._window, is_new=True))
        blank = SiteRecord("", f"console-{uuid4()}", "", "")
        dialog.details.show_site(blank, (), is_new=True)
        dialog.show()

        def on_stations(stations: tuple[MonitoringStation, ...]) -> None:
            if self.dialog is dialog:
                dialog.details.show_site(dialog.details.wanted, stations, is_new=True)

        self._submit(lambda _: self._accounts.stations(), on_stations, dialog, self._say_on_details)

    def read(self) -> None:
        """Everything of the dialog anew; what was typed and not sent goes, and is asked for first."""
        site, dialog = self._site, self.dialog
        if site is None or dialog is None:
            return
        if dialog.unsent and not self._may_drop(dialog.unsent):
            return
        dialog.show_note("Reading from the server…")
        dialog.details.set_busy(True)

        assert self.contacts is not None
        self.contacts.read()
        self._submit(
            lambda _: self._accounts.settings(site.site_id) if self._accounts.can_change_sites else None,
            self._on_settings,
            dialog,
            lambda error: dialog.show_note(error.sentence, is_bad=True),
        )

    def close(self) -> None:
        if self.contacts is not None:
            self.contacts.let_go()
        if self.dialog is not None:
            self.dialog.hide()
            self.dialog.deleteLater()
        self.dialog = self.contacts = None

    def set_monitoring(self, site: Site, is_on: bool) -> None:
        """Off needs a reason and is confirmed; it stays visible for as long as it lasts."""
        reason = ""
        if not is_on:
            reason, was_given = QInputDialog.getText(
                self.dialog or self._window,
                "Switch monitoring off",
                f"Why is {site.name} taken off monitoring? The reason is kept and shown.",
            )
            reason = reason.strip()
            if not was_given or not reason:
                return
            text = (
                f"Alarms of {site.name} reach nobody until monitoring is switched on again. Reason: {reason}"
            )
            typed = name_to_type(site.name, site.site_id) if self._is_production else ""
            if not self._confirm("Switch monitoring off?", text, "Switch off", typed):
                return
        elif self._is_production and not self._confirm(
            "Switch monitoring on?",
            f"Alarms of {site.name} go to its monitoring station again.",
            "Switch on",
            name_to_type(site.name, site.site_id),
        ):
            return
        key = self._key(f"monitoring {site.site_id} {is_on} {reason}")

        def on_done(record: SiteRecord) -> None:
            self._forget_keys()
            if record.is_monitored:  # that it is off is said for as long as it lasts
                self.notice_requested.emit(
                    "account", f"Monitoring of {site.name} is on again; read back from the server."
                )
            self.site_changed.emit(site.site_id)
            if self.dialog is not None and self._site is not None and self._site.site_id == site.site_id:
                self._take_theirs(record)

        def on_failed(error: ConsoleError) -> None:
            is_shown = (
                self.dialog is not None and self._site is not None and self._site.site_id == site.site_id
            )
            if isinstance(error, BothChanged):
                self.site_changed.emit(site.site_id)
            if is_shown and isinstance(error, BothChanged) and isinstance(error.theirs, SiteRecord):
                assert self.dialog is not None
                self._take_theirs(error.theirs)
                self.dialog.details.show_note(error.sentence, is_bad=True)
            elif is_shown:
                self._say_on_details(error)
            else:
                self._forget_known(error)
                wish = "on" if is_on else "off"
                self.failure_told.emit("account", f"Monitoring {wish}, {site.name}: {error.sentence}")

        self._runner.submit(
            lambda _: self._accounts.set_monitoring(site.site_id, is_on, reason, key),
            done=on_done,
            failed=on_failed,
            lane=site.site_id,
            is_command=True,
        )

    def _new_dialog(self, dialog: SiteDialog) -> SiteDialog:
        self.dialog = dialog
        self._forget_keys()
        dialog.reload_requested.connect(self.read)
        dialog.finished.connect(partial(self._on_finished, dialog))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.details.save_requested.connect(self._on_save)
        dialog.details.monitoring_requested.connect(self._on_monitoring)
        dialog.may_drop = self._may_drop
        dialog.arming.save_requested.connect(self._on_authority)
        dialog.devices.save_requested.connect(self._on_devices)
        return dialog

    def _on_settings(self, settings: SiteSettings | None) -> None:
        dialog, site = self.dialog, self._site
        assert dialog is not None
        assert site is not None
        if settings is None:
            dialog.show_key_only()
            return
        self._record, self._stations = settings.record, settings.stations
        dialog.show_note(" ".join(settings.problems), is_bad=bool(settings.problems))
        dialog.details.show_site(settings.record, settings.stations)
        dialog.details.set_busy(False)
        dialog.arming.show_authority(settings.authority, site.partitions)
        self._submit(
            lambda _: self._enrolment.read(site.site_id),
            lambda read: dialog.devices.show_devices(*read),
            dialog,
            lambda error: dialog.devices.show_note(error.sentence, is_bad=True),
        )

    def _on_save(self, wanted: SiteRecord) -> None:
        dialog, base = self.dialog, self._record
        assert dialog is not None
        is_new = dialog.is_new
        if base is not None and base.is_activated and not wanted.is_activated:
            if not self._confirm(
                "Deactivate this site?",
                f"Alarms of {wanted.name} reach nobody until it is activated again.",
                "Deactivate",
                name_to_type(base.name, base.site_id) if self._is_production else "",
            ):
                return
        elif self._is_production and not self._confirm(
            "Create this site?" if is_new else "Save this site?",
            f"{wanted.name} is changed at CHeKT and for its monitoring station.",
            "Create" if is_new else "Save",
            "",
        ):
            return
        key = self._key(f"site {wanted}")
        dialog.details.set_busy(True)
        dialog.details.show_note("Sending and reading back…")

        def on_saved(record: SiteRecord) -> None:
            self._forget_keys()
            self.site_changed.emit(record.site_id)
            if is_new:
                self.notice_requested.emit(
                    "account", f"{record.name} was created; it is in the list of sites."
                )
                dialog.accept()
                return
            self._record = record
            dialog.details.set_busy(False)
            dialog.details.show_site(record, self._stations)
            dialog.details.show_note("Saved and read back from the server.")

        def work(_: object) -> SiteRecord:
            if is_new:
                return self._accounts.create(wanted, key)
            assert base is not None
            return self._accounts.save(base, wanted, key)

        self._submit(
            work,
            on_saved,
            dialog,
            self._say_on_details,
            lane=wanted.site_id or "new site",
            wish=f"Details of {wanted.name}",
        )

    def _say_on_details(self, error: ConsoleError) -> None:
        """What was typed stays. Fields that both changed show what the server has now."""
        self._forget_known(error)
        dialog = self.dialog
        if dialog is None:
            return
        details = dialog.details
        details.set_busy(False)
        details.show_note(error.sentence, is_bad=True)
        if isinstance(error, BothChanged) and isinstance(error.theirs, SiteRecord):
            self._take_theirs(error.theirs)
            details.show_note(f"{error.sentence} Save again to put yours in its place.", is_bad=True)
        elif isinstance(error, Refused):
            details.show_errors({site_form.field_of_wire(name): text for name, text in error.fields.items()})

    def _take_theirs(self, theirs: SiteRecord) -> None:
        """What was typed and not saved stays; where the server has something new too, it is shown beside it."""
        assert self.dialog is not None
        details = self.dialog.details
        both = site_form.clashes(self._record or theirs, theirs, details.wanted)
        details.take_theirs(theirs)
        details.show_errors(
            {name: f"Now on the server: {getattr(theirs, name) or 'nothing'}" for name in both}
        )
        self._record = theirs

    def _on_monitoring(self, is_on: bool) -> None:
        if self._site is not None:
            self.set_monitoring(self._site, is_on)

    def _on_authority(self, wanted: ArmingAuthority) -> None:
        site, dialog = self._site, self.dialog
        if site is None or dialog is None:
            return
        text = (
            f"From now on {authority_words(wanted)} decides whether {site.name} is armed. "
            "This changes how its devices are monitored and its alarms are processed."
        )
        typed = name_to_type(site.name, site.site_id) if self._is_production else ""
        if not self._confirm("Change who arms this site?", text, "Change", typed):
            return
        key, base = self._key(f"authority {wanted}"), dialog.arming.authority
        dialog.arming.set_busy(True)
        dialog.arming.show_note("Sending and reading back…")

        def on_done(now: ArmingAuthority) -> None:
            self._forget_keys()
            dialog.arming.set_busy(False)
            dialog.arming.show_authority(now, site.partitions)
            dialog.arming.show_note("Changed and read back from the server.")
            self.site_changed.emit(site.site_id)

        def on_failed(error: ConsoleError) -> None:
            self._forget_known(error)
            dialog.arming.set_busy(False)
            if isinstance(error, BothChanged) and isinstance(error.theirs, ArmingAuthority):
                dialog.arming.show_authority(error.theirs, site.partitions)
            dialog.arming.show_note(error.sentence, is_bad=True)

        self._submit(
            lambda _: self._accounts.set_authority(site.site_id, base, wanted, key),
            on_done,
            dialog,
            on_failed,
            lane=site.site_id,
            wish=f"Who arms {site.name}",
        )

    def _on_devices(self, changes: TableChanges) -> None:
        site, dialog = self._site, self.dialog
        if site is None or dialog is None:
            return
        if changes.removed or self._is_production:
            names = ", ".join(row.name or row.external_device_id for row in changes.removed[:5])
            more = f" and {len(changes.removed) - 5} more" if len(changes.removed) > 5 else ""
            text = f"{changes.count} devices of {site.name} are changed." + (
                f" Removed for good: {names}{more}." if changes.removed else ""
            )
            if not self._confirm("Send these changes?", text, "Send", ""):
                return
        key = self._key(f"devices {changes}")
        dialog.devices.set_busy(True)
        dialog.devices.show_note("Sending and reading back…")

        def on_done(enrolled: Enrolled) -> None:
            self._forget_keys()
            dialog.devices.show_enrolled(enrolled)
            self.devices_changed.emit(site.site_id)

        def on_failed(error: ConsoleError) -> None:
            self._forget_known(error)
            dialog.devices.set_busy(False)
            dialog.devices.show_note(
                f"{error.sentence} Nothing of the table was dropped; read again.", is_bad=True
            )

        self._submit(
            lambda progress: self._enrolment.apply(site.site_id, changes, key, progress),
            on_done,
            dialog,
            on_failed,
            lane=site.site_id,
            wish=f"Devices of {site.name}",
            title=f"Devices of {site.name}",
        )

    def _submit(
        self,
        work: Callable[[Progress], Any],
        done: Callable[..., None],
        dialog: SiteDialog | None,
        failed: Callable[[ConsoleError], None],
        *,
        lane: str = "",
        wish: str = "",
        title: str = "",
    ) -> None:
        """Answers for a dialog that was closed meanwhile are dropped, but what became of a `wish` that was sent is told."""

        def on_done(found: object) -> None:
            if self.dialog is dialog:
                done(found)
            elif wish:
                failed_rows = (
                    sum(not row.is_done for row in found.outcomes) if isinstance(found, Enrolled) else 0
                )
                if failed_rows:
                    self.failure_told.emit(
                        "account", f"{wish}, sent before you closed: {failed_rows} rows were not done."
                    )
                else:
                    self.notice_requested.emit("account", f"{wish}: sent before you closed, and read back.")
                self.site_changed.emit(lane)

        def on_failed(error: ConsoleError) -> None:
            if self.dialog is dialog:
                failed(error)
            elif wish:
                self.failure_told.emit("account", f"{wish}, sent before you closed: {error.sentence}")
                self.site_changed.emit(lane)

        self._runner.submit(
            work, done=on_done, failed=on_failed, lane=lane, title=title, is_command=bool(wish)
        )

    def _tell_late(self, sentence: str, is_done: bool) -> None:
        """What became of a change of contacts whose dialog was closed meanwhile."""
        (self.notice_requested if is_done else self.failure_told).emit("account", sentence)

    def _key(self, wish: str) -> str:
        """The same wish again, after an outcome that is not known, carries the same key."""
        return self._keys.setdefault(wish, new_key())

    def _forget_keys(self) -> None:
        self._keys = {}

    def _forget_known(self, error: ConsoleError) -> None:
        """It is known that it was not done: the same wish again is a new one, else the server repeats its first answer."""
        if not isinstance(error, Unreachable | ServerBroken | UnexpectedReply):
            self._forget_keys()

    def _may_drop(self, unsent: str) -> bool:
        return self._confirm("Drop what was not sent?", unsent, "Drop it", "")

    def _let_go(self) -> bool:
        """True when the open dialog may be replaced."""
        dialog = self.dialog
        if dialog is None:
            return True
        dialog.raise_()
        dialog.close()
        return self.dialog is None

    def _on_finished(self, dialog: SiteDialog, _result: int = 0) -> None:
        if self.dialog is dialog:
            self.dialog = self.contacts = None
