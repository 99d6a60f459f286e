"""Keeps single events of partners by the group: all that wait go to disk in one commit, then each is answered.

Many rows are bound to one statement, which costs a fraction of a statement for each.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from chekt_console.simulator import schema
from chekt_console.simulator.event_rows import NewEvent, with_number
from chekt_console.simulator.idempotency import LIFE_MS
from chekt_console.simulator.problem import Problem
from chekt_console.simulator.world_build import next_event_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_CHECKPOINT_PAGES = 8000
_CHUNKS = (256, 64, 16, 4, 1)  # few sizes, so that their statements stay prepared


class Ready(NamedTuple):
    """An event that may be kept: the partner's id of it, the digest of what was sent, and what is kept."""

    external: str
    digest: bytes
    event: NewEvent


class Kept(NamedTuple):
    """`is_repeat`: known by its event_id; `is_replay`: by its Idempotency-Key."""

    number: int
    is_repeat: bool
    is_replay: bool


class Arrival(NamedTuple):
    """`key` and `request` as idempotency.names gives them."""

    client_id: str
    ready: Ready
    key: str
    request: str
    now_ms: int


class EventIntake:
    """Lives in the event loop and writes there: a thread of its own would only fight it for the interpreter.

    What the connections bring in one turn of the loop is one group.
    """

    def __init__(self, path: Path) -> None:
        self._connection = schema.connect(path)
        self._connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        self._waiting: list[tuple[Arrival, Callable[[Kept | Exception], None]]] = []
        self.before_commit: Callable[[], object] = lambda: None

    async def keep(self, arrival: Arrival) -> Kept:
        """Returns once it is on disk. Raises Problem 409."""
        answer: asyncio.Future[Kept] = asyncio.get_running_loop().create_future()

        def told(outcome: Kept | Exception) -> None:
            if answer.done():
                return  # the one who asked has gone
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)

        self.begin(arrival, told)
        return await answer

    def begin(self, arrival: Arrival, then: Callable[[Kept | Exception], None]) -> None:
        """`then` gets what became of it, once it is on disk: Kept, Problem 409 or what SQLite said."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self._write)
        self._waiting.append((arrival, then))

    def close(self) -> None:
        self._connection.close()

    def _write(self) -> None:
        group, self._waiting = self._waiting, []
        arrivals = [arrival for arrival, _ in group]
        outcomes: Sequence[Kept | Exception]
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = _keep_group(self._connection, arrivals)
            self.before_commit()
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            outcomes = [error] * len(group)
        for (_, then), outcome in zip(group, outcomes, strict=True):
            then(outcome)


def keep_one(connection: sqlite3.Connection, client_id: str, ready: Ready) -> tuple[int, bool]:
    """The event's number, and whether it was known. Raises Problem 409."""
    known = connection.execute(
        "SELECT * FROM partner_event WHERE client_id = ? AND external_event_id = ?",
        (client_id, ready.external),
    ).fetchone()
    if known is not None:
        if known["digest"] != ready.digest:
            raise Problem(409, "Conflict", "This event_id was used for another event", field="event_id")
        return int(known["event_id"]), True
    number = next_event_id(connection)
    connection.execute(schema.INSERT_EVENT, with_number(ready.event, number))
    connection.execute(
        "INSERT INTO partner_event VALUES (?, ?, ?, ?)", (client_id, ready.external, ready.digest, number)
    )
    return number, False


def _keep_group(connection: sqlite3.Connection, arrivals: list[Arrival]) -> Sequence[Kept | Exception]:
    """All as new ones; when one turns out to be known, each by itself."""
    connection.execute("DELETE FROM idempotency WHERE made_ms < ?", (arrivals[0].now_ms - LIFE_MS,))
    connection.execute("SAVEPOINT intake")
    try:
        found: Sequence[Kept | Exception] = _keep_new(connection, arrivals)
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO intake")
        found = [_keep_any(connection, arrival) for arrival in arrivals]
    connection.execute("RELEASE intake")
    return found


def _keep_new(connection: sqlite3.Connection, arrivals: list[Arrival]) -> list[Kept]:
    """Raises IntegrityError when an event_id or a key is known."""
    first = next_event_id(connection)
    events, names, keys = [], [], []
    for number, arrival in enumerate(arrivals, first):
        events.append(with_number(arrival.ready.event, number))
        names.append((arrival.client_id, arrival.ready.external, arrival.ready.digest, number))
        if arrival.key:
            keys.append((arrival.key, arrival.request, 201, str(number), arrival.now_ms))
    _insert(connection, "partner_event", names)
    _insert(connection, "idempotency", keys)
    _insert(connection, f"event({schema.EVENT_COLUMNS})", events)
    return [Kept(number, False, False) for number in range(first, first + len(arrivals))]


def _insert(connection: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    done = 0
    for size in _CHUNKS:
        while len(rows) - done >= size:
            part = rows[done : done + size]
            marks = f"({', '.join('?' * len(part[0]))})"
            connection.execute(
                f"INSERT INTO {table} VALUES {', '.join([marks] * size)}",
                [value for row in part for value in row],
            )
            done += size


def _keep_any(connection: sqlite3.Connection, arrival: Arrival) -> Kept | Exception:
    if arrival.key:
        known = connection.execute("SELECT * FROM idempotency WHERE key = ?", (arrival.key,)).fetchone()
        if known is not None and known["request"] != arrival.request:
            return Problem(409, "IdempotencyConflict", "This Idempotency-Key was used for another request")
        if known is not None:
            return Kept(int(known["body"]), known["status"] == 200, True)
    try:
        number, is_repeat = keep_one(connection, arrival.client_id, arrival.ready)
    except Problem as problem:
        return problem
    if arrival.key:
        connection.execute(
            "INSERT INTO idempotency VALUES (?, ?, ?, ?, ?)",
            (arrival.key, arrival.request, 200 if is_repeat else 201, str(number), arrival.now_ms),
        )
    return Kept(number, is_repeat, False)
