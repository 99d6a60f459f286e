"""The cached events of all sites at once, as columns: no object per event, so that a month of an account is shown together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_columns import EventColumns
from chekt_console.domain.event_facets import EventFacets, flags_of
from chekt_console.domain.time_spans import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.site import Site
    from chekt_console.domain.time_spans import Span
    from chekt_console.services.event_service import EventService
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

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
    events: StoredRows
    from_ms: int
    to_ms: int
    known: tuple[tuple[Span, ...], ...] = ()
    feed_to_ms: int = 0


class StoredRows:
    """Reads the whole event of a row from the cache when it is asked for, and keeps the last ones."""

    def __init__(
        self,
        cache: Cache,
        events: EventService,
        facets: EventFacets,
        instants: npt.NDArray[np.int64],
    ) -> None:
        self._cache = cache
        self._service = events
        self._facets = facets
        self._instants = instants
        self._row_of: dict[str, int] = {}
        self._read = lru_cache(maxsize=4096)(self._event_at)

    def __len__(self) -> int:
        return len(self._instants)

    def __getitem__(self, row: int) -> Event:
        return self._read(row)

    def __setitem__(self, row: int, event: Event) -> None:
        raise TypeError("the cache has it; read the overview again")

    def __iter__(self) -> Iterator[Event]:
        return (self[row] for row in range(len(self)))

    def append(self, event: Event) -> None:
        raise TypeError("the cache has it; read the overview again")

    @property
    def nbytes(self) -> int:
        """Of the instants; the few events that were looked at are not counted."""
        return self._instants.nbytes

    def row_of(self, event_id: str) -> int | None:
        """Of an event that was read already."""
        return self._row_of.get(event_id)

    def _event_at(self, row: int) -> Event:
        sample, at = self._facets.sample_of(row), int(self._instants[row])
        found = self._cache.events(sample.site_id, at, at + 1)
        same = [one for one in found if one.kind is sample.kind]
        alike = [one for one in same if one.device_key == sample.device_key and one.subtype == sample.subtype]
        free = [one for one in alike or same if self._row_of.get(one.event_id, row) == row]
        if not free:  # it changed or went since the columns were read
            return sample
        event = self._service.find(free[0].event_id) or free[0]
        self._row_of[event.event_id] = row
        return event


class OverviewService:
    def __init__(self, cache: Cache, local: LocalStore, events: EventService, clock: Clock) -> None:
        self._cache = cache
        self._local = local
        self._events = events
        self._clock = clock

    def read(self, days: int) -> Overview:
        """Slow with very many events: for a worker."""
        now = self._clock.now_ms()
        since = now - days * _DAY_MS
        codes: list[npt.NDArray[np.int32]] = []
        instants: list[npt.NDArray[np.int64]] = []
        flags: list[npt.NDArray[np.uint8]] = []
        samples: list[Event] = []
        for sample, texts in self._cache.instants_by_source(since):
            some = np.array(texts.split(","), np.int64)
            codes.append(np.full(len(some), len(samples), np.int32))
            flags.append(np.full(len(some), flags_of(sample), np.uint8))
            instants.append(some)
            samples.append(sample)
        all_codes = np.concatenate([np.empty(0, np.int32), *codes])
        all_instants = np.concatenate([np.empty(0, np.int64), *instants])
        facets = EventFacets.of_codes(samples, all_codes, np.concatenate([np.empty(0, np.uint8), *flags]))
        sites, _ = self._cache.sites()
        names = {site.site_id: site.name.casefold() for site in sites}
        found = {sample.site_id for sample in samples}
        site_ids = tuple(sorted(found, key=lambda one: (names.get(one, "~"), one)))
        lane_of = {site_id: lane for lane, site_id in enumerate(site_ids)}
        lanes = np.array([lane_of[sample.site_id] for sample in samples] or [0], np.int32)
        kinds = np.array([sample.kind for sample in samples] or [EventKind.ACTIVITY], np.uint8)
        columns = EventColumns.build(lanes[all_codes], kinds[all_codes], all_instants, len(site_ids))
        self._take_decisions(facets, all_instants)
        rows = StoredRows(self._cache, self._events, facets, all_instants)
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
        return Overview(sites, site_ids, columns, facets, rows, since, now, spans, feed_to_ms)

    def _take_decisions(self, facets: EventFacets, instants: npt.NDArray[np.int64]) -> None:
        """What was decided on this computer counts here too."""
        kept = self._local.decisions()
        for event in self._cache.versions(kept).values():
            for row in np.flatnonzero(instants == event.instant_ms).tolist():
                sample = facets.sample_of(row)
                if (sample.site_id, sample.kind, sample.device_key) == (
                    event.site_id, event.kind, event.device_key,
                ):  # fmt: skip
                    facets.put_decided(row, is_decided=bool(kept[event.event_id].decision))
