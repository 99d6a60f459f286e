"""Undecided alarms of all sites and days: what is cached at once, the history behind it read page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.review_queue import ArmedHistory, weighed
from chekt_console.store.cache import KnownSpan

if TYPE_CHECKING:
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.review_queue import QueuedAlarm
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

_DAY_MS = 86_400_000
_HISTORY_DAYS = 30
_PAGE = 200
_MOST_PAGES = 60  # of a big account: the newest of it, the rest at later starts
_MOST_ALARMS = 5_000  # more than anybody reviews in a day; the rest follows as these are decided
_OVERLAP_MS = 10 * 60_000
_WANTED = ("alarm", "video event", "intrusion", "panic", "fire", "burglary", "arming", "open/close")
_ALL_SITES = ""  # the span that is known of every site


@dataclass(frozen=True, slots=True)
class QueueRead:
    """`from_ms`: since then every alarm of every site is in it; None when the history has not been read yet."""

    alarms: tuple[QueuedAlarm, ...]
    from_ms: int | None
    is_cut: bool = False


class QueueService:
    def __init__(self, client: Client, cache: Cache, local: LocalStore, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._local = local
        self._clock = clock

    def read(self) -> QueueRead:
        """From the disk; what was decided on this computer counts."""
        now = self._clock.now_ms()
        kept = self._local.decisions()
        # The cache does not know what was decided here: so many more are read.
        limit = _MOST_ALARMS + len(kept)
        found = self._cache.all_events.open_alarms(limit)
        is_cut = len(found) == limit
        taken_back = [event_id for event_id, one in kept.items() if not one.decision]
        events = {event.event_id: event for event in found}
        for event in self._cache.versions(taken_back).values():
            events[event.event_id] = event
        open_events = [one for key, one in events.items() if key not in kept or not kept[key].decision]
        oldest = min((event.instant_ms for event in open_events), default=now)
        history = ArmedHistory(self._cache.all_events.arming_marks(oldest - 7 * _DAY_MS))
        alarms = tuple(
            weighed(event, history.mode_at(event.site_id, event.instant_ms), now) for event in open_events
        )
        known = self._cache.known_span(_ALL_SITES)
        return QueueRead(alarms, known.from_ms if known else None, is_cut)

    def read_back(self, progress: Progress) -> QueueRead:
        """Read the history of all sites from the server, newest first, as far as it is missing; pages of it are handed to
        `progress.partial` as QueueRead."""
        now = self._clock.now_ms()
        wanted = now - _HISTORY_DAYS * _DAY_MS
        known = self._cache.known_span(_ALL_SITES)
        if known is not None and not wanted < known.to_ms <= now + _OVERLAP_MS:
            known = None  # too old, or this computer's clock was wrong then
        from_ms = known.from_ms if known is not None else now
        if known is not None:
            reached = self._read_span(known.to_ms - _OVERLAP_MS, now, progress)
            if reached > known.to_ms:  # a gap between: what lies before it is to be read again
                from_ms = reached
            self._keep(from_ms, now)
        if from_ms > wanted:
            self._keep(self._read_span(wanted, from_ms, progress), now)
        return self.read()

    def _keep(self, from_ms: int, to_ms: int) -> None:
        as_of = datetime.fromtimestamp(to_ms / 1000, UTC)
        self._cache.put_known_span(_ALL_SITES, KnownSpan(from_ms, to_ms, as_of))

    def _read_span(self, from_ms: int, to_ms: int, progress: Progress) -> int:
        """From which instant on it is complete now. Only what may hold alarms or tell the armed state is asked for, where
        the server has such categories: the rest of the log would cost a third of the budget."""
        named = self._client.events.categories()
        wanted = [one for one, name in named if any(word in name.casefold() for word in _WANTED)]
        return max(self._pages(one, from_ms, to_ms, progress) for one in wanted or [""])

    def _pages(self, category_id: str, from_ms: int, to_ms: int, progress: Progress) -> int:
        cursor, reached = "", to_ms
        for number in range(_MOST_PAGES):
            progress.report(number, 0, "Reading alarms of all sites")
            page = self._client.events.search(
                start_ms=from_ms, end_ms=to_ms, category_id=category_id, limit=_PAGE, cursor=cursor
            )
            self._cache.put_events(page.events)
            if not page.cursor:
                return from_ms
            if page.cursor == cursor:
                break
            cursor = page.cursor
            reached = min([reached, *(event.instant_ms + 1 for event in page.events)])
            if number & (number + 1) == 0:
                progress.partial(self.read())
        return reached
