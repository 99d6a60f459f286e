"""The ledger of one connection on disk: entries are added, never changed, each chained to the one before."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from chekt_console.domain.ledger_entry import LedgerEntry, body_of, first_break, next_entry
from chekt_console.errors import WorldFailed
from chekt_console.store.database import Database

if TYPE_CHECKING:
    from pathlib import Path

_MIGRATIONS = (
    """
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY, body TEXT NOT NULL, body_sha256 TEXT NOT NULL, previous TEXT NOT NULL,
        hash TEXT NOT NULL
    ) STRICT;
    CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
    CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
    CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END
    """,
)
_COLUMNS = "number, body, body_sha256, previous, hash"


class LedgerBroken(WorldFailed):
    """The chain does not hold: somebody changed the file beside this program."""


class Ledger:
    """`synchronous=FULL`: an entry is on disk when `add` returns. Safe from any thread and from two programs at once."""

    def __init__(self, path: Path) -> None:
        self._database = Database(
            path,
            _MIGRATIONS,
            synchronous="FULL",
            what="ledger of evidence",
            after_rebuild="A new ledger begins now; keep that file.",
        )

    @property
    def was_rebuilt(self) -> str:
        return self._database.was_rebuilt

    def close(self) -> None:
        self._database.close()

    def add(
        self,
        action: str,
        *,
        at_ms: int,
        who: str,
        event_ids: tuple[str, ...],
        detail: dict[str, Any] | None = None,
    ) -> LedgerEntry:
        """`detail`: what was decided, or where and under which sum it was exported."""
        facts = {
            "action": action,
            "at_ms": at_ms,
            "who": who,
            "events": list(event_ids),
            "salt": secrets.token_hex(16),
            **(detail or {}),
        }
        with self._database.writing() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM entry ORDER BY number DESC LIMIT 1").fetchone()
            entry = next_entry(LedgerEntry(*row) if row else None, body_of(facts))
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?)",
                (entry.number, entry.body, entry.body_sha256, entry.previous, entry.hash),
            )
            connection.execute("INSERT OR REPLACE INTO head VALUES (1, ?, ?)", (entry.number, entry.hash))
        return entry

    def entries(self) -> tuple[LedgerEntry, ...]:
        """All of them, oldest first."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM entry ORDER BY number")
        return tuple(LedgerEntry(*row) for row in rows)

    def what_is_wrong(self) -> str:
        """A sentence on the first entry that was tampered with; "" when the chain holds to its end."""
        entries = self.entries()
        broken = first_break(entries)
        if broken:
            return broken
        head = self._database.row("SELECT number, hash FROM head")
        last = (entries[-1].number, entries[-1].hash) if entries else None
        if head != last:
            number = head[0] if head else 0
            return f"Ledger: entry {number} was the last one and is gone, or was replaced."
        return ""

    def checked_entries(self) -> tuple[LedgerEntry, ...]:
        """As `entries`; raises LedgerBroken when the chain does not hold."""
        wrong = self.what_is_wrong()
        if wrong:
            raise LedgerBroken(
                f"{wrong} Nothing was exported: the ledger would prove nothing. Keep its file and ask for help."
            )
        return self.entries()
