"""Asks the server for new events again and again, and knows how fresh what is on the screen is."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService

_POLL_MS = 2_000
_LIVE_POLL_MS = 10_000  # beside webhooks polling only fills gaps
_SLOWEST_POLL_MS = 30_000
_STALE_AFTER_S = 15.0


class Freshness(Enum):
    """What the status bar says of the feed."""

    STOPPED = "stopped"
    LIVE = "live"
    POLLING = "polling"
    STALE = "stale"


class Feed(QObject):
    """Polls while started, seldom beside webhooks; backs off while the server cannot be reached, and tells both."""

    events_arrived = Signal(object)  # tuple[Event, ...], oldest first
    freshness_changed = Signal(object, float)  # Freshness, time.time() of the last good answer (0: never)
    conflict_found = Signal(str)  # an event's number was used again for something else: a sentence
    recovered = Signal()  # the first good answer after failed ones

    def __init__(self, runner: Runner, events: EventService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._events = events
        self._is_on = False
        self._is_live = False
        self._conflict = ""
        self._failures = 0
        self._last_good = 0.0
        self._last_good_tick = 0.0
        self._freshness = Freshness.STOPPED
        self.since = time.time()  # when `freshness` became what it is
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._poll)

    @property
    def freshness(self) -> Freshness:
        return self._freshness

    def start(self) -> None:
        self._is_on = True
        self._timer.start(0)

    def stop(self) -> None:
        self._is_on = False
        self._timer.stop()
        self._set_freshness(Freshness.STOPPED)

    def set_live(self, is_live: bool) -> None:
        """Webhooks come, or no longer do: then what was missed is asked for at once."""
        if is_live == self._is_live:
            return
        self._is_live = is_live
        if self._freshness in (Freshness.LIVE, Freshness.POLLING):
            self._set_freshness(self._good)
        self.poll_soon()

    def add(self, events: tuple[Event, ...]) -> None:
        """Events that came by webhook; they are stored already."""
        if self._is_on and events:
            self.events_arrived.emit(events)

    @property
    def _good(self) -> Freshness:
        return Freshness.LIVE if self._is_live else Freshness.POLLING

    def poll_soon(self) -> None:
        """Something happened that will show as an event (a command, a restart of the server)."""
        if self._is_on and self._timer.isActive():
            self._failures = 0
            self._timer.start(200)

    def _poll(self) -> None:
        self._runner.submit(
            lambda _: (self._events.poll(), self._events.conflict_words()),
            done=self._on_events,
            failed=self._on_failed,
            lane="feed",
            priority=Priority.SCREEN,
        )

    def _on_events(self, polled: tuple[tuple[Event, ...], str]) -> None:
        if not self._is_on:
            return
        events, conflict = polled
        if conflict and conflict != self._conflict:
            self._conflict = conflict
            self.conflict_found.emit(conflict)
        was_failing, self._failures = self._failures > 0, 0
        self._last_good, self._last_good_tick = time.time(), time.monotonic()
        self._set_freshness(self._good)
        if was_failing:
            self.recovered.emit()
        if events:
            self.events_arrived.emit(events)
        self._timer.start(_LIVE_POLL_MS if self._is_live else _POLL_MS)

    def _on_failed(self, error: ConsoleError) -> None:
        if not self._is_on:
            return
        self._failures += 1
        if time.monotonic() - self._last_good_tick > _STALE_AFTER_S or self._failures > 1:
            self._set_freshness(Freshness.STALE)
        self._timer.start(min(_POLL_MS * 2**self._failures, _SLOWEST_POLL_MS))

    def _set_freshness(self, freshness: Freshness) -> None:
        if freshness is not self._freshness:
            self.since = time.time()
        self._freshness = freshness
        self.freshness_changed.emit(freshness, self._last_good)
