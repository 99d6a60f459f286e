"""What the timeline shows of one site: lanes, columns of events and the armed band. Built in a worker; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.armed_history import ArmedHistory
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_book import EventBook
from chekt_console.domain.event_columns import EventColumns
from chekt_console.domain.event_facets import EventFacets
from chekt_console.domain.event_filter import EventFilter
from chekt_console.domain.incident import DEFAULT_GAP_MS, Incidents, incidents_of_site
from chekt_console.domain.natural_order import natural
from chekt_console.domain.time_spans import gaps, joined
from chekt_console.ui.timeline.timeline_words import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from chekt_console.domain.event_book import EventRows
    from chekt_console.domain.event_columns import Hit
    from chekt_console.domain.time_spans import Span
    from chekt_console.services.event_service import EventList
    from chekt_console.services.overview_service import Overview

ARMING_LANE = "arming"
ALL_KINDS = frozenset(EventKind)
_GROUPS = {"camera": 0, "zone": 1, ARMING_LANE: 2, "panel": 3, "bridge": 3}
_NO_FILTER = EventFilter()


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the timeline. `device_key` names a Device.key when the lane is a known device, else ""."""

    key: str
    label: str
    device_key: str = ""
    site_id: str = ""

    @property
    def group(self) -> str:
        """What it may be collapsed with."""
        kind = self.key.partition(":")[0]
        return {
            "camera": "camera",
            "zone": "zone",
            ARMING_LANE: "panel",
            "panel": "panel",
            "bridge": "panel",
        }.get(kind, "other")

    @property
    def order(self) -> tuple[object, ...]:
        """Cameras, zones, arming, the rest; each by name, numbers in it by value."""
        group = _GROUPS.get(self.key.partition(":")[0], 4)
        return (group, natural(self.label), natural(self.key))


def lane_key(event: Event) -> str:
    if event.kind is EventKind.ARMING:
        return ARMING_LANE
    if event.device_key:
        return event.device_key
    if event.device_id:
        return f"id:{event.device_id}"
    if event.zone_number is not None:
        return f"zone:#{event.zone_number}"
    return f"name:{event.device_name}" if event.device_name else "site"


def lane_of(event: Event) -> Lane:
    key = lane_key(event)
    if key == ARMING_LANE:
        return Lane(key, "Panel · arming", site_id=event.site_id)
    name = clean(event.device_name, 80)
    if key.startswith("zone:") and event.zone_number is not None:
        zone = f"Zone {event.zone_number}"
        name = name if zone.casefold() in name.casefold() else f"{zone} · {name}" if name else zone
    if not name:
        kind = key.partition(":")[0].capitalize() if event.device_key else "Device"
        name = "Site" if key == "site" else clean(f"{kind} {event.device_id}", 80)
    return Lane(key, name, event.device_key, event.site_id)


