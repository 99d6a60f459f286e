"""A runner without threads: work runs at once, or when the test says so."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from chekt_console.api.priority import Priority
from chekt_console.errors import Cancelled, ConsoleError


@dataclass
class SyncJob:
    """One submitted piece of work with everything it was submitted with."""

    work: Any
    done: Any
    failed: Any = None
    partial_callback: Any = None
    cancelled: Any = None
    key: str = ""
    lane: str = ""
    title: str = ""
    priority: Priority = Priority.SCREEN
    is_command: bool = False
    is_local: bool = False
    is_running: bool = True
    is_cancelled: bool = False
    reports: list[str] = field(default_factory=list)

    def cancel(self) -> None:
        self.is_cancelled = True
        if self.cancelled is not None:
            self.cancelled()

    def report(self, done: int, total: int, text: str = "") -> None:
        self.check()
        self.text = text
        self.reports.append(text)
        self.partial_report = (done, total)

    def partial(self, value: object) -> None:
        self.check()
        if self.partial_callback is not None:
            self.partial_callback(value)

    def check(self) -> None:
        if self.is_cancelled:
            raise Cancelled

    def run(self) -> None:
        try:
            result = self.work(self)
        except Cancelled:
            self.is_running = False
            return
        except ConsoleError as error:
            self.is_running = False
            if self.failed is not None:
                self.failed(error)
            return
        self.is_running = False
        if not self.is_cancelled:
            self.done(result)


class SyncRunner:
    """`is_held`: jobs wait until `run_next`. A newer job of the same key makes an older waiting one unwanted."""

    def __init__(self, *, is_held: bool = False) -> None:
        self.is_held = is_held
        self.waiting: list[SyncJob] = []
        self.submitted: list[SyncJob] = []

    def submit(
        self, work: Any, *, done: Any, failed: Any = None, partial: Any = None, **rest: Any
    ) -> SyncJob:
        job = SyncJob(work, done, failed, partial, **rest)
        self.submitted.append(job)
        if job.key:
            for other in self.waiting:
                if other.key == job.key and not other.is_command:
                    other.cancel()
        if self.is_held:
            self.waiting.append(job)
        else:
            job.run()
        return job

    def run_next(self) -> SyncJob:
        job = self.waiting.pop(0)
        job.run()
        return job

    def run_all(self) -> None:
        while self.waiting:
            self.run_next()
