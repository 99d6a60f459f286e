"""Events of sites: cached history, refresh of a span, and the live feed by polling."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.event import Event, EventKind
from chekt_console.store.cache import KnownSpan
from chekt_console.store.local import KeptDecision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

_DAY_MS = 86_400_000
_PAGE = 200
_MOST_PAGES = 500
_OVERLAP_MS = 10 * 60_000  # events come late: what was complete ten minutes ago is asked for again
_POLL_OVERLAP_MS = 2 * 60_000
_FIRST_POLL_PAGES = 25
_AHEAD_MS = _DAY_MS  # the server's clock may go before ours
_RESTORED = ("restored", "resolved", "closed", "cleared", "online")


@dataclass(frozen=True, slots=True)
class EventList:
    """Events newest first, complete between `from_ms` and `to_ms` unless is_truncated."""

    site_id: str
    events: tuple[Event, ...]
    from_ms: int
    to_ms: int
    as_of: datetime | None
    is_truncated: bool = False


class EventService:
    def __init__(self, client: Client, cache: Cache, local: LocalStore, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._local = local
        self._clock = clock
        self._poll_lock = threading.Lock()
        self._newest_ms: int | None = None

    def cached(self, site_id: str, days: int = 30) -> EventList:
        now = self._clock.now_ms()
        return self._list(site_id, now - days * _DAY_MS, now)

    def refresh(self, site: Site, days: int, progress: Progress) -> EventList:
        """Read what is missing from the server, store it, return the whole span. Pages are handed to progress.partial
        as EventList of what is known so far."""
        site_id = site.site_id
        now = self._clock.now_ms()
        wanted_ms = now - days * _DAY_MS
        known = self._cache.known_span(site_id)
        spans = [(wanted_ms, now + _AHEAD_MS)]
        if known is not None and known.to_ms > wanted_ms:
            spans = [(known.to_ms - _OVERLAP_MS, now + _AHEAD_MS)]
            if known.from_ms > wanted_ms:
                spans.append((wanted_ms, known.from_ms))
        is_truncated = False
        for from_ms, to_ms in spans:
            is_truncated |= not self._read_span(site_id, from_ms, to_ms, wanted_ms, now, progress)
        if not is_truncated:
            from_ms = min(wanted_ms, known.from_ms) if known and known.to_ms > wanted_ms else wanted_ms
            self._cache.put_known_span(site_id, KnownSpan(from_ms, now, self._as_datetime(now)))
        return replace(self._list(site_id, wanted_ms, now), is_truncated=is_truncated)

    def poll(self) -> tuple[Event, ...]:
        """New events of all sites since the last call, oldest first; stored before they are returned.

        An event that changed (a video came, a decision was made) is new again.
        """
        with self._poll_lock:
            is_first = self._newest_ms is None
            newest_ms = self._newest_ms
            if newest_ms is None:
                day_ago = self._clock.now_ms() - _DAY_MS
                newest_ms = max(self._cache.newest_ms() or day_ago, day_ago)
            start_ms = newest_ms - _POLL_OVERLAP_MS
            fresh: dict[str, Event] = {}
            cursor = ""
            # The first reading may be long: newest first, so that what is cut off is the oldest.
            for _ in range(_FIRST_POLL_PAGES if is_first else _MOST_PAGES):
                page = self._client.events.search(
                    start_ms=start_ms,
                    end_ms=self._clock.now_ms() + _AHEAD_MS,
                    limit=_PAGE,
                    cursor=cursor,
                    newest_first=is_first,
                )
                known = self._cache.versions(event.event_id for event in page.events)
                changed = [event for event in page.events if known.get(event.event_id) != event]
                self._cache.put_events(changed)
                fresh.update((event.event_id, event) for event in changed)
                newest_ms = max([newest_ms, *(event.instant_ms for event in page.events)])
                cursor = page.cursor
                if not cursor:
                    break
            self._newest_ms = newest_ms
        ordered = sorted(fresh.values(), key=lambda event: (event.instant_ms, event.event_id))
        return self._decided(ordered)

    def open_alarms(self) -> dict[str, int]:
        """Undecided alarms of the last 24 hours per site id, from the cache."""
        alarms = self._cache.recent(self._clock.now_ms() - _DAY_MS, (EventKind.ALARM,))
        return dict(Counter(event.site_id for event in self._decided(alarms) if not event.decision))

    def open_troubles(self) -> dict[str, int]:
        """Troubles of the last 24 hours per site id that have not been restored, from the cache."""
        latest: dict[tuple[str, str], Event] = {}
        for event in self._cache.recent(self._clock.now_ms() - _DAY_MS, (EventKind.TROUBLE,)):
            latest[event.site_id, event.device_key or event.device_id or event.device_name] = event
        return dict(Counter(event.site_id for event in latest.values() if not is_restored(event)))

    def find(self, event_id: str) -> Event | None:
        event = self._cache.event(event_id)
        return self._decided([event])[0] if event else None

    def decide(self, event: Event, decision: str, note: str) -> Event:
        """Real, false or unsure: written to disk before it returns; kept locally (no public endpoint takes it yet)."""
        kept = KeptDecision(event.event_id, decision, note, self._as_datetime(self._clock.now_ms()))
        self._local.put_decision(event.site_id, kept)
        return replace(event, decision=decision)

    def decision(self, event_id: str) -> KeptDecision | None:
        """What was decided on this computer, with its note and time."""
        return self._local.decision(event_id)

    def _read_span(
        self, site_id: str, from_ms: int, to_ms: int, wanted_ms: int, now: int, progress: Progress
    ) -> bool:
        """Newest first; False when cut off before `from_ms` was reached."""
        cursor = ""
        for number in range(_MOST_PAGES):
            progress.report(number, 0, "Reading events")
            page = self._client.events.search(
                site_id=site_id, start_ms=from_ms, end_ms=to_ms, limit=_PAGE, cursor=cursor
            )
            self._cache.put_events(page.events)
            cursor = page.cursor
            if not cursor:
                return True
            reached_ms = min((event.instant_ms for event in page.events), default=from_ms)
            progress.partial(replace(self._list(site_id, wanted_ms, now), from_ms=reached_ms))
        return False

    def _list(self, site_id: str, from_ms: int, now: int) -> EventList:
        known = self._cache.known_span(site_id)
        events = self._decided(self._cache.events(site_id, from_ms), site_id)
        if known is None:
            return EventList(site_id, events, now, now, None)
        return EventList(site_id, events, max(from_ms, known.from_ms), known.to_ms, known.as_of)

    def _decided(self, events: Iterable[Event], site_id: str = "") -> tuple[Event, ...]:
        """What was decided here counts until the server knows a decision of its own."""
        kept = self._local.decisions(site_id)
        if not kept:
            return tuple(events)
        return tuple(
            replace(event, decision=kept[event.event_id].decision)
            if event.event_id in kept and kept[event.event_id].decision != event.decision
            else event
            for event in events
        )

    @staticmethod
    def _as_datetime(instant_ms: int) -> datetime:
        return datetime.fromtimestamp(instant_ms / 1000, UTC)


def is_restored(event: Event) -> bool:
    """A trouble that tells of its own end."""
    words = f"{event.status} {event.subtype}".casefold()
    return any(word in words for word in _RESTORED)
