"""Between the schedule editor and the site's past: bars, what-if, plan and reality, suggestion and staff checks, read in workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_columns import keeping_real, what_if
from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.schedule.reality_panel import RealityPanel
from chekt_console.ui.schedule.save_review import DAYS, SaveReview
from chekt_console.ui.schedule.site_history import SiteHistory, Understanding, read_history, understand
from chekt_console.ui.schedule.suggest_panel import SuggestPanel
from chekt_console.ui.schedule.what_if_panel import READING, WhatIfPanel

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.schedule_checks import Finding
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService
    from chekt_console.ui.schedule.period_panel import PeriodPanel
    from chekt_console.ui.schedule.schedule_controller import ScheduleController
    from chekt_console.ui.schedule.schedule_dialogs import SaveDialog
    from chekt_console.ui.schedule.schedule_pane import SchedulePane
    from chekt_console.ui.schedule.schedule_work import ScheduleWork
    from chekt_console.ui.shared.selection import Selection

_AFTER_MS = 200
_AGAIN_MS = 3_000  # the history of a site just chosen is still being read
_PATIENCE = (
    2  # so many looks later it is asked for here: somebody has to hear that the server does not answer
)
_OLD_MS = 60_000  # what came meanwhile is read with the next change
_READ = "schedule.history"
_REPLAY = "schedule.understanding"
_NO_ZONE = "The site's time zone is not known, so past events cannot be told in its time."


class UnderstandingController(QObject):
    """Lives in the window's thread; an answer about a site that is no longer shown is dropped."""

    review_requested = Signal(object)  # Event, which is selected already

    def __init__(
        self,
        pane: SchedulePane,
        panel: PeriodPanel,
        controller: ScheduleController,
        selection: Selection,
        runner: Runner,
        events: EventService,
    ) -> None:
        super().__init__(pane)
        self._pane = pane
        self._panel = panel
        self._selection = selection
        self._runner = runner
        self._events = events
        self._work: ScheduleWork | None = None
        self._history: SiteHistory | None = None
        self._read_at_ms = 0
        self._looks = 0  # at a history that is not known yet
        self.what_if = WhatIfPanel(pane.style_words)
        self.reality = RealityPanel(pane.theme, pane.style_words)
        self.suggest = SuggestPanel(pane.style_words)
        pane.below.add_tab(self.what_if, "What if", is_long=True)
        pane.below.add_tab(self.reality, "Plan and reality", is_long=True)
        pane.below.add_tab(self.suggest, "Suggest", is_long=True)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.look)
        self.review = SaveReview(runner, events, lambda: pane.now_ms, self)
        self.review.what_if_requested.connect(self._on_what_if_requested)
        controller.saver.review_opened.connect(self._on_review_opened)
        controller.work_shown.connect(self._on_work_shown)
        pane.day_began.connect(self.look)
        self.what_if.days_chosen.connect(self._on_days_chosen)
        self.what_if.keep_requested.connect(self._on_keep_requested)
        self.what_if.review_requested.connect(self._on_review_requested)
        self.reality.strip.span_chosen.connect(selection.select_span)
        self.suggest.use_requested.connect(self._on_use_requested)
        panel.fix_requested.connect(self._on_fix_requested)

    @property
    def history(self) -> SiteHistory | None:
        return self._history

    def look(self) -> None:
        """Read the past when it is not known or old, then tell what it says of what is on the screen."""
        work, history = self._work, self._history
        if work is None or work.base is None:
            return
        if zone_of(work.site.timezone) is None:
            self._say(_NO_ZONE)
            return
        is_known = history is not None and history.days == self.what_if.days
        if history is None or not is_known or self._pane.now_ms - self._read_at_ms > _OLD_MS:
            self._read(work, self.what_if.days)
        else:
            self._replay(history)

    def _read(self, work: ScheduleWork, days: int) -> None:
        site = work.site
        if self._history is None or self._history.days != days:
            self.what_if.show_words(READING)
        must_read = self._looks >= _PATIENCE
        self._runner.submit(
            lambda progress: read_history(self._events, site, days, progress, must_read=must_read),
            done=lambda history: self._on_history(site.site_id, days, history),
            failed=lambda error: self._on_failed(site.site_id, error),
            key=_READ,
            priority=Priority.SCREEN,
        )

    def _on_history(self, site_id: str, days: int, history: SiteHistory | None) -> None:
        if not self._is_shown(site_id) or days != self.what_if.days:
            return
        if history is None:
            self._say(READING)
            self._looks += 1
            self._timer.start(_AGAIN_MS)
            return
        self._looks = 0
        self._history = history
        self._read_at_ms = self._pane.now_ms
        self._pane.grid.set_bars(history.bars)
        self._panel.show_staff(history.staff)
        self._replay(history)

    def _replay(self, history: SiteHistory) -> None:
        work = self._work
        if work is None or work.base is None:
            return
        saved, draft, now_ms = work.base.schedule, work.current, self._pane.now_ms
        self._runner.submit(
            lambda _progress: understand(history, saved, draft, now_ms),
            done=self._on_understood,
            failed=lambda error: self._on_failed(history.site_id, error),
            key=_REPLAY,
            is_local=True,
        )

    def _on_understood(self, found: Understanding) -> None:
        if not self._is_shown(found.history.site_id):
            return
        self.what_if.show_understanding(found, can_edit=self._pane.grid.is_editable)
        self.reality.show_matched(found.reality, found.history.zone)
        self.suggest.show_understanding(found, can_edit=self._pane.grid.is_editable)

    def _on_failed(self, site_id: str, error: ConsoleError) -> None:
        if self._is_shown(site_id):
            self._say(f"The events of this site could not be read. {error.sentence}")

    def _say(self, words: str) -> None:
        for part in (self.what_if, self.reality, self.suggest):
            part.show_words(words)

    def _is_shown(self, site_id: str) -> bool:
        return self._work is not None and self._work.site.site_id == site_id

    def _on_work_shown(self, work: ScheduleWork | None) -> None:
        known = self._history
        if known is not None and (work is None or work.site.site_id != known.site_id):
            self._history = None
            self._pane.grid.set_bars(None)
            self._panel.show_staff(None)
            self._say(READING)
        if self._work is None or work is None or work.site.site_id != self._work.site.site_id:
            self._looks = 0
        self._work = work
        self._timer.start(_AFTER_MS)

    def _on_days_chosen(self, _days: int) -> None:
        self.look()

    def _on_review_opened(self, dialog: SaveDialog, work: ScheduleWork) -> None:
        self.review.open(dialog, work.site, self._history if self._is_shown(work.site.site_id) else None)

    def show_what_if(self) -> None:
        self._pane.below.show_tab(self.what_if)

    def _on_what_if_requested(self) -> None:
        """The same alarms that the review counted."""
        self.show_what_if()
        self.what_if.close_lists()
        if self.what_if.days != DAYS:
            self.what_if.spans.button(DAYS).click()
        self.what_if.table.setFocus()

    def _on_review_requested(self, event: Event) -> None:
        self._selection.select_event(event)
        self.review_requested.emit(event)

    def _on_keep_requested(self, found: Understanding) -> None:
        """In the week as it is now, which may have been changed since it was replayed."""
        now, zone = self._pane.grid.schedule, found.history.zone
        replayed = (
            found.what_if if now == found.draft else what_if(found.history.columns, found.saved, now, zone)
        )
        self._pane.grid.edit(keeping_real(replayed, now, zone), "Keep real alarms armed")

    def _on_use_requested(self, suggested: WeekSchedule) -> None:
        """Dates with hours of their own stay as they are now: a habit of weekdays says nothing of them."""
        exceptions = self._pane.grid.schedule.exceptions
        self._pane.grid.edit(WeekSchedule(suggested.periods, exceptions), "Suggestion")

    def _on_fix_requested(self, finding: Finding) -> None:
        if finding.fixed is not None:
            self._pane.grid.edit(finding.fixed, finding.fix)
