"""What is known on this computer of false alarms of all sites, counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.false_alarms import AlarmFact, Span, tallies
from chekt_console.domain.site_clock import zone_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.event import Event
    from chekt_console.domain.false_alarms import SiteTally
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class FalseAlarmReport:
    """`known_from_ms`: since then the alarms of every site are counted; None when only sites that were opened are."""

    sites: tuple[SiteTally, ...]
    days: int
    alarms: int
    undecided: int
    known_from_ms: int | None


class FalseAlarmService:
    def __init__(self, cache: Cache, local: LocalStore, clock: Clock) -> None:
        self._cache = cache
        self._local = local
        self._clock = clock

    def read(self, days: int, timezones: Mapping[str, str]) -> FalseAlarmReport:
        now = self._clock.now_ms()
        from_ms = now - days * _DAY_MS
        kept = self._local.decisions()
        facts = []
        for event_id, site_id, instant_ms, device_key, where, decision in self._cache.all_events.alarm_facts(
            from_ms
        ):
            mine = kept.get(event_id)
            cause = mine.cause if mine is not None else ""
            told = mine.decision if mine is not None else decision
            facts.append(AlarmFact(event_id, site_id, instant_ms, device_key, where, told, cause))
        known = self._cache.known_span("")
        span = Span(now, -(-days // 7), max(from_ms, known.from_ms) if known else from_ms)
        sites = tallies(facts, lambda site_id: zone_of(timezones.get(site_id, "")), span)
        undecided = sum(not fact.decision for fact in facts)
        return FalseAlarmReport(sites, days, len(facts), undecided, known.from_ms if known else None)

    def event(self, event_id: str) -> Event | None:
        return self._cache.event(event_id)
