"""What webhooks brought, as raw as it came, and the requests read out of it; on disk before the sender is answered."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from chekt_console.domain.delivery import Delivery, RefusedDelivery
from chekt_console.store.database import Database, in_chunks, marks
from chekt_console.store.kept_words import KeptWords

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_KEPT = 20_000
_GUARD_MS = 172_800_000  # a replay is known for two days at least
_ROWS_A_STATEMENT = 100
_MOST_PURGED = 1000  # in one go, for the listener waits meanwhile
_NEWEST_REQUESTS = 100
_REQUESTS = """SELECT request_id, received_ms, body, state, outcome, report FROM request
WHERE state IN ('waiting', 'running') OR report LIKE 'due%' OR request_id IN
(SELECT request_id FROM request ORDER BY received_ms DESC, request_id DESC LIMIT ?)
ORDER BY received_ms DESC, request_id DESC"""
_UNREAD = "substr(status, 1, 4) NOT IN ('done', 'new')"
_MIGRATIONS = (
    """
    CREATE TABLE delivery (
        number INTEGER PRIMARY KEY AUTOINCREMENT, delivery_id TEXT NOT NULL UNIQUE, received_ms INTEGER NOT NULL,
        scheme TEXT NOT NULL, stamp INTEGER NOT NULL, body BLOB NOT NULL, status TEXT NOT NULL
    ) STRICT;
    CREATE INDEX delivery_new ON delivery(number) WHERE status = 'new';
    CREATE TABLE request (
        request_id TEXT PRIMARY KEY, received_ms INTEGER NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
        outcome TEXT NOT NULL, report TEXT NOT NULL
    ) STRICT;
    CREATE TABLE policy (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE INDEX delivery_received ON delivery(received_ms);
    CREATE INDEX delivery_unread ON delivery(number) WHERE {_UNREAD}
    """,
    """
    ALTER TABLE delivery ADD COLUMN headers TEXT NOT NULL DEFAULT '';
    CREATE TABLE refused (
        number INTEGER PRIMARY KEY AUTOINCREMENT, received_ms INTEGER NOT NULL, status INTEGER NOT NULL,
        reason TEXT NOT NULL, method TEXT NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL, body BLOB NOT NULL,
        size INTEGER NOT NULL
    ) STRICT
    """,
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One accepted delivery on its way to the disk. `stamp` is the signed time, 0 when none was signed."""

    delivery_id: str
    received_ms: int
    scheme: str
    stamp: int
    body: bytes
    headers: str = ""


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """`body` is JSON. `state` is waiting, running, done, refused or shown; `report` is "", "due" or "sent"."""

    request_id: str
    received_ms: int
    body: str
    state: str
    outcome: str
    report: str


class Inbox:
    """`synchronous=FULL`: when a method returns, the disk has it. The listener writes, the console reads and marks; requests
    and settings are the console's alone, and answered from memory, because the window's thread asks for them."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _MIGRATIONS, synchronous="FULL", what="inbox of webhooks")
        self._policies = KeptWords(self._database, "policy")
        self._turns = count(1)
        self._turn = 0
        self._turn_lock = threading.Lock()
        self._requests = _requests(self._database.rows(_REQUESTS, (_NEWEST_REQUESTS,)))

    @property
    def was_rebuilt(self) -> str:
        return self._database.was_rebuilt

    def close(self) -> None:
        self._database.close()

    def accept(self, arrivals: Sequence[Arrival], *, is_patient: bool = True) -> list[str]:
        """One verdict each: "new"; "again" when the sender signed it anew (it missed our answer); "replay".

        Few statements for however many, all in one transaction. `is_patient`: while another program holds the file it is
        waited for; else that fails at once.
        """
        with self._database.writing(is_patient=is_patient) as connection:
            known = _stamps(connection, [one.delivery_id for one in arrivals])
            verdicts: list[str] = []
            fresh: list[Arrival] = []
            again: dict[str, int] = {}
            for one in arrivals:
                stamp, body = known.get(one.delivery_id, (0, None))
                if body is None:
                    fresh.append(one)
                elif one.stamp > stamp and one.body == body:
                    again[one.delivery_id] = one.stamp
                else:
                    verdicts.append("replay")
                    continue
                verdicts.append("again" if body is not None else "new")
                known[one.delivery_id] = (one.stamp, one.body)
            for start in range(0, len(fresh), _ROWS_A_STATEMENT):
                _insert(connection, fresh[start : start + _ROWS_A_STATEMENT])
            if again:
                connection.executemany(
                    "UPDATE delivery SET stamp = ? WHERE delivery_id = ?",
                    [(stamp, delivery_id) for delivery_id, stamp in again.items()],
                )
        return verdicts

    def put_refused(self, refused: Sequence[RefusedDelivery], most: int) -> None:
        """Under new numbers; the oldest go, so that no more than `most` are kept."""
        with self._database.writing() as connection:
            connection.executemany(
                "INSERT INTO refused(received_ms, status, reason, method, url, headers, body, size)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        one.received_ms, one.status, one.reason, one.method, one.url, one.headers, one.body,
                        one.size,
                    )
                    for one in refused[-most:]
                ],
            )  # fmt: skip
            connection.execute(
                "DELETE FROM refused WHERE number <= (SELECT max(number) FROM refused) - ?", (most,)
            )

    def refused(self, limit: int = 200) -> tuple[RefusedDelivery, ...]:
        """Newest first."""
        rows = self._database.rows(
            "SELECT number, received_ms, status, reason, method, url, headers, body, size FROM refused"
            " ORDER BY number DESC LIMIT ?",
            (limit,),
        )
        return tuple(RefusedDelivery(*row) for row in rows)

    def unhandled(self, limit: int = 500) -> tuple[Delivery, ...]:
        return self._deliveries("status = 'new' ORDER BY number LIMIT ?", (limit,))

    def newest(self, limit: int = 50) -> tuple[Delivery, ...]:
        return self._deliveries("1 ORDER BY number DESC LIMIT ?", (limit,))

    def delivery(self, number: int) -> Delivery | None:
        return next(iter(self._deliveries("number = ?", (number,))), None)

    def mark(self, statuses: Sequence[tuple[int, str]]) -> None:
        """By number. The oldest go when there are very many; those of the last days stay as the guard against replay."""
        if not statuses:
            return
        with self._database.writing() as connection:
            connection.executemany(
                "UPDATE delivery SET status = ? WHERE number = ?",
                [(status, number) for number, status in statuses],
            )
            # By the index of times: only what is old enough is looked at, not all that is kept.
            connection.execute(
                "DELETE FROM delivery WHERE number IN (SELECT number FROM delivery INDEXED BY delivery_received"
                " WHERE received_ms < (SELECT max(received_ms) FROM delivery) - ? AND status <> 'new'"
                " AND +number < (SELECT max(number) FROM delivery) - ? LIMIT ?)",
                (_GUARD_MS, _KEPT, _MOST_PURGED),
            )

    def unread_count(self) -> int:
        """Of unknown types, or not understood."""
        row = self._database.row(f"SELECT count(*) FROM delivery WHERE {_UNREAD}")
        return int(row[0]) if row else 0

    def requests(self) -> tuple[KeptRequest, ...]:
        """Newest first: the newest hundred, and older ones as long as somebody waits for their end. Without the disk."""
        return self._requests

    def request(self, request_id: str) -> KeptRequest | None:
        row = self._database.row(
            "SELECT request_id, received_ms, body, state, outcome, report FROM request WHERE request_id = ?",
            (request_id,),
        )
        return KeptRequest(*row) if row else None

    def add_request(self, request: KeptRequest) -> bool:
        """False when it is known already."""
        with self._changing_requests() as connection:
            done = connection.execute(
                "INSERT OR IGNORE INTO request VALUES (?, ?, ?, ?, ?, ?)",
                (
                    request.request_id,
                    request.received_ms,
                    request.body,
                    request.state,
                    request.outcome,
                    request.report,
                ),
            )
            return done.rowcount > 0

    def move_request(self, request_id: str, before: str, after: str, outcome: str = "") -> bool:
        """False when it was not in the state it is moved from: somebody else answered it."""
        with self._changing_requests() as connection:
            done = connection.execute(
                "UPDATE request SET state = ?, outcome = ? WHERE request_id = ? AND state = ?",
                (after, outcome, request_id, before),
            )
            return done.rowcount > 0

    def set_report(self, request_id: str, report: str) -> None:
        with self._changing_requests() as connection:
            connection.execute("UPDATE request SET report = ? WHERE request_id = ?", (report, request_id))

    def policy(self, name: str, default: str) -> str:
        """Without the disk."""
        return self._policies.get(name, default)

    def set_policy(self, name: str, value: str) -> None:
        self._policies.put(name, value)

    @contextmanager
    def _changing_requests(self) -> Iterator[sqlite3.Connection]:
        """As they are on the disk they are in memory, once they are on the disk."""
        with self._database.writing() as connection:
            yield connection
            found = _requests(connection.execute(_REQUESTS, (_NEWEST_REQUESTS,)).fetchall())
            turn = next(self._turns)
        with self._turn_lock:
            if turn > self._turn:  # else a later change was quicker to get here
                self._turn, self._requests = turn, found

    def _deliveries(self, where: str, values: tuple[object, ...]) -> tuple[Delivery, ...]:
        rows = self._database.rows(
            f"SELECT number, delivery_id, received_ms, scheme, body, status, headers FROM delivery WHERE {where}",
            values,
        )
        return tuple(Delivery(*row) for row in rows)


def _requests(rows: Sequence[tuple[Any, ...]]) -> tuple[KeptRequest, ...]:
    return tuple(KeptRequest(*row) for row in rows)


def _stamps(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, tuple[int, bytes | None]]:
    """Stamp and body of those that are there already."""
    found: dict[str, tuple[int, bytes | None]] = {}
    for some in in_chunks(ids):
        rows = connection.execute(
            f"SELECT delivery_id, stamp, body FROM delivery WHERE delivery_id IN ({marks(len(some))})", some
        )
        found.update((delivery_id, (stamp, body)) for delivery_id, stamp, body in rows.fetchall())
    return found


def _insert(connection: sqlite3.Connection, fresh: Sequence[Arrival]) -> None:
    marks = ", ".join(["(?, ?, ?, ?, ?, 'new', ?)"] * len(fresh))
    values: list[object] = []
    for one in fresh:
        values += (one.delivery_id, one.received_ms, one.scheme, one.stamp, one.body, one.headers)
    connection.execute(
        f"INSERT INTO delivery(delivery_id, received_ms, scheme, stamp, body, status, headers) VALUES {marks}",
        values,
    )
