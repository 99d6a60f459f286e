"""Between the site dialog and the services: one dialog at a time, every write in the site's lane and read back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QInputDialog

from chekt_console.domain import site_form
from chekt_console.domain.account import ArmingAuthority, SiteRecord
from chekt_console.domain.record_change import RecordChange, RecordKind
from chekt_console.domain.record_edits import (
    authority_change,
    authority_with,
    site_change,
    site_with,
)
from chekt_console.errors import (
    ConsoleError,
    Refused,
    ServerBroken,
    TooManyRequests,
    Unreachable,
)
from chekt_console.services.both_changed import BothChanged
from chekt_console.services.outbox_service import Waits
from chekt_console.ui.account.arming_tab import authority_words
from chekt_console.ui.account.contacts_controller import Confirm, ContactsController
from chekt_console.ui.account.dialog_work import DialogWork
from chekt_console.ui.account.enrolment_controller import EnrolmentController
from chekt_console.ui.account.record_queue import waiting_words
from chekt_console.ui.account.site_dialog import DETAILS, SiteDialog
from chekt_console.ui.shared.plain_text import name_to_type

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from chekt_console.background.runner import Runner
    from chekt_console.domain.account import MonitoringStation
    from chekt_console.domain.outbox import OutboxEntry
    from chekt_console.domain.site import Site
    from chekt_console.services.account_service import AccountService, SiteSettings
    from chekt_console.services.enrolment_service import EnrolmentService
    from chekt_console.ui.account.record_queue import RecordQueue
    from chekt_console.ui.shared.theme import Theme


_NEVER_LATER = "This is never done later by itself; try again."


class AccountController(QObject):
    site_changed = Signal(str)  # id of a site that was changed or made
    site_made = Signal(object)  # SiteRecord, as the server has it
    devices_changed = Signal(str)  # id of a site whose devices were changed
    notice_requested = Signal(str, str)  # kind, sentence
    list_requested = Signal()  # of what waits to be sent
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
        self._work = DialogWork(runner, self)
        self._work.told_late.connect(self._tell_late)
        self._work.changed_late.connect(self.site_changed)
        self._runner = runner
        self._accounts = accounts
        self._enrolment = enrolment
        self._theme = theme
        self._confirm = confirm
        self._window = window
        self._is_production = is_production
        self._site: Site | None = None
        self._settings: SiteSettings | None = None  # as the server has them
        self._record: SiteRecord | None = None  # with what waits to be sent: an edit starts from it
        self.contacts: ContactsController | None = None
        self._devices: EnrolmentController | None = None

    @property
    def dialog(self) -> SiteDialog | None:
        """The one that is open."""
        return self._work.dialog

    @property
    def queue(self) -> RecordQueue:
        """Where changes wait that cannot be sent now."""
        return self._work.queue

    @queue.setter
    def queue(self, queue: RecordQueue) -> None:
        self._work.queue = queue

    def edit(self, site: Site, tab: int = DETAILS) -> None:
        if self.dialog is not None and not self._let_go():
            return
        dialog = self._new_dialog(SiteDialog(self._theme, site.name, self._window))
        self._site = site
        self.contacts = ContactsController(
            dialog, site, self._runner, self._accounts.contacts, self._confirm, self._tell_late, self.queue
        )
        self._devices = EnrolmentController(
            dialog, site, self._work, self._enrolment, self._confirm, is_production=self._is_production
        )
        self._devices.devices_changed.connect(self.devices_changed)
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

        self._work.submit(lambda _: self._accounts.stations(), on_stations, dialog, self._say_on_details)

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
        self._work.submit(
            lambda _: (
                self._accounts.settings_or_known(site.site_id) if self._accounts.can_change_sites else None
            ),
            self._on_settings,
            dialog,
            lambda error: dialog.show_note(error.sentence, is_bad=True),
        )

    def show_waiting(self) -> None:
        """What waits to be sent is another than before. What was typed stays."""
        site, dialog, settings = self._site, self.dialog, self._settings
        if site is None or dialog is None or self.contacts is None:
            return
        waiting = self.queue.waiting_records(site.site_id)
        dialog.show_waiting(waiting_words(waiting))
        self.contacts.show_waiting()
        if settings is None or dialog.details.is_busy:
            return
        if site_with(settings.record, waiting) != self._record:
            self._take_theirs(settings.record)
        authority = authority_with(settings.authority, waiting)
        if authority is not dialog.arming.authority:
            dialog.arming.show_authority(authority, site.partitions)
        if self._devices is not None:
            self._devices.show_waiting()

    def on_sent(self, entry: OutboxEntry) -> None:
        """Of a change that waited: sent, tried or given up."""
        change = entry.change
        if entry.state.is_open or not isinstance(change, RecordChange):
            return
        if change.kind is RecordKind.DEVICES:
            self.devices_changed.emit(change.site_id)
        elif change.kind is not RecordKind.CONTACTS:
            self.site_changed.emit(change.site_id)
        site, dialog = self._site, self.dialog
        if dialog is None or site is None or site.site_id != change.site_id or self.contacts is None:
            return
        self.contacts.read()
        if self._settings is None or self._devices is None:
            return

        def on_read(settings: SiteSettings) -> None:
            self._settings = settings
            dialog.show_note(" ".join(settings.problems), is_bad=bool(settings.problems))
            self.show_waiting()

        self._work.submit(
            lambda _: self._accounts.settings_or_known(change.site_id),
            on_read,
            dialog,
            lambda error: dialog.show_note(error.sentence, is_bad=True),
        )
        self._devices.read_behind()

    def close(self) -> None:
        if self.contacts is not None:
            self.contacts.let_go()
        if self.dialog is not None:
            self.dialog.hide()
            self.dialog.deleteLater()
        self._work.dialog = self.contacts = self._devices = None

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
        key = self._work.key(f"monitoring {site.site_id} {is_on} {reason}")

        def on_done(record: SiteRecord) -> None:
            self._work.forget_keys()
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
            self._work.forget_known(error)
            if isinstance(error, BothChanged):
                self.site_changed.emit(site.site_id)
            if is_shown and isinstance(error, BothChanged) and isinstance(error.theirs, SiteRecord):
                assert self.dialog is not None
                self._take_theirs(error.theirs)
                self.dialog.details.show_note(error.sentence, is_bad=True)
            elif is_shown:
                self._say_on_details(error, is_never_later=True)
            else:
                wish = "on" if is_on else "off"
                self.failure_told.emit("account", f"Monitoring {wish}, {site.name}: {_plain_words(error)}")

        self._runner.submit(
            lambda _: self._accounts.set_monitoring(site.site_id, is_on, reason, key),
            done=on_done,
            failed=on_failed,
            lane=site.site_id,
            is_command=True,
        )

    def _new_dialog(self, dialog: SiteDialog) -> SiteDialog:
        self._work.dialog = dialog
        self._work.forget_keys()
        self._settings = self._record = None
        dialog.reload_requested.connect(self.read)
        dialog.list_requested.connect(self.list_requested)
        dialog.finished.connect(partial(self._on_finished, dialog))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.details.save_requested.connect(self._on_save)
        dialog.details.monitoring_requested.connect(self._on_monitoring)
        dialog.may_drop = self._may_drop
        dialog.arming.save_requested.connect(self._on_authority)
        return dialog

    def _on_settings(self, settings: SiteSettings | None) -> None:
        dialog, site = self.dialog, self._site
        assert dialog is not None
        assert site is not None
        waiting = self.queue.waiting_records(site.site_id)
        dialog.show_waiting(waiting_words(waiting))
        if settings is None:
            dialog.show_key_only()
            return
        self._settings = settings
        self._record = site_with(settings.record, waiting)
        dialog.show_note(" ".join(settings.problems), is_bad=bool(settings.problems))
        dialog.details.show_site(self._record, settings.stations)
        dialog.details.set_busy(False)
        dialog.arming.show_authority(authority_with(settings.authority, waiting), site.partitions)
        assert self._devices is not None
        self._devices.read()

    def _on_save(self, wanted: SiteRecord) -> None:
        dialog, base = self.dialog, self._record
        assert dialog is not None
        is_new = dialog.is_new
        # Too old a wish to watch a site, or not to, is dangerous.
        is_never_later = base is not None and base.is_activated is not wanted.is_activated
        waits = any(one.kind is RecordKind.SITE for one in self.queue.waiting_records(wanted.site_id))
        if is_never_later and waits and base != replace(wanted, is_activated=not wanted.is_activated):
            sentence = "Earlier changes of these details still wait to be sent. Activating never waits: save it by itself."
            dialog.details.show_note(sentence, is_bad=True)
            return
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
        key = self._work.key(f"site {wanted}")
        dialog.details.set_busy(True)
        dialog.details.show_note("Sending and reading back…")

        def on_saved(record: SiteRecord) -> None:
            self.site_changed.emit(record.site_id)
            if is_new:
                self.site_made.emit(record)
                self.notice_requested.emit(
                    "account", f"{record.name} was created. Its contacts and devices are next: Site settings."
                )
                dialog.accept()
                return
            dialog.details.set_busy(False)
            self._show_record(record)
            dialog.details.show_note("Saved and read back from the server.")

        def on_failed(error: ConsoleError) -> None:
            if isinstance(error, Waits):
                if is_new:
                    self.failure_told.emit("account", f"New site {wanted.name}: {error.sentence}")
                    dialog.accept()
                    return
                self._record = wanted
                dialog.details.set_busy(False)
                dialog.details.show_site(wanted, self._stations)
                dialog.details.show_note(error.sentence)
            else:
                self._say_on_details(error, is_never_later=is_never_later)

        def save() -> SiteRecord:
            if base is None:
                return self._accounts.create(wanted, key)
            return self._accounts.save(base, wanted, key)

        def work(_: object) -> SiteRecord:
            if is_never_later:
                return save()
            return self.queue.save_now(site_change(base, wanted, stations), key, save)

        stations = dialog.details.station_names
        self._work.submit(
            work,
            on_saved,
            dialog,
            on_failed,
            lane=wanted.site_id or wanted.external_site_id,
            wish=f"Details of {wanted.name}",
        )

    @property
    def _stations(self) -> tuple[MonitoringStation, ...]:
        return self._settings.stations if self._settings is not None else ()

    def _show_record(self, record: SiteRecord) -> None:
        """Just read: with what still waits on top."""
        assert self._site is not None
        assert self.dialog is not None
        if self._settings is not None:
            self._settings = replace(self._settings, record=record)
        self._record = site_with(record, self.queue.waiting_records(self._site.site_id))
        self.dialog.details.show_site(self._record, self._stations)

    def _say_on_details(self, error: ConsoleError, *, is_never_later: bool = False) -> None:
        """What was typed stays. Fields that both changed show what the server has now."""
        dialog = self.dialog
        if dialog is None:
            return
        details = dialog.details
        details.set_busy(False)
        details.show_note(_plain_words(error) if is_never_later else error.sentence, is_bad=True)
        if isinstance(error, BothChanged) and isinstance(error.theirs, SiteRecord):
            self._take_theirs(error.theirs)
            details.show_note(f"{error.sentence} Save again to put yours in its place.", is_bad=True)
        elif isinstance(error, Refused):
            details.show_errors({site_form.field_of_wire(name): text for name, text in error.fields.items()})

    def _take_theirs(self, theirs: SiteRecord) -> None:
        """What was typed and not saved stays; where the server has something new too, it is shown beside it."""
        assert self.dialog is not None
        assert self._site is not None
        details = self.dialog.details
        if self._settings is not None:
            self._settings = replace(self._settings, record=theirs)
        theirs = site_with(theirs, self.queue.waiting_records(self._site.site_id))
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
        key, base = self._work.key(f"authority {wanted}"), dialog.arming.authority
        dialog.arming.set_busy(True)
        dialog.arming.show_note("Sending and reading back…")

        def on_done(now: ArmingAuthority) -> None:
            if self._settings is not None:
                self._settings = replace(self._settings, authority=now)
            dialog.arming.set_busy(False)
            dialog.arming.show_authority(now, site.partitions)
            dialog.arming.show_note("Changed and read back from the server.")
            self.site_changed.emit(site.site_id)

        def on_failed(error: ConsoleError) -> None:
            dialog.arming.set_busy(False)
            if isinstance(error, Waits):
                dialog.arming.show_authority(wanted, site.partitions)
                dialog.arming.show_note(error.sentence)
                return
            if isinstance(error, BothChanged) and isinstance(error.theirs, ArmingAuthority):
                dialog.arming.show_authority(error.theirs, site.partitions)
            dialog.arming.show_note(error.sentence, is_bad=True)

        change = authority_change(site, base, wanted, {one: authority_words(one) for one in ArmingAuthority})
        self._work.submit(
            lambda _: self.queue.save_now(
                change, key, lambda: self._accounts.set_authority(site.site_id, base, wanted, key)
            ),
            on_done,
            dialog,
            on_failed,
            lane=site.site_id,
            wish=f"Who arms {site.name}",
        )

    def _tell_late(self, sentence: str, is_done: bool) -> None:
        """What became of a change of contacts whose dialog was closed meanwhile."""
        (self.notice_requested if is_done else self.failure_told).emit("account", sentence)

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
            self._work.dialog = self.contacts = self._devices = None


def _plain_words(error: ConsoleError) -> str:
    """Of what is done at once or not at all."""
    if isinstance(error, Unreachable | ServerBroken | TooManyRequests):
        return f"{error.sentence} {_NEVER_LATER}"
    return error.sentence