class TimelineContent:
    """Events with everything a frame needs; belongs to the window's thread once it is shown."""

    def __init__(
        self,
        events: Sequence[Event] = (),
        *,
        known_from_ms: int = 0,
        known_to_ms: int = 0,
        as_of: datetime | None = None,
        is_truncated: bool = False,
        partition_names: Sequence[str] = (),
    ) -> None:
        keys = [lane_key(event) for event in events]
        newest = dict(zip(reversed(keys), reversed(events), strict=True))
        ordered = sorted((lane_of(event) for event in newest.values()), key=lambda lane: lane.order)
        number_of = {lane.key: number for number, lane in enumerate(ordered)}
        columns = EventColumns.build(
            np.fromiter((number_of[key] for key in keys), np.int32, len(events)),
            np.fromiter((event.kind for event in events), np.uint8, len(events)),
            np.fromiter((event.instant_ms for event in events), np.int64, len(events)),
            len(ordered),
        )
        armed = ArmedHistory(events, partition_names)
        self._hold(ordered, columns, EventFacets(events), EventBook(events), armed)
        self.known_from_ms = known_from_ms
        self.known_to_ms = known_to_ms
        self.as_of = as_of
        self.is_truncated = is_truncated
        self._partition_names = partition_names

    @classmethod
    def of(cls, events: EventList, wanted: EventFilter = _NO_FILTER) -> TimelineContent:
        """`wanted`: the filter they will be shown by."""
        content = cls(
            events.events,
            known_from_ms=events.from_ms,
            known_to_ms=events.to_ms,
            as_of=events.as_of,
            is_truncated=events.is_truncated,
            partition_names=events.partition_names,
        )
        content.incidents(DEFAULT_GAP_MS)  # while still in the worker
        content.filter_ahead(wanted)
        return content

    @classmethod
    def of_columns(
        cls,
        lanes: Sequence[Lane],
        columns: EventColumns,
        facets: EventFacets,
        events: EventRows,
        known: tuple[int, int],
    ) -> TimelineContent:
        """Without an object per event: `lanes` in the order of their numbers in the columns; `known` from and to."""
        content = cls()
        content._hold(list(lanes), columns, facets, events, ArmedHistory())
        content.known_from_ms, content.known_to_ms = known
        return content

    @classmethod
    def of_overview(cls, overview: Overview, wanted: EventFilter = _NO_FILTER) -> TimelineContent:
        """One lane a site; signals of different sites are no incident."""
        names = {site.site_id: clean(site.name, 80) for site in overview.sites}
        lanes = [
            Lane(f"site:{site_id}", names.get(site_id) or site_id, "", site_id)
            for site_id in overview.site_ids
        ]
        known = (overview.from_ms, overview.to_ms)
        content = cls.of_columns(lanes, overview.columns, overview.facets, overview.events, known)
        content.site_names = names
        content.is_overview = True
        content.lane_spans = {
            lane.key: spans for lane, spans in zip(content.lanes, overview.known, strict=False)
        }
        content.feed_to_ms = overview.feed_to_ms
        content.filter_ahead(wanted)
        return content

    def _hold(
        self,
        lanes: list[Lane],
        columns: EventColumns,
        facets: EventFacets,
        events: EventRows,
        band: ArmedHistory,
    ) -> None:
        self.lanes = lanes
        # Columns keep their lane numbers for ever; what the person sees is this order of them.
        self.lane_numbers = list(range(len(lanes)))
        self._number_of = {lane.key: number for number, lane in enumerate(lanes)}
        self.columns, self.facets, self.events, self.band = columns, facets, events, band
        self._incidents: dict[int, Incidents] = {}  # by gap, until the events change
        self._filtered: tuple[EventFilter, EventColumns] | None = None  # also until then
        self.is_overview = False
        self.lane_spans: dict[str, tuple[Span, ...]] = {}
        self.feed_to_ms = 0
        self.site_names: dict[str, str] = {}

    def key_of(self, event: Event) -> str:
        """Of the lane an event lies in."""
        return f"site:{event.site_id}" if self.is_overview else lane_key(event)

    def unknown_of(self, lane_key: str, from_ms: float, to_ms: float) -> list[Span]:
        """What of this time nobody has asked the server about for one lane of all sites."""
        spans = self.lane_spans.get(lane_key, ())
        if spans and spans[-1][1] == self.feed_to_ms < self.known_to_ms:
            spans = (*spans[:-1], (spans[-1][0], self.known_to_ms))
        return gaps(spans, from_ms, to_ms)

    @cached_property
    def _known_somewhere(self) -> tuple[Span, ...]:
        return joined(span for spans in self.lane_spans.values() for span in spans)

    def unknown_spans(self, from_ms: float, to_ms: float) -> list[Span]:
        """What of this time nobody has asked the server about, for any lane; nothing before the first answer came."""
        if not self.known_to_ms:
            return []
        if not self.is_overview:
            return gaps(((self.known_from_ms, self.known_to_ms),), from_ms, to_ms)
        live = ((self.feed_to_ms, self.known_to_ms),) if self.feed_to_ms else ()
        return gaps(joined((*self._known_somewhere, *live)), from_ms, to_ms)

    @property
    def nbytes(self) -> int:
        """Of what is held for each event."""
        return (
            self.columns.nbytes
            + self.events.nbytes
            + self.facets.nbytes
            + sum(column.nbytes for found in self._incidents.values() for column in found)
        )

    def __len__(self) -> int:
        return len(self.columns)

    def event(self, hit: Hit) -> Event:
        return self.events[hit.row]

    def row_of(self, event_id: str) -> int | None:
        return self.events.row_of(event_id)

    def incidents(self, gap_ms: int) -> Incidents:
        """Of this site; worked out once for each gap and kept until events change."""
        if self.is_overview:
            return Incidents()
        found = self._incidents.get(gap_ms)
        if found is None:
            found = incidents_of_site(
                self.columns.all_instants(), self.columns.instants_of(EventKind.ALARM), gap_ms
            )
            self._incidents[gap_ms] = found
        return found

    def filtered(self, wanted: EventFilter) -> Callable[[], EventColumns]:
        """Works out what of the events of now the filter lets through, of whatever kind; may be called in any thread."""
        plain = wanted.without_kinds()
        columns, facets = self.columns.as_now(), self.facets.as_now()
        return lambda: columns.where(facets.mask(plain))

    def filter_ahead(self, wanted: EventFilter) -> None:
        """While still in the worker, so that it can be shown at once."""
        if self.known_filtered(wanted) is None:
            self._filtered = (wanted.without_kinds(), self.filtered(wanted)())

    def known_filtered(self, wanted: EventFilter) -> EventColumns | None:
        """The same, where nothing has to be worked out."""
        plain = wanted.without_kinds()
        if plain.is_empty:
            return self.columns
        return self._filtered[1] if self._filtered is not None and self._filtered[0] == plain else None

    def add(self, events: Iterable[Event]) -> int:
        """Take in live events; one that is known already is replaced. Returns how many were new."""
        self._incidents.clear()
        self._filtered = None
        fresh: dict[tuple[str, EventKind], list[tuple[int, int]]] = {}
        appended: list[int] = []
        is_band_stale = False
        for event in events:
            row = self.events.row_of(event.event_id)
            if row is None:
                row = len(self.events)
                self.events.append(event)
                appended.append(row)
                self.band.add(event)
            else:
                old = self.events[row]
                self.events[row] = event
                if row < len(self.facets):
                    self.facets.put(row, event)
                is_band_stale = is_band_stale or EventKind.ARMING in (old.kind, event.kind)
                old_run = (lane_key(old), old.kind)
                if (old.instant_ms, old_run) == (event.instant_ms, (lane_key(event), event.kind)):
                    continue
                waiting = fresh.get(old_run, [])
                if (old.instant_ms, row) in waiting:
                    waiting.remove((old.instant_ms, row))
                else:
                    self.columns.remove(self._number_of[old_run[0]], old.kind, old.instant_ms, row)
            fresh.setdefault((lane_key(event), event.kind), []).append((event.instant_ms, row))
        if is_band_stale:
            self.band = ArmedHistory(self.events, self._partition_names)
        for (key, kind), pairs in fresh.items():
            if pairs:
                number = self._number_for(key, self.events[pairs[0][1]])
                self.columns.insert(number, kind, [pair[0] for pair in pairs], [pair[1] for pair in pairs])
        self.facets.append(self.events[row] for row in appended)
        return len(appended)

    def _number_for(self, key: str, event: Event) -> int:
        number = self._number_of.get(key)
        if number is None:
            number = self.columns.add_lane()
            self._number_of[key] = number
            lane = lane_of(event)
            place = sum(other.order < lane.order for other in self.lanes)
            self.lanes.insert(place, lane)
            self.lane_numbers.insert(place, number)
        return number
