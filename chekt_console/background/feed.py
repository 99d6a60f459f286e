"""Asks the server for new events again and again, and knows how fresh what is on the screen is."""

from __future__ import annotations

import time
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.api.priority import Priority, anew
from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.domain.event import Event
    from chekt_console.errors import ConsoleError
    from chekt_console.services.event_service import EventService

_LIVE_POLL_MS = 10_000  # beside webhooks polling only fills gaps
_SLOWEST_POLL_MS = 30_000
_SOON_MS = 200
_LEAST_APART_MS = 1_000  # however often something is hinted at
_SHARE = 0.1  # of the requests a minute that the account allows
_STALE_AFTER_S = 15.0


class Pace(Enum):
    """For whom is asked, and how often in milliseconds."""

    WAITED_FOR = 1_000  # somebody looks at an alarm of now
    ON_SCREEN = 2_000
    AWAY = 10_000  # nobody looks, or the link is slow


class Freshness(Enum):
    """What the status bar says of the feed."""

    STOPPED = "stopped"
    LIVE = "live"
    POLLING = "polling"
    STALE = "stale"


class Feed(QObject):
    """Polls while started: at the pace of what is on screen, seldom beside webhooks, and never for more than its share of
    the request budget. Backs off while the server cannot be reached, and tells it."""

    events_arrived = Signal(object)  # tuple[Event, ...], oldest first
    freshness_changed = Signal(object, float)  # Freshness, time.time() of the last good answer (0: never)
    conflict_found = Signal(str)  # an event's number was used again for something else: a sentence
    recovered = Signal()  # the first good answer after failed ones
    missed_by_webhooks = Signal()  # a poll brought an alarm that happened while webhooks were to tell it

    def __init__(self, runner: Runner, events: EventService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._events = events
        self._is_on = False
        self._is_live = False
        self._live_polls = 0  # ended since webhooks come; the first may have begun before
        self._is_hinted = False
        self._began_tick = 0.0
        self._pace = Pace.ON_SCREEN
        self._per_minute = 0
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
        self._live_polls = 0
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

    @property
    def interval_ms(self) -> int:
        """Between two polls, as things are."""
        wanted = max(_LIVE_POLL_MS, self._pace.value) if self._is_live else self._pace.value
        least = 60_000 / (self._per_minute * _SHARE) if self._per_minute else 0
        return round(max(wanted, least))

    def set_pace(self, pace: Pace, per_minute: int = 0) -> None:
        """`per_minute`: the requests that the account allows, 0 when it is not known."""
        self._pace, self._per_minute = pace, per_minute
        if not self._failures:
            self._hasten(self.interval_ms)

    def poll_soon(self) -> None:
        """Something happened that will show as an event (a command, a restart of the server)."""
        if not self._is_on:
            return
        self._is_hinted = True
        if self._timer.isActive():
            self._failures = 0
            self._hasten(self._soon_ms)

    @property
    def _soon_ms(self) -> int:
        since_ms = round((time.monotonic() - self._began_tick) * 1000)
        return max(_SOON_MS, _LEAST_APART_MS - since_ms)

    def _hasten(self, wait_ms: int) -> None:
        """Never later than planned: who hints again and again must not put it off for ever."""
        if self._timer.isActive() and self._timer.remainingTime() > wait_ms:
            self._timer.start(wait_ms)

    def _poll(self) -> None:
        self._is_hinted = False
        self._began_tick = time.monotonic()
        self._runner.submit(
            lambda _: self._ask(),
            done=self._on_events,
            failed=self._on_failed,
            lane="feed",
            priority=Priority.SCREEN,
        )

    def _ask(self) -> tuple[tuple[Event, ...], str]:
        with anew():  # it asks again by itself; tried for half a minute it would call old what is on the screen up to date
            return self._events.poll(), self._events.conflict_words()

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
        if self._is_live:
            if self._live_polls > 1 and any(event.kind is EventKind.ALARM for event in events):
                self.missed_by_webhooks.emit()
            self._live_polls += 1
        self._timer.start(self._soon_ms if self._is_hinted else self.interval_ms)

    def _on_failed(self, error: ConsoleError) -> None:
        if not self._is_on:
            return
        self._failures += 1
        if time.monotonic() - self._last_good_tick > _STALE_AFTER_S or self._failures > 1:
            self._set_freshness(Freshness.STALE)
        backed_off_ms = min(Pace.ON_SCREEN.value * 2**self._failures, _SLOWEST_POLL_MS)
        self._timer.start(max(backed_off_ms, self.interval_ms))

    def _set_freshness(self, freshness: Freshness) -> None:
        if freshness is not self._freshness:
            self.since = time.time()
        self._freshness = freshness
        self.freshness_changed.emit(freshness, self._last_good)
