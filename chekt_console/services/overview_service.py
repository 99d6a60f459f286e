"""The cached events of all sites at once, as columns: no object per event, so that a month of an account is shown together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.event_book import EventBook
from chekt_console.domain.event_columns import EventColumns
from chekt_console.domain.event_facets import EventFacets, flags_of
from chekt_console.domain.natural_order import natural
from chekt_console.domain.progress import OnlyWhetherWanted
from chekt_console.domain.time_spans import joined
from chekt_console.errors import NotSignedIn, TooManyRequests, Unreachable, WorldFailed

if TYPE_CHECKING:
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.domain.time_spans import Span
    from chekt_console.services.event_service import EventService
    from chekt_console.store.cache import Cache

_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Overview:
    """Lanes of the columns are `site_ids` in their order; `sites` those that are known by name. From and to: the time
    that was asked for; `known` says for each lane what of it was read from the server, in order and apart. `feed_to_ms`:
    where a lane is known up to there, each poll moves its end on; 0 before the first poll."""

    sites: tuple[Site, ...]
    site_ids: tuple[str, ...]
    columns: EventColumns
    facets: EventFacets
    events: EventBook
    from_ms: int
    to_ms: int
    known: tuple[tuple[Span, ...], ...] = ()
    feed_to_ms: int = 0


class OverviewService:
    def __init__(self, cache: Cache, events: EventService, clock: Clock) -> None:
        self._cache = cache
        self._events = events
        self._clock = clock

    def read(self, days: int) -> Overview:
        """Slow with very many events: for a worker."""
        now = self._clock.now_ms()
        since = now - days * _DAY_MS
        found = self._cache.days.since(since)
        book = EventBook.of_columns(*found)
        self._take_kept(book)
        codes, samples = book.codes, book.samples
        sites, _ = self._cache.sites()
        names = {site.site_id: natural(site.name) for site in sites}
        seen = {sample.site_id for sample in samples}
        site_ids = tuple(sorted(seen, key=lambda one: (names.get(one) or "~", natural(one), one)))
        lane_of = {site_id: lane for lane, site_id in enumerate(site_ids)}
        lanes = np.array([lane_of[sample.site_id] for sample in samples], np.int32)
        kinds = np.array([sample.kind for sample in samples], np.uint8)
        flags = np.array([flags_of(sample) for sample in samples], np.uint8)
        columns = EventColumns.build(lanes[codes], kinds[codes], found.instants, len(site_ids))
        facets = EventFacets.of_codes(samples, codes, flags[codes])
        feed = self._events.feed_span
        known = self._cache.known_spans()
        spans = tuple(
            joined(
                [
                    *([(read.from_ms, read.to_ms)] if (read := known.get(one)) else []),
                    *([feed] if feed else []),
                ]
            )
            for one in site_ids
        )
        feed_to_ms = feed[1] if feed else 0
        return Overview(sites, site_ids, columns, facets, book, since, now, spans, feed_to_ms)

    def read_older(self, days: int, progress: Progress) -> int:
        """The history of every site back so far, site by site; what the disk has needs no server, and what was broken off
        goes on there. progress.partial is told how far it is: a number from 0 to 1. Returns how many sites could not be
        read; when the server does not answer at all, or no longer knows the key, the error ends the reading."""
        sites, _ = self._cache.sites()
        failed = 0
        from_ms = self._clock.now_ms() - days * _DAY_MS
        for number, site in enumerate(sites):
            progress.report(number, len(sites), site.name)
            progress.partial(number / len(sites))
            try:
                self._events.read_older(site, from_ms, OnlyWhetherWanted(progress))
            except (TooManyRequests, Unreachable, NotSignedIn):
                raise
            except WorldFailed:
                failed += 1
        self.pack(days, progress)
        return failed

    def pack(self, days: int, progress: Progress) -> int:
        """So that the next reading is quick: days of which an event changed since they were packed."""
        now = self._clock.now_ms()
        return self._cache.days.pack(now - days * _DAY_MS, now, progress)

    def _take_kept(self, book: EventBook) -> None:
        """What was decided on this computer counts here too, and how far the center has come."""
        rows = book.rows_of(self._events.kept_ids())
        before = [book[row] for row in rows]
        for row, old, new in zip(rows, before, self._events.as_kept(before), strict=True):
            if new != old:
                book[row] = new
