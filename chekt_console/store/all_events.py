"""Questions to the cached events of all sites at once: what waits for a person, what the figures of the account rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.store.codec import EVENT_COLUMNS, event_of
from chekt_console.store.database import marks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.store.database import Database

_FEED = "SELECT value FROM fact WHERE name = 'feed_ms'"


class AllEvents:
    """Reads only, and may be called from any thread; what it finds is as new as the cache."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def recent(self, since_ms: int, kinds: Iterable[EventKind]) -> tuple[Event, ...]:
        """Oldest first."""
        wanted = [int(kind) for kind in kinds]
        rows = self._database.values(
            event_of,
            f"SELECT {EVENT_COLUMNS} FROM event WHERE instant_ms >= ? AND kind IN ({marks(len(wanted))})"
            " ORDER BY instant_ms, event_id",
            (since_ms, *wanted),
        )
        return tuple(rows)

    def open_alarms(self, limit: int) -> tuple[Event, ...]:
        """Alarms that the server knows no decision of, newest first."""
        rows = self._database.values(
            event_of,
            f"SELECT {EVENT_COLUMNS} FROM event WHERE kind = {int(EventKind.ALARM)} AND decision = ''"
            " ORDER BY instant_ms DESC LIMIT ?",
            (limit,),
        )
        return tuple(rows)

    def newest(self, kinds: Iterable[EventKind], limit: int) -> tuple[Event, ...]:
        """Newest first."""
        wanted = [int(kind) for kind in kinds]
        rows = self._database.values(
            event_of,
            f"SELECT {EVENT_COLUMNS} FROM event WHERE kind IN ({marks(len(wanted))}) ORDER BY instant_ms DESC LIMIT ?",
            (*wanted, limit),
        )
        return tuple(rows)

    def alarm_facts(self, since_ms: int) -> list[tuple[str, str, int, str, str, str]]:
        """Alarms: event id, site id, instant, device key, where, and the decision the server knows."""
        return self._database.rows(
            "SELECT event_id, site_id, instant_ms, device_key, CASE WHEN device_name != '' THEN device_name"
            " WHEN zone_number IS NOT NULL THEN 'Zone ' || zone_number ELSE 'Panel' END, decision FROM event"
            f" WHERE instant_ms >= ? AND kind = {int(EventKind.ALARM)} ORDER BY instant_ms",
            (since_ms,),
        )

    def arming_marks(self, since_ms: int) -> list[tuple[str, int, ArmingMode]]:
        """Of all sites that are armed as a whole: site id, instant and the mode from then on. Where there are partitions an
        event speaks of one of them, and the mode of the site is not known by it."""
        return self._database.values(
            lambda row: (row[0], row[1], ArmingMode(row[2])),
            f"SELECT site_id, instant_ms, mode FROM event WHERE instant_ms >= ? AND kind = {int(EventKind.ARMING)}"
            " AND mode != '' AND site_id NOT IN (SELECT site_id FROM site WHERE has_partitions)",
            (since_ms,),
        )

    def schedule_changes(self, subtype: str, kind: EventKind) -> list[tuple[str, int]]:
        """Site id and instant of the newest such event of each site that was seen after its schedule was read."""
        rows = self._database.rows(
            "SELECT s.site_id, max(e.instant_ms) FROM schedule s JOIN event e ON e.site_id = s.site_id"
            " AND e.instant_ms > s.as_of WHERE e.kind = ? AND e.subtype = ? GROUP BY s.site_id",
            (int(kind), subtype),
        )
        return [(site_id, instant_ms) for site_id, instant_ms in rows]

    def false_alarms(self, since_ms: int) -> list[tuple[str, str]]:
        """Event id and site id of alarms that the server knows as false."""
        return self._database.rows(
            f"SELECT event_id, site_id FROM event WHERE instant_ms >= ? AND kind = {int(EventKind.ALARM)}"
            " AND decision = 'false'",
            (since_ms,),
        )

    def dormant(self, since_ms: int, until_ms: int) -> frozenset[str]:
        """Sites whose events are known from then until then at least, by themselves or with all sites', and that had none."""
        rows = self._database.rows(
            f"SELECT site_id FROM known k WHERE from_ms <= ?1 AND max(to_ms, coalesce(({_FEED}), 0)) >= ?2 AND NOT EXISTS"
            " (SELECT 1 FROM event e WHERE e.site_id = k.site_id AND e.instant_ms >= ?1)",
            (since_ms, until_ms),
        )
        return frozenset(site_id for (site_id,) in rows)
