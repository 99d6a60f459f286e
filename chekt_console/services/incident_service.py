"""What is cached around an alarm, put together into its incident and the chain that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.armed_history import armed_at
from chekt_console.domain.device import DeviceKind
from chekt_console.domain.event import SCHEDULE_CHANGE, EventKind
from chekt_console.domain.incident import DEFAULT_GAP_MS, incident_numbers
from chekt_console.domain.incident_chain import (
    ChainLink,
    DecisionFact,
    ScheduleFact,
    incident_chain,
)
from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import ConsoleError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.delivery_steps import DeliverySteps
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.services.event_service import EventService
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache

_DAY_MS = 86_400_000
_HISTORY_DAYS = 30


@dataclass(frozen=True, slots=True)
class ExplainedIncident:
    """`signals`: the events of the incident, oldest first, the alarm among them."""

    alarm: Event
    signals: tuple[Event, ...]
    chain: tuple[ChainLink, ...]
    steps: DeliverySteps | None = None  # to the monitoring center, when the server told


class IncidentService:
    def __init__(self, client: Client, events: EventService, cache: Cache, clock: Clock) -> None:
        self._client = client
        self._events = events
        self._cache = cache
        self._clock = clock

    def steps(self, alarm: Event) -> DeliverySteps | None:
        """Its way to the monitoring center as the server tells it; None when it does not."""
        try:
            return self._client.events.delivery(alarm.event_id)
        except ConsoleError:
            return None  # the chain says "not known"; the connection's own state is told elsewhere

    def explain(
        self,
        alarm: Event,
        site: Site | None,
        gap_ms: int = DEFAULT_GAP_MS,
        steps: DeliverySteps | None = None,
    ) -> ExplainedIncident:
        """From what is on disk and the given steps; asks no server."""
        age_days = max(0, self._clock.now_ms() - alarm.instant_ms) // _DAY_MS + 2
        known = self._events.cached(alarm.site_id, max(_HISTORY_DAYS, age_days))
        events = known.events
        signals = signals_of(alarm, events, gap_ms)
        kept = self._events.decision(alarm.event_id)
        decision = DecisionFact(alarm.decision)
        if kept is not None and kept.decision:
            decided_ms = round(kept.decided_at.timestamp() * 1000)
            decision = DecisionFact(kept.decision, kept.note, kept.cause, decided_ms)
        armed = armed_at(events, alarm.instant_ms, known.partition_names)
        schedule = self._schedule_fact(alarm, site, events)
        chain = incident_chain(
            alarm, signals, armed, schedule, decision, steps, self._zone_types(alarm.site_id)
        )
        return ExplainedIncident(alarm, signals, chain, steps)

    def _schedule_fact(self, alarm: Event, site: Site | None, events: Sequence[Event]) -> ScheduleFact:
        cached = self._cache.schedule(alarm.site_id)
        zone = zone_of(site.timezone) if site is not None and site.site_id == alarm.site_id else None
        # A schedule that was read in part proves nothing about what it planned.
        if cached is None or cached.problems or zone is None:
            return ScheduleFact()
        as_of = cached.as_of
        read_ms = self._clock.now_ms() if as_of is None else round(as_of.timestamp() * 1000)
        first, last = sorted((alarm.instant_ms, read_ms))
        is_changed = any(
            event.kind is EventKind.ARMING
            and event.subtype == SCHEDULE_CHANGE
            and first < event.instant_ms <= last
            for event in events
        )
        if read_ms <= alarm.instant_ms and not is_changed:
            return ScheduleFact(cached.schedule, zone)
        return ScheduleFact(cached.schedule, zone, read_ms, is_changed)

    def _zone_types(self, site_id: str) -> dict[int, str]:
        devices, _ = self._cache.devices(site_id)
        return {
            number: device.detail
            for device in devices
            if device.kind is DeviceKind.ZONE and device.detail
            for number in device.zone_numbers
        }


def signals_of(alarm: Event, events: Sequence[Event], gap_ms: int) -> tuple[Event, ...]:
    """Those of one incident with the alarm, oldest first; the alarm alone when nothing is near."""
    near = [event for event in events if event.event_id != alarm.event_id]
    near.append(alarm)
    numbers = incident_numbers(
        np.zeros(len(near), np.int32),
        np.fromiter((event.instant_ms for event in near), np.int64, len(near)),
        gap_ms,
    )
    signals = [near[place] for place in np.flatnonzero(numbers == numbers[-1]).tolist()]
    return tuple(sorted(signals, key=lambda event: (event.instant_ms, event.event_id)))
