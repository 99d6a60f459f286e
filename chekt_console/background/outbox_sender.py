"""Sends what waits in the outbox when its time comes, each site in order and beside the others, and tells what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.outbox import ScheduleChange
from chekt_console.domain.record_change import RecordChange

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from chekt_console.background.runner import Runner
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.outbox import Change, OutboxEntry, Theirs
    from chekt_console.domain.record_change import TheirRows
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.errors import ConsoleError
    from chekt_console.services.outbox_service import OutboxService

T = TypeVar("T")

_LONGEST_WAIT_MS = 20_000  # the computer's clock may have been set, or it slept
_SHORTEST_WAIT_MS = 50
_LANE = "outbox"


class OutboxSender(QObject):
    """Lives in the window's thread; everything that touches the disk or the server runs in a worker."""

    entries_changed = Signal(object)  # tuple[OutboxEntry, ...], oldest first
    entry_moved = Signal(object)  # OutboxEntry that was sent, tried or discarded
    failed = Signal(str)  # the disk refused

    def __init__(
        self, runner: Runner, outbox: OutboxService, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._outbox = outbox
        self._clock = clock
        self._is_on = False
        self._has_failed = False  # what the disk refused to write down is looked for when it writes again
        self._sending: set[str] = set()
        self.entries: tuple[OutboxEntry, ...] = ()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        self._is_on = True
        self._do(self._outbox.recover)

    def stop(self) -> None:
        """What is on its way is on disk as such, and is read back at the next start."""
        self._is_on = False
        self._timer.stop()

    def add(
        self,
        change: Change,
        *,
        is_unknown: bool = False,
        done: Callable[[OutboxEntry], None],
        failed: Callable[[ConsoleError], None],
    ) -> None:
        """`done` is called once it is on disk, and only then."""

        def kept(entry: OutboxEntry) -> None:
            done(entry)
            self.look_soon()

        self._runner.submit(
            lambda _: self._outbox.add(change, is_unknown=is_unknown),
            done=kept,
            failed=failed,
            lane=_LANE,
            priority=Priority.PERSON,
            is_command=True,
        )

    def hurry(self) -> None:
        """The server answers again."""
        self._do(self._outbox.hurry)

    def send_now(self, number: int) -> None:
        self._do(lambda: self._outbox.send_now(number))

    def make_anew(self, number: int) -> None:
        self._do(lambda: self._outbox.make_anew(number))

    def leave_out(self, number: int) -> None:
        self._do(lambda: self._outbox.leave_out(number))

    def discard(self, number: int) -> None:
        self._end(lambda: self._outbox.discard(number))

    def take_merged(self, number: int, merged: WeekSchedule, theirs: Theirs) -> None:
        self._do(lambda: self._outbox.take_merged(number, merged, theirs))

    def take_chosen(self, number: int, mine: Collection[tuple[str, str]], theirs: TheirRows) -> None:
        self._end(lambda: self._outbox.take_chosen(number, mine, theirs))

    def save_now(self, change: RecordChange, key: str, save: Callable[[], T]) -> T:
        """For a worker; see OutboxService."""
        return self._outbox.save_now(change, key, save)

    def waiting_records(self, site_id: str) -> tuple[RecordChange, ...]:
        """Changes of this site that have not ended, oldest first, as last read from the disk."""
        return tuple(
            entry.change
            for entry in self.entries
            if entry.site_id == site_id and entry.state.is_open and isinstance(entry.change, RecordChange)
        )

    def open_schedule(self, site_id: str) -> OutboxEntry | None:
        """As last read from the disk."""
        found = [
            entry
            for entry in self.entries
            if entry.site_id == site_id and entry.state.is_open and isinstance(entry.change, ScheduleChange)
        ]
        return found[-1] if found else None

    def look_soon(self) -> None:
        if self._is_on:
            self._timer.start(0)

    def _end(self, work: Callable[[], OutboxEntry | None]) -> None:
        """What may end an entry, and is told of then."""

        def moved(entry: OutboxEntry | None) -> None:
            if entry is not None and not entry.state.is_open:
                self.entry_moved.emit(entry)
            self.look_soon()

        self._runner.submit(lambda _: work(), done=moved, failed=self._on_failed, lane=_LANE, is_command=True)

    def _do(self, work: Callable[[], object]) -> None:
        self._runner.submit(
            lambda _: work(),
            done=lambda _: self.look_soon(),
            failed=self._on_failed,
            lane=_LANE,
            is_command=True,
        )

    def _look(self) -> None:
        def look(_: object) -> tuple[tuple[OutboxEntry, ...], tuple[str, ...], int | None]:
            if self._has_failed:
                self._outbox.recover()
                self._has_failed = False
            return self._outbox.entries(), self._outbox.due_sites(), self._outbox.next_due_ms()

        self._runner.submit(
            look,
            done=self._on_looked,
            failed=self._on_failed,
            key="outbox.look",
            lane=_LANE,
            is_local=True,
        )

    def _on_looked(self, found: tuple[tuple[OutboxEntry, ...], tuple[str, ...], int | None]) -> None:
        entries, due, next_ms = found
        if not self._is_on:
            return
        if entries != self.entries:
            self.entries = entries
            self.entries_changed.emit(entries)
        for site_id in due:
            if site_id not in self._sending:
                self._send(site_id)
        if next_ms is not None and not self._timer.isActive():
            wait_ms = next_ms - self._clock.now_ms()
            # One that fell due since the worker looked is looked for again at once.
            if wait_ms > 0 or self._sending or not due:
                self._timer.start(min(max(wait_ms, _SHORTEST_WAIT_MS * 4), _LONGEST_WAIT_MS))

    def _send(self, site_id: str) -> None:
        """In the lane of its site: commands to one site run in order."""
        self._sending.add(site_id)

        def ended(entry: OutboxEntry | None) -> None:
            self._sending.discard(site_id)
            if self._is_on:
                if entry is not None:
                    self.entry_moved.emit(entry)
                self.look_soon()

        def failed(error: ConsoleError) -> None:
            self._sending.discard(site_id)
            self._on_failed(error)

        self._runner.submit(
            lambda _: self._outbox.send_next(site_id),
            done=ended,
            failed=failed,
            lane=site_id,
            priority=Priority.SCREEN,
        )
        QTimer.singleShot(_SHORTEST_WAIT_MS, self, self._show_sending)

    def _show_sending(self) -> None:
        if self._sending and not self._timer.isActive():
            self.look_soon()

    def _on_failed(self, error: ConsoleError) -> None:
        self._has_failed = True
        self.failed.emit(error.sentence)
        if self._is_on:
            self._timer.start(_LONGEST_WAIT_MS)
