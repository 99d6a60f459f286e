"""Puts the world into its database: in bulk the first time, the missing hours on every later start."""

from __future__ import annotations

import contextlib
import gc
import itertools
import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterator

from chekt_console.simulator import schema
from chekt_console.simulator.config import Config
from chekt_console.simulator.event_rows import NewEvent, with_number
from chekt_console.simulator.world_devices import Device
from chekt_console.simulator.world_history import DAY_MS, history
from chekt_console.simulator.world_sites import FOLLOWS_PANEL, Site, make_site

_log = logging.getLogger(__name__)

HISTORY_DAYS = 30
FIRST_EVENT_ID = 900_001
_GAP_MS = 3_600_000  # a shorter stop leaves no hole worth filling


def prepare(config: Config, now_ms: int) -> None:
    """Makes or completes the world of this configuration. One that is broken or of an older version is made anew."""
    if not schema.is_complete(config.database_file):
        _build(config, now_ms)
        return
    with contextlib.closing(schema.connect(config.database_file)) as connection:
        _catch_up(connection, config, now_ms)


def _build(config: Config, now_ms: int) -> None:
    """In a file beside it, so that a build that is cut short leaves nothing that looks finished."""
    started = time.monotonic()
    final = config.database_file
    scratch = final.with_suffix(f".{os.getpid()}.new")
    # A million small values without a cycle among them: looking for cycles would cost a fifth of the time.
    gc.disable()
    try:
        with contextlib.closing(sqlite3.connect(scratch, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("PRAGMA cache_size=-65536")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute("BEGIN")
            _fill(connection, config, now_ms)
            connection.execute("COMMIT")
        for rest in ("-wal", "-shm"):
            final.with_name(final.name + rest).unlink(missing_ok=True)
        scratch.replace(final)
    finally:
        gc.enable()
        scratch.unlink(missing_ok=True)
    _log.info("World of %d sites made in %.1f s", config.sites, time.monotonic() - started)


def _fill(connection: sqlite3.Connection, config: Config, now_ms: int) -> None:
    schema.create_tables(connection)
    numbers = itertools.count(FIRST_EVENT_ID)
    for first in range(0, config.sites, 200):
        sites = [make_site(config.seed, n) for n in range(first, min(first + 200, config.sites))]
        _add_sites(connection, sites, now_ms)
        events = {site: history(site, config.seed, now_ms - HISTORY_DAYS * DAY_MS, now_ms) for site in sites}
        _add_events(connection, events, numbers)
    connection.execute("INSERT INTO meta VALUES ('filled_until_ms', ?)", (str(now_ms),))
    schema.create_indexes(connection)


def _catch_up(connection: sqlite3.Connection, config: Config, now_ms: int) -> None:
    """Events of the time it was not running, unless it was short. What people armed meanwhile is history too."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'filled_until_ms'").fetchone()
    last = connection.execute("SELECT max(instant_ms) FROM event").fetchone()[0] or 0
    since_ms = max(int(row[0]), min(last, now_ms))
    if now_ms - since_ms < _GAP_MS:
        return
    connection.execute("BEGIN IMMEDIATE")
    numbers = itertools.count(next_event_id(connection))
    since_ms = max(since_ms, now_ms - HISTORY_DAYS * DAY_MS)
    for n in range(config.sites):
        site = make_site(config.seed, n)
        _add_events(connection, {site: history(site, config.seed, since_ms, now_ms)}, numbers)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'filled_until_ms'", (str(now_ms),))
    connection.execute("COMMIT")


def next_event_id(connection: sqlite3.Connection) -> int:
    top = connection.execute("SELECT max(event_id) FROM event").fetchone()[0]
    return max(FIRST_EVENT_ID, (top or 0) + 1)


def _add_events(
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


def _add_sites(connection: sqlite3.Connection, sites: list[Site], now_ms: int) -> None:
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


def stored_ahead_ms(config: Config) -> int:
    """How far tests had put the clock forward before the last stop."""
    if not schema.is_complete(config.database_file):
        return 0
    with contextlib.closing(schema.connect(config.database_file)) as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = 'ahead_ms'").fetchone()
        return int(row["value"]) if row else 0
