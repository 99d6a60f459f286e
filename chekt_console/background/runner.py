"""Runs blocking service calls in a small thread pool and brings every outcome back to the window's thread."""

from __future__ import annotations

import contextlib
import logging
import sys
import threading
import time
import traceback
from collections import deque
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from chekt_console.api.priority import Priority, at_priority, kept, wanted
from chekt_console.errors import Cancelled, ConsoleError, GivenUp, NotConfirmed

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.progress import Progress

T = TypeVar("T")

_log = logging.getLogger(__name__)

_THREADS = 12
# Offline a read holds its thread for the half minute of its retries, so reads never take every thread: commands, and what
# asks this computer only, always find one.
_READERS = {Priority.BACKGROUND: 3, Priority.SCREEN: 6, Priority.PERSON: 9}
_OURS = "This program made a mistake at it. What became of it is not known: look again before you rely on it."
_THREAD_TURN_S = (
    0.001  # how long the window's thread waits for its turn while workers compute: no frame is lost by it
)
_FRAME_S = 0.008  # outcomes handled in one go, so that a burst never costs a frame


@dataclass(frozen=True)
class _Callbacks:
    done: Callable[[Any], None]
    failed: Callable[[ConsoleError], None] | None
    partial: Callable[[object], None] | None
    cancelled: Callable[[], None] | None = None


def _nothing(_: object) -> None:
    pass


class Job:
    """One piece of work. Read `title`, `done`, `total`, `text`, `is_running`; `cancel()` from the window's thread."""

    def __init__(
        self,
        work: Callable[[Progress], Any],
        callbacks: _Callbacks,
        *,
        number: int,
        key: str,
        lane: str,
        title: str,
        priority: Priority,
        is_command: bool,
        is_local: bool,
        tell: Callable[[Job, str, object], None],
        lock: threading.Condition,
    ) -> None:
        self.title = title
        self.done = 0
        self.total = 0
        self.text = ""
        self.is_running = False
        self.is_cancelled = False
        self.is_given_up = (
            False  # a command that the person cancelled before its turn: it still gets an outcome
        )
        self.is_command = is_command
        self.is_local = is_local
        self.key = key
        self.lane = lane
        self.priority = priority
        self.order = (priority, number)
        self.work = work
        self.callbacks = callbacks
        self._tell = tell
        self._lock = lock

    @property
    def can_cancel(self) -> bool:
        """False for a command that runs and knows no end before its own."""
        return not (self.is_command and self.is_running) or self.callbacks.cancelled is not None

    def cancel(self) -> None:
        """The answer is no longer wanted. A command that runs already goes on, and its outcome is shown; one that waits
        fails as not sent, so that nobody goes on waiting for it. Whoever asked to be told of the wish is told."""
        with self._lock:  # not in the moment in which it begins
            if self.is_command and not self.is_running:
                self.is_given_up = not self.is_cancelled
            self.supersede()
        if self.callbacks.cancelled is not None and not self.is_given_up:
            self.callbacks.cancelled()

    def supersede(self) -> None:
        """As `cancel`, and nobody is told: another takes its place, or the program ends."""
        if not (self.is_command and self.is_running):
            self.is_cancelled = True

    def forget(self) -> None:
        """In the window's thread: let go of the callables, so that no worker is the last to hold a Qt object."""
        self.work = _nothing
        self.callbacks = _Callbacks(_nothing, None, None)

    # The Progress the work is given; called in the worker.

    def report(self, done: int, total: int, text: str = "") -> None:
        self.check()
        self.done, self.total, self.text = done, total, text
        if self.title:
            self._tell(self, "progress", None)

    def partial(self, value: object) -> None:
        self.check()
        self._tell(self, "partial", value)

    def check(self) -> None:
        if self.is_cancelled:
            raise Cancelled


