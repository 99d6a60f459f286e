"""The gateway arms and disarms by the stored schedules while it runs, at the minute of the site's own clock."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from chekt_console.simulator import arming_commands
from chekt_console.simulator.clock import GatewayClock
from chekt_console.simulator.database import Database
from chekt_console.simulator.routes_schedule import DAYS

_log = logging.getLogger(__name__)
_LOOK_S = 5.0
_USER = "Schedule"
_SITES = """SELECT site.site_id, site.timezone, schedule.body FROM site JOIN schedule USING (site_id)
WHERE status = 'active' AND NOT follows_panel AND schedule.body LIKE ?"""


async def run(database: Database, clock: GatewayClock) -> None:
    """For as long as the server runs. A clock put forward over several minutes acts for the last of them only."""
    done = clock.now_ms() // 60_000
    while True:
        await asyncio.sleep(_LOOK_S)
        minute = clock.now_ms() // 60_000
        if minute == done:
            continue
        done = minute
        try:
            changes = list(_changes(database, datetime.fromtimestamp(minute * 60, UTC)))
            if changes:
                await database.write(partial(_take, changes=changes, now_ms=clock.now_ms()))
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            _log.error("Schedules could not be carried out: %s", error)


def _changes(database: Database, moment: datetime) -> Iterator[tuple[int, str]]:
    """Site and mode for each site whose schedule changes it in this minute; most minutes have none."""
    # Schedules hold wall times in text, so those without this minute of any hour need no reading.
    for row in database.rows(_SITES, f'%:{moment.minute:02d}"%'):
        mode = change_at(msgspec.json.decode(row["body"]), moment.astimezone(ZoneInfo(row["timezone"])))
        if mode:
            yield row["site_id"], mode


def change_at(body: Mapping[str, Any], local: datetime) -> str:
    """The mode that begins in this minute, "disarmed" when a period ends and none begins, else ""."""
    now = f"{local:%H:%M}"
    today, yesterday = _entry(body, local), _entry(body, local - timedelta(days=1))
    if today and today["arm_time"] == now:
        return str(today["arm_mode"])
    ends_today = today and today["disarm_time"] == now and today["arm_time"] < now
    ended_overnight = yesterday and yesterday["disarm_time"] == now and yesterday["arm_time"] >= now
    return "disarmed" if ends_today or ended_overnight else ""


def _entry(body: Mapping[str, Any], day: datetime) -> Mapping[str, str] | None:
    exceptions = body.get("exceptions") or {}
    date = f"{day:%Y-%m-%d}"
    entry: Mapping[str, str] | None = (
        exceptions[date] if date in exceptions else body["schedule"].get(DAYS[day.weekday()])
    )
    return entry


def _take(connection: sqlite3.Connection, changes: list[tuple[int, str]], now_ms: int) -> None:
    for site_id, mode in changes:
        rows = connection.execute(
            "SELECT partition_id FROM arming WHERE site_id = ? AND mode <> ?", (site_id, mode)
        ).fetchall()
        if rows:
            parts = [row["partition_id"] for row in rows]
            arming_commands.take(connection, site_id, parts, mode, _USER, now_ms)
