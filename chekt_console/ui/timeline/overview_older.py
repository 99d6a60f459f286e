"""Reads the history of all sites before the last month: three months, then a year, with its progress, and stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from chekt_console.api.priority import Priority
from chekt_console.ui.timeline.older_controller import HISTORY_DAYS

if TYPE_CHECKING:
    from chekt_console.background.runner import Job, Runner
    from chekt_console.errors import ConsoleError
    from chekt_console.services.overview_service import OverviewService
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

_STEPS = (HISTORY_DAYS, 90, 365)
_KEY = "timeline.overview.older"


class OverviewOlder(QObject):
    """Lives in the window's thread. `days` is how much of all sites is to be shown; `problem` why some of it is not known."""

    days_changed = Signal()  # more is to be shown, as far as the disk has it by now

    def __init__(
        self, pane: TimelinePane, runner: Runner, overview: OverviewService, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pane = pane
        self._runner = runner
        self._overview = overview
        self._is_shown = False
        self._read_days = HISTORY_DAYS  # of every site, to the end
        self.days = HISTORY_DAYS
        self.problem = ""
        self._job: Job | None = None
        pane.older.read_requested.connect(self._read)
        pane.older.stop_requested.connect(self._on_stop)
        runner.jobs_changed.connect(self._on_jobs_changed)

    def use(self, is_shown: bool) -> None:
        """Whether all sites are shown; what was asked for stays until another connection."""
        self._is_shown = is_shown
        self._cancel()
        if is_shown:
            self._offer()

    def _offer(self) -> None:
        following = next((days for days in _STEPS if days > self._read_days), 0)
        self._pane.older.offer(bool(following), f"Read {following} days of all sites")
        self._pane.older.place(self._pane.timeline.view)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
            self._pane.older.show_reading(None)

    def _read(self) -> None:
        days = next((days for days in _STEPS if days > self._read_days), 0)
        if not self._is_shown or self._job is not None or not days:
            return
        self._pane.older.show_reading(0.0)
        self._pane.older.place(self._pane.timeline.view)
        self._job = self._runner.submit(
            lambda progress: self._overview.read_older(days, progress),
            done=lambda failed: self._on_read(days, failed),
            failed=self._on_failed,
            partial=self._on_share,
            key=_KEY,
            title=f"{days} days of all sites",
            priority=Priority.BACKGROUND,
        )
        self.days, self.problem = days, ""
        self.days_changed.emit()  # what the disk has of them, at once

    def _on_share(self, share: object) -> None:
        if self._job is not None and isinstance(share, float):
            self._pane.older.show_reading(share)
            self._pane.older.place(self._pane.timeline.view)

    def _on_stop(self) -> None:
        if self._job is not None:
            self._end()

    def _on_jobs_changed(self) -> None:
        """It may have been cancelled in the list of running jobs."""
        if self._job is not None and self._job.is_cancelled:
            self._end()

    def _on_read(self, days: int, failed: int) -> None:
        if failed:
            self.problem = f"older events of {failed} site{'' if failed == 1 else 's'} could not be read"
        self._read_days = days
        self._end()

    def _on_failed(self, error: ConsoleError) -> None:
        self.problem = f"older events could not be read: {error.sentence}"
        self._end()

    def _end(self) -> None:
        """Whatever was read until now is shown, the rest stays unknown and can be asked for again."""
        self._cancel()
        if self._is_shown:
            self._offer()
            self.days_changed.emit()