class Runner(QObject):
    """Lives in the window's thread; owns the threads."""

    jobs_changed = Signal()  # a titled job began, moved or ended
    job_failed = Signal(object)  # ConsoleError of a job that gave no `failed` callback
    crashed = Signal(str)  # traceback text of an error that is ours
    _woken = Signal()

    def __init__(self, parent: QObject | None = None, *, threads: int = 0) -> None:
        """`threads`: a pool of so many for one purpose, first come first served; 0 the pool everybody shares."""
        super().__init__(parent)
        sys.setswitchinterval(_THREAD_TURN_S)
        self._numbers = count()
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._by_key: dict[str, Job] = {}
        self._is_stopping = False
        self._threads: list[threading.Thread] = []
        self._thread_limit = threads or _THREADS
        self._readers = {} if threads else _READERS
        self._outbox: deque[tuple[Job, str, object]] = deque()
        self._outbox_lock = threading.Lock()
        self._is_wake_pending = False
        # One signal of one object of the window's thread, to a bound method of it: the only way across.
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def submit(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[ConsoleError], None] | None = None,
        partial: Callable[[object], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        key: str = "",
        lane: str = "",
        title: str = "",
        priority: Priority = Priority.SCREEN,
        is_command: bool = False,
        is_local: bool = False,
    ) -> Job:
        """Run `work` in a worker; `done`, `failed`, `partial` are called in the window's thread.

        cancelled: called in the window's thread when the person cancels it; a command that runs can be ended only by this.
        key: a newer submit with the same key makes an older one's answer unwanted (dropped, cancelled).
        lane: jobs of one lane run one after another in order.
        title: shown among the running jobs in the status bar when not empty.
        is_command: was sent to the outside or to the disk; never dropped or cancelled once it runs.
        is_local: asks this computer only, so it does not wait for those who wait for the network.
        """
        job = Job(
            work,
            _Callbacks(done, failed, partial, cancelled),
            number=next(self._numbers),
            key=key,
            lane=lane,
            title=title,
            priority=priority,
            is_command=is_command,
            is_local=is_local,
            tell=self._tell,
            lock=self._changed,
        )
        with self._changed:
            if self._is_stopping:
                job.is_cancelled = True
                return job
            if key:
                older = self._by_key.get(key)
                if older is not None:
                    older.supersede()
                self._by_key[key] = job
            self._waiting.append(job)
            if len(self._threads) < self._thread_limit:
                thread = threading.Thread(
                    target=self._serve, name=f"worker-{len(self._threads) + 1}", daemon=True
                )
                self._threads.append(thread)
                thread.start()
            self._changed.notify()
        if title:
            self.jobs_changed.emit()
        return job

    def jobs(self) -> tuple[Job, ...]:
        """Titled jobs that wait or run."""
        with self._changed:
            return tuple(
                job for job in (*self._running, *self._waiting) if job.title and not job.is_cancelled
            )

    def stop(self, deadline_s: float = 5.0) -> bool:
        """Refuse new work, cancel what waits, wait; False when something did not end in time."""
        with self._changed:
            self._is_stopping = True
            for job in self._running:
                job.supersede()
            # A command that waits was shown as under way: it is still carried out.
            for job in self._waiting:
                job.is_cancelled = job.is_cancelled or not job.is_command
            self._changed.notify_all()
        ends_at = time.monotonic() + deadline_s
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))
        self._deliver_all()
        return not any(thread.is_alive() for thread in self._threads)

    def _serve(self) -> None:
        while (job := self._take()) is not None:
            self._run(job)
            with self._changed:
                self._running.remove(job)
                self._changed.notify_all()
            self._tell(job, "ended", None)

    def _take(self) -> Job | None:
        with self._changed:
            while True:
                job = self._next()
                if job is not None:
                    self._waiting.remove(job)
                    self._running.append(job)
                    job.is_running = True
                    return job
                if self._is_stopping and not self._waiting:
                    return None
                self._changed.wait()

    def _next(self) -> Job | None:
        """Best waiting job whose lane is free; keeps the order within a lane whatever the priorities are."""
        taken_lanes = {job.lane for job in self._running if job.lane}
        worst_reader = self._worst_reader()
        best: Job | None = None
        for job in self._waiting:
            if job.lane:
                if job.lane in taken_lanes:
                    continue
                taken_lanes.add(job.lane)
            is_reader = not (job.is_command or job.is_local or job.is_cancelled or self._is_stopping)
            if is_reader and job.priority > worst_reader:
                continue
            if best is None or job.order < best.order:
                best = job
        return best

    def _worst_reader(self) -> int:
        """The last priority of which one more may read; below the first when there are enough of all."""
        reading = [job.priority for job in self._running if not (job.is_command or job.is_local)]
        full = (own for own, most in self._readers.items() if sum(one >= own for one in reading) >= most)
        return min(full, default=len(Priority)) - 1

    def _run(self, job: Job) -> None:
        if job.is_cancelled:
            if job.is_given_up:
                self._tell(job, "failed", GivenUp())
            return
        if job.title:
            self._tell(job, "progress", None)
        try:
            with at_priority(job.priority), kept(job.is_command), wanted(job.check):
                result = job.work(job)
        except Cancelled:
            return
        except ConsoleError as error:
            what = job.title or job.key or "job"
            _log.info("%s: %s (%s)", what, error.sentence, error.detail, extra={"is_failure": True})
            self._tell(job, "failed", error)
        except Exception:  # noqa: BLE001  the one place that turns our own mistakes into a report
            self._tell(job, "crashed", traceback.format_exc())
        else:
            self._tell(job, "done", result)

    def _tell(self, job: Job, what: str, value: object) -> None:
        with self._outbox_lock:
            self._outbox.append((job, what, value))
            if self._is_wake_pending:
                return
            self._is_wake_pending = True
        with contextlib.suppress(RuntimeError):  # the window did not wait for this one and is gone
            self._woken.emit()

    def _deliver(self) -> None:
        """In the window's thread: hand over what has arrived, for at most part of a frame."""
        ends_at = time.perf_counter() + _FRAME_S
        have_jobs_changed = False
        while True:
            with self._outbox_lock:
                if not self._outbox:
                    self._is_wake_pending = False
                    break
                job, what, value = self._outbox.popleft()
            try:
                have_jobs_changed |= self._hand_over(job, what, value)
            except BaseException:
                # A mistake of one pane: it is reported, and what arrived for the others still reaches them.
                QTimer.singleShot(0, self, self._deliver)
                raise
            if time.perf_counter() > ends_at and not self._is_stopping:
                QTimer.singleShot(0, self, self._deliver)
                break
        if have_jobs_changed:
            self.jobs_changed.emit()

    def _deliver_all(self) -> None:
        """At the end: a mistake of one pane keeps nothing from being closed."""
        while True:
            try:
                self._deliver()
            except Exception:  # noqa: BLE001  told like any other mistake of ours
                self.crashed.emit(traceback.format_exc())
            else:
                return

    def _hand_over(self, job: Job, what: str, value: object) -> bool:
        """True when the list of running jobs looks different now."""
        callbacks = job.callbacks
        if what in ("progress", "ended"):
            if what == "ended":
                job.is_running = False
                job.forget()
                if job.key and self._by_key.get(job.key) is job:
                    del self._by_key[job.key]
            return bool(job.title)
        if what == "crashed":
            self.crashed.emit(value)
            # Whoever waits for the outcome goes on: a feed asks again, a command is not called done.
            if callbacks.failed is not None and (job.is_command or not job.is_cancelled):
                callbacks.failed(NotConfirmed(_OURS))
        elif job.is_cancelled and not job.is_given_up:
            pass
        elif what == "done":
            callbacks.done(value)
        elif what == "partial" and callbacks.partial is not None:
            callbacks.partial(value)
        elif what == "failed":
            assert isinstance(value, ConsoleError)
            if callbacks.failed is not None:
                callbacks.failed(value)
            else:
                self.job_failed.emit(value)
        return False
