"""Events of sites: cached history, refresh of a span, and the live feed by polling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site


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
    def cached(self, site_id: str, days: int = 30) -> EventList:
        raise NotImplementedError

    def refresh(self, site: Site, days: int, progress: Progress) -> EventList:
        """Read what is missing from the server, store it, return the whole span. Pages are handed to progress.partial
        as EventList of what is known so far."""
        raise NotImplementedError

    def poll(self) -> tuple[Event, ...]:
        """New events of all sites since the last call, oldest first; stored before they are returned."""
        raise NotImplementedError

    def open_alarms(self) -> dict[str, int]:
        """Undecided alarms of the last 24 hours per site id, from the cache."""
        raise NotImplementedError

    def open_troubles(self) -> dict[str, int]:
        """Troubles of the last 24 hours per site id that have not been restored, from the cache."""
        raise NotImplementedError

    def find(self, event_id: str) -> Event | None:
        raise NotImplementedError

    def decide(self, event: Event, decision: str, note: str) -> Event:
        """Real, false or unsure: written to disk before it returns; kept locally (no public endpoint takes it yet)."""
        raise NotImplementedError
