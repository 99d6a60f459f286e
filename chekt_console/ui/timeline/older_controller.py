"""Reads the history before the last month: by the button, or by itself where the view was moved to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.ui.timeline.building_progress import BuildingProgress
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_geometry import DAY_MS

if TYPE_CHECKING:
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService
    from chekt_console.ui.timeline.timeline_pane import TimelinePane

HISTORY_DAYS = 30
_STEP_DAYS = 30
_KEY = "timeline.older"
_SETTLE_MS = 400
# So much of the view must be unknown before it is read by itself: a look at everything moves a little beyond the end.
_UNKNOWN_SHARE = 0.4


class OlderController(QObject):
    """Lives in the window's thread. Is told which site is shown and when its last month is there."""

    content_read = Signal(object, object)  # Site, TimelineContent
    part_read = Signal(object, object)

    def __init__(self, pane: TimelinePane, runner: Runner, events: EventService, parent: QObject) -> None:
        super().__init__(parent)
        self._pane = pane
        self._runner = runner
        self._events = events
        self._site: Site | None = None
        self._is_ready = False
        self._is_stopped = False  # by the person or by an error: goes on only when asked
        self._from_ms: float | None = None
        self._job: Job | None = None
        self._settled = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settled.timeout.connect(self._on_settled)
        pane.older.read_requested.connect(self._on_requested)
        pane.older.stop_requested.connect(self.stop)
        pane.timeline.view_changed.connect(self._on_view_changed)
        runner.jobs_changed.connect(self._on_jobs_changed)

    @property
    def days(self) -> int:
        """How much of the site's history is shown."""
        if self._from_ms is None:
            return HISTORY_DAYS
        known_days = (self._pane.timeline.now_ms - self._from_ms) / DAY_MS
        # Once stopped, a part of a day is not made whole.
        return max(HISTORY_DAYS, math.floor(known_days) if self._is_stopped else math.ceil(known_days))

    @property
    def is_reading(self) -> bool:
        return self._job is not None and not self._job.is_cancelled

    def use_site(self, site: Site | None) -> None:
        """Another one, or none whose history could be read: begins with the last month again."""
        self._cancel()
        self._site, self._from_ms = site, None
        self._is_ready = self._is_stopped = False
        self._pane.older.offer(False)

    def be_ready(self) -> None:
        """The last month of the site is shown as the server has it."""
        self._is_ready = self._site is not None
        self._pane.older.offer(self._is_ready)
        self._on_view_changed()

    def stop(self) -> None:
        self._cancel()
        self._end_early()
        self._on_view_changed()

    def _end_early(self) -> None:
        """Not a day more than what is known is read from now on, also when the site is read again."""
        self._is_stopped = True
        if self._from_ms is not None:
            self._from_ms = max(self._from_ms, self._pane.timeline.content.known_from_ms)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._pane.older.show_reading(None)

    def _on_requested(self) -> None:
        self._is_stopped = False
        self._read()

    def _on_view_changed(self) -> None:
        self._pane.older.place(self._pane.timeline.view)
        if self._is_wanted() and not self._settled.isActive():
            self._settled.start()

    def _on_settled(self) -> None:
        if self._is_wanted():
            self._read()

    def _on_jobs_changed(self) -> None:
        """It may have been cancelled in the list of running jobs."""
        if self._job is not None and self._job.is_cancelled:
            self._job = None
            self.stop()

    def _is_wanted(self) -> bool:
        if not self._is_ready or self._is_stopped or self.is_reading:
            return False
        content, axis = self._pane.timeline.content, self._pane.timeline.axis
        if content.is_overview or not content.known_to_ms:
            return False
        unknown_ms = min(content.known_from_ms, axis.to_ms) - axis.from_ms
        return unknown_ms >= axis.span_ms * _UNKNOWN_SHARE

    def _read(self) -> None:
        site, content = self._site, self._pane.timeline.content
        if site is None or not self._is_ready or self.is_reading or content.is_overview:
            return
        known_ms = content.known_from_ms
        from_ms = int(min(known_ms - _STEP_DAYS * DAY_MS, self._pane.timeline.axis.from_ms))
        self._from_ms = from_ms
        self._pane.older.show_reading(0.0)
        self._pane.older.place(self._pane.timeline.view)
        wanted = self._pane.event_filter.value
        self._job = self._runner.submit(
            lambda progress: TimelineContent.of(
                self._events.read_older(site, from_ms, BuildingProgress(progress, wanted)), wanted
            ),
            done=lambda content: self._on_read(site, content, known_ms),
            failed=lambda error: self._on_failed(site, error),
            partial=lambda value: self._on_partial(site, value),
            key=_KEY,
            title=f"Older events of {site.name}",
            priority=Priority.BACKGROUND,
        )

    def _is_current(self, site: Site) -> bool:
        return self._site is not None and self._site.site_id == site.site_id and self.is_reading

    def _on_partial(self, site: Site, value: object) -> None:
        if not self._is_current(site):
            return
        if isinstance(value, float):
            self._pane.older.show_reading(value)
            self._pane.older.place(self._pane.timeline.view)
        elif isinstance(value, TimelineContent) and len(value) >= len(self._pane.timeline.content):
            self.part_read.emit(site, value)

    def _on_read(self, site: Site, content: TimelineContent, known_ms: int) -> None:
        if not self._is_current(site):
            return
        self._job = None
        self._pane.older.show_reading(None)
        # A server that gives no older page again and again is not asked for ever.
        self._is_stopped = content.known_from_ms >= known_ms
        self.content_read.emit(site, content)
        self._on_view_changed()

    def _on_failed(self, site: Site, error: ConsoleError) -> None:
        if not self._is_current(site):
            return
        self._job = None
        self._end_early()
        self._pane.older.show_reading(None)
        self._pane.show_note(f"older events could not be read: {error.sentence}")
