"""Runs blocking service calls in a small thread pool and brings every outcome back to the window's thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from chekt_console.api.priority import Priority

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.progress import Progress
    from chekt_console.errors import ConsoleError

T = TypeVar("T")


class Job:
    """One piece of work. Read `title`, `done`, `total`, `text`, `is_running`; `cancel()` from the window's thread."""

    title: str
    done: int
    total: int
    text: str
    is_running: bool

    def cancel(self) -> None:
        raise NotImplementedError


class Runner(QObject):
    """Lives in the window's thread; owns the threads."""

    jobs_changed = Signal()  # a titled job began, moved or ended
    job_failed = Signal(object)  # ConsoleError of a job that gave no `failed` callback
    crashed = Signal(str)  # traceback text of an error that is ours

    def submit(
        self,
        work: Callable[[Progress], T],
        *,
        done: Callable[[T], None],
        failed: Callable[[ConsoleError], None] | None = None,
        partial: Callable[[object], None] | None = None,
        key: str = "",
        lane: str = "",
        title: str = "",
        priority: Priority = Priority.SCREEN,
        is_command: bool = False,
    ) -> Job:
        """Run `work` in a worker; `done`, `failed`, `partial` are called in the window's thread.

        key: a newer submit with the same key makes an older one's answer unwanted (dropped, cancelled).
        lane: jobs of one lane run one after another in order.
        title: shown among the running jobs in the status bar when not empty.
        is_command: was sent to the outside; never dropped or cancelled once it runs.
        """
        raise NotImplementedError

    def jobs(self) -> tuple[Job, ...]:
        """Titled jobs that wait or run."""
        raise NotImplementedError

    def stop(self, deadline_s: float = 5.0) -> bool:
        """Refuse new work, cancel what waits, wait; False when something did not end in time."""
        raise NotImplementedError
