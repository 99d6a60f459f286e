"""Writes new events, one way for everybody: arming, live events, the public API and the control calls."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from chekt_console.simulator import schema
from chekt_console.simulator.event_rows import NewEvent, with_number
from chekt_console.simulator.world_build import next_event_id


def add_events(connection: sqlite3.Connection, events: Iterable[NewEvent]) -> list[int]:
    """Inside the writer's transaction. Returns their numbers."""
    numbers = []
    first = next_event_id(connection)
    for event_id, event in enumerate(events, first):
        connection.execute(schema.INSERT_EVENT, with_number(event, event_id))
        numbers.append(event_id)
    return numbers
