"""Writes a site's schedule into the database, whoever saves it."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from chekt_console.simulator.event_rows import ARMING, NewEvent
from chekt_console.simulator.raising import add_events

if TYPE_CHECKING:
    from chekt_console.simulator.gateway import Gateway

SCHEDULE = re.compile(r"/ext/v1/sites/(?:[a-z]+_)?(\d+)/schedule")


def version_of(connection: sqlite3.Connection, site_id: int) -> int:
    row = connection.execute("SELECT version FROM schedule WHERE site_id = ?", (site_id,)).fetchone()
    return int(row["version"]) if row else 0


def put_schedule(connection: sqlite3.Connection, site_id: int, text: str, now_ms: int) -> int:
    """Returns the new version."""
    version = version_of(connection, site_id) + 1
    connection.execute(
        "INSERT OR REPLACE INTO schedule VALUES (?, ?, ?, ?)", (site_id, text, version, now_ms)
    )
    changed = NewEvent(site_id, now_ms, "arming", ARMING, "schedule_change", "Schedule changed", "ok")
    add_events(connection, [changed])
    return version


async def save_as_another(gateway: Gateway, path: str) -> None:
    """Somebody else saves the schedule of this path, as it is, before the request that names it is looked at."""
    found = SCHEDULE.fullmatch(path)
    if found is None:
        return
    site_id, now_ms = int(found[1]), gateway.clock.now_ms()

    def write(connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT body FROM schedule WHERE site_id = ?", (site_id,)).fetchone()
        put_schedule(connection, site_id, row["body"] if row else '{"schedule": {}}', now_ms)

    await gateway.database.write(write)
