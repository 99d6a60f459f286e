"""Writes sites with all that belongs to them, and their history, into the tables of a new world."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterator

from chekt_console.simulator import schema
from chekt_console.simulator.event_rows import NewEvent, with_number
from chekt_console.simulator.world_devices import Device
from chekt_console.simulator.world_history import DAY_MS, history
from chekt_console.simulator.world_sites import FOLLOWS_PANEL, Site, make_site

HISTORY_DAYS = 30
_SITES_AT_ONCE = 200  # as many as are held in memory


def open_new(path: str) -> sqlite3.Connection:
    """A database nobody else reads yet: fast, and worthless when the machine stops."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA temp_store=MEMORY")
    return connection


def add_sites(
    connection: sqlite3.Connection, seed: int, wanted: range, now_ms: int, first_event_id: int
) -> Iterator[int]:
    """The sites of these numbers with thirty days of events; yields how many are done, so that the caller may stop."""
    numbers = itertools.count(first_event_id)
    for first in range(wanted.start, wanted.stop, _SITES_AT_ONCE):
        sites = [make_site(seed, n) for n in range(first, min(first + _SITES_AT_ONCE, wanted.stop))]
        _add_site_rows(connection, sites, now_ms)
        events = {site: history(site, seed, now_ms - HISTORY_DAYS * DAY_MS, now_ms) for site in sites}
        add_events(connection, events, numbers)
        yield first + len(sites) - wanted.start


def add_events(
    connection: sqlite3.Connection, events: dict[Site, list[NewEvent]], numbers: Iterator[int]
) -> None:
    connection.executemany(
        schema.INSERT_EVENT,
        (with_number(event, next(numbers)) for found in events.values() for event in found),
    )
    rows = []
    for site, found in events.items():
        arming = [event for event in found if event.kind == "arming"]
        if arming:
            last = arming[-1]
            rows += [
                (site.site_id, part, last.mode, last.user, last.instant_ms)
                for part in ([part.partition_id for part in site.partitions] or [0])
            ]
    connection.executemany("INSERT OR REPLACE INTO arming VALUES (?, ?, ?, ?, ?)", rows)


def _add_site_rows(connection: sqlite3.Connection, sites: list[Site], now_ms: int) -> None:
    made_ms = now_ms - 400 * DAY_MS
    connection.executemany(
        f"INSERT INTO site VALUES ({', '.join('?' * 16)})",
        (
            (
                site.site_id, site.number, site.name, site.kind.word, site.street, site.city.name, site.city.state,
                site.zip_code, site.city.timezone, site.account_number, site.account_reference_id, site.status,
                int(bool(site.partitions)), int(site.number in FOLLOWS_PANEL), made_ms + site.number * 60_000, now_ms,
            )
            for site in sites
        ),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO partition VALUES (?, ?, ?, ?)",
        (
            (part.partition_id, site.site_id, part.number, part.name)
            for site in sites
            for part in site.partitions
        ),
    )
    connection.executemany(
        "INSERT INTO arming VALUES (?, ?, 'disarmed', '', ?)",
        (
            (site.site_id, part, made_ms)
            for site in sites
            for part in ([part.partition_id for part in site.partitions] or [0])
        ),
    )
    connection.executemany(
        f"INSERT INTO device VALUES ({', '.join('?' * 21)})",
        (_device_row(site, device, now_ms) for site in sites for device in site.devices),
    )
    connection.executemany(
        f"INSERT INTO contact VALUES ({', '.join('?' * 13)})",
        (row for site in sites for row in _contacts(site, now_ms)),
    )
    connection.executemany(
        "INSERT INTO schedule VALUES (?, ?, 1, ?)",
        (
            (site.site_id, json.dumps({"schedule": site.schedule_json(), "exceptions": {}}), now_ms)
            for site in sites
        ),
    )


def _device_row(site: Site, device: Device, now_ms: int) -> tuple[object, ...]:
    offline_ms = (3 if site.number == 0 else 9) * 3_600_000
    seen_ms = now_ms - (offline_ms if device.status == "offline" else 20_000 + device.device_id % 40_000)
    return (
        device.device_id, site.site_id, device.kind, device.name, device.external_id, device.parent_id, device.status,
        seen_ms, device.model, device.firmware, device.serial, device.mac, device.channel, device.zone_number,
        device.zone_type, device.partition_id, int(device.record), int(device.motion), int(device.audio),
        int(device.ptz), device.quirk,
    )  # fmt: skip


def _contacts(site: Site, now_ms: int) -> Iterator[tuple[object, ...]]:
    for slot, person in enumerate(site.people, 1):
        state = (site.number + slot) % 3  # validated, pending, never asked
        yield (
            site.site_id * 10 + slot, site.site_id, f"ext-{site.site_id}-{slot}", person.first_name, person.last_name,
            person.title, person.phone_number, person.email_address, str(slot), 1, int(slot == 1), int(state == 0),
            None if state == 2 else now_ms - (slot + 3) * DAY_MS,
        )  # fmt: skip
