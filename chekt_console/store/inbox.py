"""What webhooks brought, as raw as it came, and the requests read out of it; on disk before the sender is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.delivery import Delivery
from chekt_console.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_KEPT = 20_000
_GUARD_MS = 172_800_000  # a replay is known for two days at least
_MOST_PURGED = 1000  # in one go, for the listener waits meanwhile
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
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One accepted delivery on its way to the disk. `stamp` is the signed time, 0 when none was signed."""

    delivery_id: str
    received_ms: int
    scheme: str
    stamp: int
    body: bytes


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
    """`synchronous=FULL`: when a method returns, the disk has it. The listener writes, the console reads and marks."""

    def __init__(self, path: Path) -> None:
        self._database = Database(path, _MIGRATIONS, synchronous="FULL", what="inbox of webhooks")

    @property
    def was_rebuilt(self) -> str:
        return self._database.was_rebuilt

    def close(self) -> None:
        self._database.close()

    def accept(self, arrivals: Sequence[Arrival], *, is_patient: bool = True) -> list[str]:
        """One verdict each: "new"; "again" when the sender signed it anew (it missed our answer); "replay"."""
        verdicts = []
        with self._database.writing(is_patient=is_patient) as connection:
            for one in arrivals:
                row = connection.execute(
                    "SELECT stamp, body FROM delivery WHERE delivery_id = ?", (one.delivery_id,)
                ).fetchone()
                if row is None:
                    connection.execute(
                        "INSERT INTO delivery(delivery_id, received_ms, scheme, stamp, body, status)"
                        " VALUES (?, ?, ?, ?, ?, 'new')",
                        (one.delivery_id, one.received_ms, one.scheme, one.stamp, one.body),
                    )
                    verdicts.append("new")
                elif one.stamp > row[0] and one.body == row[1]:
                    connection.execute(
                        "UPDATE delivery SET stamp = ? WHERE delivery_id = ?", (one.stamp, one.delivery_id)
                    )
                    verdicts.append("again")
                else:
                    verdicts.append("replay")
        return verdicts

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

    def requests(self, limit: int = 100) -> tuple[KeptRequest, ...]:
        """Newest first: so many, and older ones as long as somebody waits for their end."""
        rows = self._database.rows(
            "SELECT request_id, received_ms, body, state, outcome, report FROM request WHERE state IN ('waiting', 'running')"
            " OR report LIKE 'due%' OR request_id IN"
            " (SELECT request_id FROM request ORDER BY received_ms DESC, request_id DESC LIMIT ?)"
            " ORDER BY received_ms DESC, request_id DESC",
            (limit,),
        )
        return tuple(KeptRequest(*row) for row in rows)

    def request(self, request_id: str) -> KeptRequest | None:
        row = self._database.row(
            "SELECT request_id, received_ms, body, state, outcome, report FROM request WHERE request_id = ?",
            (request_id,),
        )
        return KeptRequest(*row) if row else None

    def add_request(self, request: KeptRequest) -> bool:
        """False when it is known already."""
        with self._database.writing() as connection:
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
        with self._database.writing() as connection:
            done = connection.execute(
                "UPDATE request SET state = ?, outcome = ? WHERE request_id = ? AND state = ?",
                (after, outcome, request_id, before),
            )
            return done.rowcount > 0

    def set_report(self, request_id: str, report: str) -> None:
        with self._database.writing() as connection:
            connection.execute("UPDATE request SET report = ? WHERE request_id = ?", (report, request_id))

    def policy(self, name: str, default: str) -> str:
        row = self._database.row("SELECT value FROM policy WHERE name = ?", (name,))
        return str(row[0]) if row else default

    def set_policy(self, name: str, value: str) -> None:
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO policy VALUES (?, ?)", (name, value))

    def _deliveries(self, where: str, values: tuple[object, ...]) -> tuple[Delivery, ...]:
        rows = self._database.rows(
            f"SELECT number, delivery_id, received_ms, scheme, body, status FROM delivery WHERE {where}",
            values,
        )
        return tuple(Delivery(*row) for row in rows)
