"""Tells the review before saving what the alarms of the last 30 days say of the change, worked out in a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority
from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.schedule.site_history import read_history, understand
from chekt_console.ui.schedule.what_if_words import change_lines, sum_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.runner import Runner
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService
    from chekt_console.ui.schedule.schedule_dialogs import SaveDialog
    from chekt_console.ui.schedule.site_history import SiteHistory, Understanding

DAYS = 30
_AGAIN_MS = 3_000
_PATIENCE = 2  # so many looks later it is asked for here
_KEY = "schedule.review"
_NO_ZONE = "What past alarms say is not known: neither is the site's time zone."


class SaveReview(QObject):
    what_if_requested = Signal()

    def __init__(
        self, runner: Runner, events: EventService, now_ms: Callable[[], int], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._events = events
        self._now_ms = now_ms
        self._dialog: SaveDialog | None = None
        self._site: Site | None = None
        self._looks = 0  # at a history that is not known yet
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self._replay)

    def open(self, dialog: SaveDialog, site: Site, history: SiteHistory | None) -> None:
        """`history`: what was read of the site already."""
        self._dialog, self._site, self._looks = dialog, site, 0
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.what_if_requested.connect(self.what_if_requested)
        self._replay(history)

    def _replay(self, known: SiteHistory | None = None) -> None:
        dialog, site = self._dialog, self._site
        if dialog is None or site is None:
            return
        if zone_of(site.timezone) is None:
            dialog.show_what_if(_NO_ZONE)
            return
        events, now_ms = self._events, self._now_ms()
        before, after = dialog.before, dialog.after
        must_read = self._looks >= _PATIENCE
        self._runner.submit(
            lambda progress: _understood(
                events, site, known, before, after, now_ms, progress, must_read=must_read
            ),
            done=lambda found: self._on_understood(dialog, found),
            failed=lambda error: self._on_failed(dialog, error),
            key=_KEY,
            priority=Priority.PERSON,
        )

    def _on_understood(self, dialog: SaveDialog, found: Understanding | None) -> None:
        if dialog is not self._dialog:
            return
        if found is None:  # the site's history is still being read
            self._looks += 1
            self._again.start()
            return
        lines = change_lines(found) or ["· No alarm changes between armed and disarmed, or in the mode."]
        dialog.show_what_if("\n".join((sum_words(found), *lines)), can_show=True)

    def _on_failed(self, dialog: SaveDialog, error: ConsoleError) -> None:
        if dialog is self._dialog:
            dialog.show_what_if(f"What past alarms say is not known. {error.sentence}")

    def _forget(self, dialog: SaveDialog) -> None:
        if dialog is self._dialog:
            self._dialog = self._site = None
            self._again.stop()


def _understood(
    events: EventService,
    site: Site,
    known: SiteHistory | None,
    before: WeekSchedule,
    after: WeekSchedule,
    now_ms: int,
    progress: Progress,
    *,
    must_read: bool,
) -> Understanding | None:
    """Runs in a worker."""
    history = known if known is not None and known.days == DAYS else None
    history = history or read_history(events, site, DAYS, progress, must_read=must_read)
    return None if history is None else understand(history, before, after, now_ms)
