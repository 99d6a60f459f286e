"""Enrolled devices of the site whose dialog is open: read, sent together, and shown with what waits to be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.domain.record_change import RecordKind
from chekt_console.domain.record_edits import devices_change, devices_with
from chekt_console.services.contact_service import AnswerLost
from chekt_console.services.outbox_service import Waits

if TYPE_CHECKING:
    from chekt_console.domain.account import DeviceRecord
    from chekt_console.domain.device_table import TableChanges
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.record_change import RecordChange
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.enrolment_service import Enrolled, EnrolmentService
    from chekt_console.ui.account.contacts_controller import Confirm
    from chekt_console.ui.account.dialog_work import DialogWork
    from chekt_console.ui.account.site_dialog import SiteDialog

_MOST_NAMES = 5


class EnrolmentController(QObject):
    """Lives as long as its dialog."""

    devices_changed = Signal(str)  # id of the site

    def __init__(
        self,
        dialog: SiteDialog,
        site: Site,
        work: DialogWork,
        enrolment: EnrolmentService,
        confirm: Confirm,
        *,
        is_production: bool,
    ) -> None:
        super().__init__(dialog)
        self._dialog = dialog
        self._site = site
        self._work = work
        self._enrolment = enrolment
        self._confirm = confirm
        self._is_production = is_production
        self._there: tuple[DeviceRecord, ...] | None = None  # as last read from the server
        dialog.devices.site_name = site.name
        dialog.devices.save_requested.connect(self._on_save)

    def read(self) -> None:
        tab = self._dialog.devices

        def on_read(read: tuple[tuple[DeviceRecord, ...], tuple[str, ...]]) -> None:
            self._there = read[0]
            self.show(read[1])

        self._work.submit(
            lambda _: self._enrolment.read_or_known(self._site.site_id),
            on_read,
            self._dialog,
            lambda error: tab.show_note(error.sentence, is_bad=True),
        )

    def show(self, problems: tuple[str, ...] = (), late: RecordChange | None = None) -> None:
        """What was read, with what waits to be sent. `late` waits too, and is not in the list of what waits yet."""
        if self._there is not None:
            rows, ids = self._with_waiting(self._there, late)
            self._dialog.devices.show_devices(rows, problems, ids)

    def show_waiting(self) -> None:
        """What waits is another than before. What was typed, and the outcome of each row, stays."""
        tab = self._dialog.devices
        if self._there is None or tab.has_changes or tab.is_busy:
            return
        if self._with_waiting(self._there) != (tab.model.rows, tab.model.waiting):
            self.show()

    def _with_waiting(
        self, there: tuple[DeviceRecord, ...], late: RecordChange | None = None
    ) -> tuple[tuple[DeviceRecord, ...], frozenset[str]]:
        known = self._work.queue.waiting_records(self._site.site_id)
        waiting = known if late is None or late in known else (*known, late)
        ids = {edit.row_id for one in waiting if one.kind is RecordKind.DEVICES for edit in one.edits}
        return devices_with(there, waiting), frozenset(ids)

    def read_behind(self) -> None:
        """After what waited was sent. What was typed stays."""
        if not self._dialog.devices.has_changes:
            self.read()

    def _on_save(self, changes: TableChanges) -> None:
        site, tab = self._site, self._dialog.devices
        if changes.removed or self._is_production:
            names = ", ".join(row.name or row.external_device_id for row in changes.removed[:_MOST_NAMES])
            left = len(changes.removed) - _MOST_NAMES
            more = f" and {left} more" if left > 0 else ""
            text = f"{changes.count} devices of {site.name} are changed." + (
                f" Removed for good: {names}{more}." if changes.removed else ""
            )
            if not self._confirm("Send these changes?", text, "Send", ""):
                return
        key, waiting = self._work.key(f"devices {changes}"), devices_change(site, changes)
        tab.set_busy(True)
        tab.show_note("Sending and reading back…")

        def on_done(enrolled: Enrolled) -> None:
            self._there = enrolled.rows
            tab.show_enrolled(enrolled)
            self.devices_changed.emit(site.site_id)

        def on_failed(error: ConsoleError) -> None:
            if isinstance(error, Waits):
                self.show(late=waiting)
                tab.show_note(error.sentence)
                return
            tab.set_busy(False)
            tab.show_note(f"{error.sentence} Nothing of the table was dropped; read again.", is_bad=True)

        def save(progress: Progress) -> Enrolled:
            enrolled = self._enrolment.apply(site.site_id, changes, key, progress)
            lost = sum(one.is_lost for one in enrolled.outcomes)
            if lost:
                raise AnswerLost(f"No answer came for {lost} of {changes.count} devices.", None)
            return enrolled

        self._work.submit(
            lambda progress: self._work.queue.save_now(waiting, key, lambda: save(progress)),
            on_done,
            self._dialog,
            on_failed,
            lane=site.site_id,
            wish=f"Devices of {site.name}",
            title=f"Devices of {site.name}",
        )
