"""The outbox of a session: what waits to be sent, its list, its figure in the status bar, and the editor it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog

from chekt_console.background.outbox_sender import OutboxSender
from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange, Theirs
from chekt_console.domain.record_change import RecordChange, TheirRows
from chekt_console.services.outbound_service import OutboundService
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.record_ways import ways_of
from chekt_console.services.schedule_service import StoredSchedule
from chekt_console.session_raised_clips import RaisedClipParts
from chekt_console.store.connections_store import Environment
from chekt_console.store.outbox import OutboxStore
from chekt_console.ui.outbox.choice_dialog import ChoiceDialog
from chekt_console.ui.outbox.outbox_dialog import OutboxDialog
from chekt_console.ui.outbox.outbox_words import bar_words, lost_words
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from chekt_console.ui.shared.confirm import confirm
from chekt_console.ui.shared.notices import Severity

if TYPE_CHECKING:
    from chekt_console.session_parts import Ground
    from chekt_console.session_work import SchedulePanes

_ENDED = {
    EntryState.DONE: (Severity.GOOD, "Sent"),
    EntryState.REFUSED: (Severity.ERROR, "Refused"),
    EntryState.CONFLICT: (Severity.WARNING, "Needs you"),
}


class OutboxParts(QObject):
    """Built in the window's thread, after the schedule editor."""

    raised_ended = Signal(str)  # an event that was raised by hand, by its key
    records_changed = Signal()  # what waits is another than before
    records_moved = Signal(object)  # OutboxEntry of a RecordChange that was sent, tried or discarded
    sent = Signal()  # the server took something that had waited, so it answers
    report_ended = Signal()  # an answer to the monitoring center got its outcome

    def __init__(self, ground: Ground, schedule: SchedulePanes, parent: QObject) -> None:
        super().__init__(parent)
        self._ground = ground
        self._schedule = schedule
        self._store = OutboxStore(ground.folder / "outbox.sqlite")
        is_production = ground.connection.environment is Environment.PRODUCTION
        outbound = OutboundService(ground.client, is_production=is_production)
        self.outbox = OutboxService(
            self._store,
            ground.client,
            schedule.schedules,
            ground.clock,
            raised=outbound,
            ways=ways_of(ground.client),
        )
        self.clips = RaisedClipParts(ground, self.outbox, outbound, self)
        self.clips.queue.clips_changed.connect(self._on_clips_changed)
        self.queue = OutboxSender(ground.runner, self.outbox, ground.clock, self)
        self.dialog: OutboxDialog | None = None
        self.conflict: QDialog | None = None
        self.queue.entries_changed.connect(self._on_entries)
        self.queue.entry_moved.connect(self._on_moved)
        self.queue.failed.connect(self._on_failed)
        ground.shell.window.status.outbox_requested.connect(self.show_list)
        saver = schedule.schedule_controller.saver
        saver.queue = self.queue
        saver.list_requested.connect(self.show_list)
        saver.theirs_taken.connect(self._on_theirs_taken)
        if self._store.was_rebuilt:
            ground.shell.notices.show("outbox", self._store.was_rebuilt, severity=Severity.WARNING)

    def start(self) -> None:
        self.queue.start()
        self.clips.queue.start()

    def close(self) -> None:
        self.queue.stop()
        self.clips.queue.stop()
        self._ground.shell.window.status.set_outbox("")
        if self.conflict is not None:
            self.conflict.close()
        if self.dialog is not None:
            self.dialog.close()
            self.dialog.deleteLater()
            self.dialog = None

    def close_files(self) -> None:
        self._store.close()

    def show_list(self) -> None:
        if self.dialog is None:
            self.dialog = OutboxDialog(self._ground.shell.window)
            self.dialog.also_of = self.clips.words_of
            self.dialog.send_requested.connect(self.queue.send_now)
            self.dialog.discard_requested.connect(self.discard)
            self.dialog.compare_requested.connect(self.compare)
            self.dialog.make_anew_requested.connect(self.make_anew)
            self.dialog.leave_out_requested.connect(self.queue.leave_out)
        self.dialog.set_entries(self.queue.entries, self._ground.clock.now_ms())
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def discard(self, number: int) -> None:
        """Asked once, naming what is lost."""
        entry = self._entry(number)
        if entry is None:
            return
        lost = "\n".join(f"• {part}" for part in entry.change.parts[:12])
        shell = self._ground.shell
        text = f"It is not sent any more, and this is lost:\n{lost}"
        if entry.is_unknown:
            text += "\n\nIt may have reached the server already; that is not taken back."
        if confirm(
            self.dialog or shell.window, shell.theme, f"Discard: {entry.change.words}?", text, "Discard"
        ):
            self.queue.discard(number)

    def make_anew(self, number: int) -> None:
        """Asked once: somebody else did not want it."""
        entry = self._entry(number)
        if entry is None:
            return
        shell = self._ground.shell
        text = f"Somebody else removed it meanwhile. It is added again.\n\n{lost_words(entry)}"
        if confirm(
            self.dialog or shell.window, shell.theme, f"Create anew: {entry.change.words}?", text, "Create it"
        ):
            self.queue.make_anew(number)

    def compare(self, number: int) -> None:
        entry = self._entry(number)
        match entry:
            case OutboxEntry(change=ScheduleChange() as change, theirs=Theirs() as theirs):
                self._compare_schedules(number, change, theirs)
            case OutboxEntry(change=RecordChange() as record, theirs=TheirRows() as rows):
                self._compare_records(number, record, rows)

    def _compare_records(self, number: int, change: RecordChange, theirs: TheirRows) -> None:
        clashes = change.clashes(theirs.rows)
        dialog = self.conflict = ChoiceDialog(change.words, clashes, self.dialog or self._ground.shell.window)
        dialog.mine_chosen.connect(lambda mine: self.queue.take_chosen(number, mine, theirs))
        dialog.finished.connect(self._forget_conflict)
        dialog.open()

    def _compare_schedules(self, number: int, change: ScheduleChange, theirs: Theirs) -> None:
        shell = self._ground.shell
        base = StoredSchedule(change.site_id, change.base, change.base_etag, None)
        stored = StoredSchedule(change.site_id, theirs.schedule, theirs.etag, None)
        pane = self._schedule.schedule_pane
        dialog = self.conflict = MergeDialog(
            change.site, base, change.mine, stored, shell.theme, pane.style_words, self.dialog or shell.window
        )
        dialog.merged_chosen.connect(lambda merged: self.queue.take_merged(number, merged, theirs))
        dialog.theirs_chosen.connect(lambda: self._take_theirs(number, change.site_id, stored))
        dialog.finished.connect(self._forget_conflict)
        dialog.open()

    def _take_theirs(self, number: int, site_id: str, stored: StoredSchedule) -> None:
        self.queue.discard(number)
        self._schedule.schedule_controller.take_theirs(site_id, stored)

    def _on_theirs_taken(self, site_id: str) -> None:
        entry = self.queue.open_schedule(site_id)
        if entry is not None:
            self.queue.discard(entry.number)

    def _forget_conflict(self) -> None:
        self.conflict = None

    def _on_clips_changed(self) -> None:
        self._on_entries(self.queue.entries)

    def _on_entries(self, entries: tuple[OutboxEntry, ...]) -> None:
        text, needs_look = bar_words(entries)
        text = " · ".join(filter(None, (text, self.clips.bar_words())))
        self._ground.shell.window.status.set_outbox(text, needs_look=needs_look)
        if self.dialog is not None:
            self.dialog.set_entries(entries, self._ground.clock.now_ms())
        self.records_changed.emit()
        waiting = {
            entry.site_id: entry.change.wish
            for entry in entries
            if entry.state.is_open and isinstance(entry.change, ScheduleChange)
        }
        self._schedule.schedule_controller.show_waiting(waiting)

    def _on_moved(self, entry: OutboxEntry) -> None:
        if entry.state is EntryState.DONE:
            self.sent.emit()
        if entry.state is EntryState.DONE and isinstance(entry.change, ScheduleChange):
            self._schedule.schedule_controller.on_sent(entry.site_id, entry.change.wish, entry.change.mine)
        if isinstance(entry.change, RecordChange):
            self.records_moved.emit(entry)
        if isinstance(entry.change, EventReport) and entry.change.is_raised:
            if not entry.state.is_open:
                self.raised_ended.emit(entry.key)
                self.clips.queue.look_soon()
        elif isinstance(entry.change, EventReport):
            self.report_ended.emit()
            if entry.state is EntryState.DONE:
                return  # the requests tell that themselves
        if entry.state in _ENDED:
            severity, word = _ENDED[entry.state]
            is_done = entry.state is EntryState.DONE
            self._ground.shell.notices.show(
                f"outbox.{entry.number}",
                f"{entry.change.words} — {word.casefold()}. {entry.sentence}",
                severity=severity,
                action="" if is_done else "Show",
                on_action=None if is_done else self.show_list,
            )

    def _on_failed(self, sentence: str) -> None:
        self._ground.shell.notices.show("outbox", sentence, severity=Severity.WARNING)

    def _entry(self, number: int) -> OutboxEntry | None:
        return next((entry for entry in self.queue.entries if entry.number == number), None)
