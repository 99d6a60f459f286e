"""Puts the world into its database: in bulk the first time, the missing hours on every later start."""

from __future__ import annotations

import contextlib
import gc
import itertools
import logging
import os
import sqlite3
import time
from typing import TYPE_CHECKING

from chekt_console.simulator import schema
from chekt_console.simulator.world_half import SecondHalf
from chekt_console.simulator.world_history import DAY_MS, history
from chekt_console.simulator.world_rows import HISTORY_DAYS, add_events, add_sites, open_new
from chekt_console.simulator.world_sites import make_site

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.simulator.config import Config

_log = logging.getLogger(__name__)

FIRST_EVENT_ID = 900_001
_LARGE = 2000  # sites; a second process pays from here on
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
        with contextlib.closing(open_new(str(scratch))) as connection:
            _fill(connection, config, now_ms, scratch)
        for rest in ("-wal", "-shm"):
            final.with_name(final.name + rest).unlink(missing_ok=True)
        scratch.replace(final)
    finally:
        gc.enable()
        scratch.unlink(missing_ok=True)
    _log.info("World of %d sites made in %.1f s", config.sites, time.monotonic() - started)


def _fill(connection: sqlite3.Connection, config: Config, now_ms: int, scratch: Path) -> None:
    """A large world is made by two processes. Ours makes fewer sites, because the first ones have the most events."""
    half = config.sites * 2 // 5 if config.sites >= _LARGE else config.sites
    other = SecondHalf(scratch.with_suffix(".half"), config.seed, range(half, config.sites), now_ms)
    with other:
        connection.execute("BEGIN")
        schema.create_tables(connection)
        for _ in add_sites(connection, config.seed, range(half), now_ms, FIRST_EVENT_ID):
            pass
        connection.execute("INSERT INTO meta VALUES ('filled_until_ms', ?)", (str(now_ms),))
        connection.execute("COMMIT")
        other.add_to(connection, next_event_id(connection))
    connection.execute("BEGIN")
    schema.create_indexes(connection)
    connection.execute("COMMIT")


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
        add_events(connection, {site: history(site, config.seed, since_ms, now_ms)}, numbers)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'filled_until_ms'", (str(now_ms),))
    connection.execute("COMMIT")


def next_event_id(connection: sqlite3.Connection) -> int:
    top = connection.execute("SELECT max(event_id) FROM event").fetchone()[0]
    return max(FIRST_EVENT_ID, (top or 0) + 1)


def stored_ahead_ms(config: Config) -> int:
    """How far tests had put the clock forward before the last stop."""
    if not schema.is_complete(config.database_file):
        return 0
    with contextlib.closing(schema.connect(config.database_file)) as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = 'ahead_ms'").fetchone()
        return int(row["value"]) if row else 0
