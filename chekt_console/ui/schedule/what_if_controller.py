"""Replays the site's past alarms against what is drawn, a moment after each change, in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from chekt_console.api.priority import Priority
from chekt_console.domain.schedule_replay import replay
from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.schedule.what_if_words import what_if_lines

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.services.event_service import EventService
    from chekt_console.ui.schedule.schedule_controller import ScheduleController
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.schedule.schedule_work import ScheduleWork

DAYS = 30
_AFTER_MS = 250
_AGAIN_MS = 3_000  # the history of a site just chosen is still being read
_KEY = "schedule.what_if"
_NOT_READ = "What if: the alarms of this site are still being read."


class WhatIfController(QObject):
    def __init__(
        self, pane: SchedulePane, controller: ScheduleController, runner: Runner, events: EventService
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._runner = runner
        self._events = events
        self._work: ScheduleWork | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        controller.work_shown.connect(self._on_work_shown)

    def look(self) -> None:
        """Replay what is on the screen now."""
        work = self._work
        zone = zone_of(work.site.timezone) if work is not None else None
        if work is None or work.base is None or zone is None:
            self._pane.below.show_what_if(())
            return
        site_id, saved, draft, has_draft = work.site.site_id, work.base.schedule, work.current, work.has_draft
        self._runner.submit(
            lambda progress: self._lines(progress, site_id, saved, draft, zone, has_draft=has_draft),
            done=lambda lines: self._on_lines(site_id, lines),
            failed=lambda _error: self._pane.below.show_what_if(()),
            key=_KEY,
            priority=Priority.SCREEN,
        )

    def _lines(
        self,
        _progress: Progress,
        site_id: str,
        saved: WeekSchedule,
        draft: WeekSchedule,
        zone: tzinfo,
        *,
        has_draft: bool,
    ) -> tuple[str, ...]:
        """Runs in a worker; empty while the history is not known."""
        history = self._events.cached(site_id, DAYS)
        if history.as_of is None:
            return ()
        replayed = replay(history.events, saved, draft, zone, history.from_ms, history.to_ms + 1)
        return what_if_lines(replayed, zone, DAYS, has_draft=has_draft)

    def _on_work_shown(self, work: ScheduleWork | None) -> None:
        self._work = work
        self._timer.start(_AFTER_MS)

    def _on_lines(self, site_id: str, lines: tuple[str, ...]) -> None:
        if self._work is None or self._work.site.site_id != site_id:
            return
        self._pane.below.show_what_if(lines or (_NOT_READ,))
        if not lines:
            self._timer.start(_AGAIN_MS)
