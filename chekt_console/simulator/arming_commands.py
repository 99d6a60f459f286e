"""Arming as the service does it: a command is taken at once and comes true a little later."""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
from collections import defaultdict

from chekt_console.simulator.clock import GatewayClock
from chekt_console.simulator.database import Database
from chekt_console.simulator.event_rows import ARMING, NewEvent
from chekt_console.simulator.raising import add_events

_log = logging.getLogger(__name__)
_MIN_MS, _MAX_MS = 300, 500
_IDLE_S = 0.05


def take(
    connection: sqlite3.Connection, site_id: int, partition_ids: list[int], mode: str, user: str, now_ms: int
) -> int:
    """Notes the command on disk, so that a restart between accepting and acting loses nothing."""
    due_ms = now_ms + random.randint(_MIN_MS, _MAX_MS)
    command_id = 0
    for partition_id in partition_ids or [0]:
        cursor = connection.execute(
            "INSERT INTO arming_command(site_id, partition_id, mode, user, due_ms) VALUES (?, ?, ?, ?, ?)",
            (site_id, partition_id, mode, user, due_ms),
        )
        command_id = cursor.lastrowid or 0
    return command_id


def carry_out(connection: sqlite3.Connection, now_ms: int) -> int:
    """Makes true what is due, with an event each. Returns how many."""
    due = connection.execute(
        "SELECT * FROM arming_command WHERE due_ms <= ? ORDER BY due_ms, command_id", (now_ms,)
    ).fetchall()
    events: defaultdict[tuple[int, str, str], list[str]] = defaultdict(list)
    for row in due:
        site_id, part = row["site_id"], row["partition_id"]
        connection.execute("DELETE FROM arming_command WHERE command_id = ?", (row["command_id"],))
        connection.execute(
            "INSERT OR REPLACE INTO arming VALUES (?, ?, ?, ?, ?)",
            (site_id, part, row["mode"], row["user"], now_ms),
        )
        found = connection.execute("SELECT name FROM partition WHERE partition_id = ?", (part,)).fetchone()
        events[site_id, row["mode"], row["user"]].append(found["name"] if found else "")
    add_events(connection, [_event(*key, name, now_ms) for key, names in events.items() for name in names])
    return len(due)


def _event(site_id: int, mode: str, user: str, name: str, now_ms: int) -> NewEvent:
    is_armed = mode != "disarmed"
    word = f"armed ({mode})" if is_armed else "disarmed"
    return NewEvent(
        site_id, now_ms, "arming", ARMING, "armed" if is_armed else "disarmed",
        f"{name} {word}" if name else word.capitalize(), "armed" if is_armed else "disarmed", user=user, mode=mode,
    )  # fmt: skip


async def run(database: Database, clock: GatewayClock) -> None:
    """For as long as the server runs."""
    while True:
        if database.row("SELECT 1 FROM arming_command WHERE due_ms <= ? LIMIT 1", clock.now_ms()):
            try:
                await database.write(lambda connection: carry_out(connection, clock.now_ms()))
            except sqlite3.Error as error:
                _log.error("Arming could not be written: %s", error)
        await asyncio.sleep(_IDLE_S)
