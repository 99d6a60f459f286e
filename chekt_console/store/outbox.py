"""The outbox of one connection on disk: changes in the order they were made, and what became of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeGuard

from chekt_console.domain.outbox import (
    OPEN_WORDS,
    Change,
    EntryState,
    OutboxEntry,
    ScheduleChange,
)
from chekt_console.domain.record_change import RecordChange
from chekt_console.store.database import Database
from chekt_console.store.outbox_codec import entry_of, theirs_written, written

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

_MIGRATIONS = (
    """
    CREATE TABLE entry (
        number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, site_id TEXT NOT NULL,
        kind TEXT NOT NULL, body TEXT NOT NULL, made_ms INTEGER NOT NULL, state TEXT NOT NULL,
        sentence TEXT NOT NULL, tries INTEGER NOT NULL, next_ms INTEGER NOT NULL, sent_ms INTEGER NOT NULL,
        is_unknown INTEGER NOT NULL, theirs TEXT NOT NULL
    ) STRICT;
    CREATE INDEX entry_open ON entry (state, site_id, number)
    """,
    # Since then changes of records may be among them, which an older program cannot read: it must not try.
    "DROP INDEX entry_open; CREATE INDEX entry_open_of_site ON entry (site_id, state, number)",
)
_COLUMNS = "number, key, kind, body, made_ms, state, sentence, tries, next_ms, sent_ms, is_unknown, theirs"
_OPEN = ", ".join(f"'{word}'" for word in OPEN_WORDS)
_OVER = f"'{EntryState.DONE.value}', '{EntryState.DISCARDED.value}'"  # what was refused stays until a person gives it up
_KEPT_ENDED = 200


class OutboxStore:
    """`synchronous=FULL`: when a method returns, the disk has it. Its own file, so that it survives a damaged cache."""

    def __init__(self, path: Path) -> None:
        self._database = Database(
            path,
            _MIGRATIONS,
            synchronous="FULL",
            what="file of changes that wait",
            after_rebuild="Changes that waited in it are not sent any more; one that was on its way may have arrived. Look"
            " at the server what is there, keep that file and ask for help.",
        )

    @property
    def was_rebuilt(self) -> str:
        return self._database.was_rebuilt

    def close(self) -> None:
        self._database.close()

    def add(self, change: Change, key: str, made_ms: int, *, is_unknown: bool = False) -> OutboxEntry:
        """A schedule takes the place of one of the same site that still waits untouched; a key that is known already adds
        nothing."""
        with self._database.writing() as connection:
            known = _one(connection, "key = ?", key)
            if known is not None:
                return known
            if isinstance(change, ScheduleChange):
                replaced = _waiting_schedule(connection, change.site_id)
                if replaced is not None:
                    change = _in_place_of(replaced, change)
                    if _open_schedules(connection, change.site_id, before=replaced.number):
                        change = replace(change, base_etag="")
                    entry = replace(
                        replaced, change=change, state=EntryState.WAITING, sentence="", tries=0, next_ms=0,
                        is_unknown=is_unknown, theirs=None,
                    )  # fmt: skip
                    _put(connection, entry)
                    return entry
                if _open_schedules(connection, change.site_id):
                    # What is under way changes the server's version: it is asked for when this one's turn comes.
                    change = replace(change, base_etag="")
            values = (
                key, change.site_id, *written(change), made_ms, EntryState.WAITING.value, "", 0, 0, 0,
                int(is_unknown), "",
            )  # fmt: skip
            made = connection.execute(
                "INSERT INTO entry (key, site_id, kind, body, made_ms, state, sentence, tries, next_ms, sent_ms,"
                " is_unknown, theirs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            return OutboxEntry(int(made.lastrowid or 0), key, change, made_ms, is_unknown=is_unknown)

    def update(
        self, number: int, states: tuple[EntryState, ...], step: Callable[[OutboxEntry], OutboxEntry]
    ) -> OutboxEntry | None:
        """What `step` makes of it as it is now; None, and nothing is changed, when it is in none of the states. Schedules
        that wait behind one that is done are changes to it from then on."""
        with self._database.writing() as connection:
            now = _one(connection, "number = ?", number)
            if now is None or now.state not in states:
                return None
            entry = step(now)
            _put(connection, entry)
            if entry.state is EntryState.DONE and isinstance(entry.change, ScheduleChange):
                for other in _open_schedules(connection, entry.site_id):
                    if other.number > entry.number and _is_drawn_behind(other.change):
                        later = other.change.after(entry.change.start, entry.change.wish)
                        _put(connection, replace(other, change=later))
            if entry.state in (EntryState.DISCARDED, EntryState.REFUSED):
                _forget_under_later(connection, entry)
            if not entry.state.is_open:
                connection.execute(
                    f"DELETE FROM entry WHERE state IN ({_OVER}) AND number <= (SELECT number FROM entry"
                    f" WHERE state IN ({_OVER}) ORDER BY number DESC LIMIT 1 OFFSET {_KEPT_ENDED})"
                )
            return entry

    def forget(self, number: int) -> None:
        """Nothing of it is left: whoever sent it has the outcome."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM entry WHERE number = ?", (number,))

    def entry(self, number: int) -> OutboxEntry | None:
        row = self._database.row(f"SELECT {_COLUMNS} FROM entry WHERE number = ?", (number,))
        return entry_of(row) if row else None

    def entry_of_key(self, key: str) -> OutboxEntry | None:
        row = self._database.row(f"SELECT {_COLUMNS} FROM entry WHERE key = ?", (key,))
        return entry_of(row) if row else None

    def entries(self) -> tuple[OutboxEntry, ...]:
        """All that are kept, oldest first."""
        return tuple(map(entry_of, self._database.rows(f"SELECT {_COLUMNS} FROM entry ORDER BY number")))

    def open_entries(self) -> tuple[OutboxEntry, ...]:
        """Those that have not ended, oldest first."""
        rows = self._database.rows(f"SELECT {_COLUMNS} FROM entry WHERE state IN ({_OPEN}) ORDER BY number")
        return tuple(map(entry_of, rows))

    def open_of(self, site_id: str) -> tuple[OutboxEntry, ...]:
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM entry WHERE site_id = ? AND state IN ({_OPEN}) ORDER BY number",
            (site_id,),
        )
        return tuple(map(entry_of, rows))


def _forget_under_later(connection: sqlite3.Connection, given_up: OutboxEntry) -> None:
    """Changes made on top of one that is not sent start from what that one started from."""
    change = given_up.change
    if not isinstance(change, RecordChange):
        return
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE site_id = ? AND kind = 'record' AND number > ? AND state IN ({_OPEN})",
        (change.site_id, given_up.number),
    )
    for other in map(entry_of, rows.fetchall()):
        if isinstance(other.change, RecordChange) and other.change.kind is change.kind:
            _put(connection, replace(other, change=other.change.without(change)))


def _is_drawn_behind(change: Change) -> TypeGuard[ScheduleChange]:
    """On top of what was open then, which took the version away; not one drawn while an earlier one counted as refused."""
    return isinstance(change, ScheduleChange) and not change.base_etag


def _in_place_of(replaced: OutboxEntry, change: ScheduleChange) -> ScheduleChange:
    """What went before it arrived perhaps since the person last looked: then it is drawn on top of that too."""
    was = replaced.change
    if isinstance(was, ScheduleChange) and was.drawn is None and was.origin is not None:
        return change.after(was.origin, was.base)
    return change


def _open_schedules(
    connection: sqlite3.Connection, site_id: str, *, before: int | None = None
) -> list[OutboxEntry]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE site_id = ? AND kind = 'schedule' AND state IN ({_OPEN})"
        " AND (? IS NULL OR number < ?) ORDER BY number",
        (site_id, before, before),
    )
    return [entry_of(row) for row in rows.fetchall()]


def _waiting_schedule(connection: sqlite3.Connection, site_id: str) -> OutboxEntry | None:
    """The newest open schedule of the site, when nothing of it can have reached the server."""
    entry = _one(connection, f"site_id = ? AND kind = 'schedule' AND state IN ({_OPEN})", site_id)
    is_free = entry is not None and entry.state in (EntryState.WAITING, EntryState.CONFLICT)
    return entry if is_free and entry is not None and not entry.is_unknown else None


def _one(connection: sqlite3.Connection, where: str, value: object) -> OutboxEntry | None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM entry WHERE {where} ORDER BY number DESC LIMIT 1", (value,)
    ).fetchone()
    return entry_of(row) if row else None


def _put(connection: sqlite3.Connection, entry: OutboxEntry) -> None:
    connection.execute(
        "UPDATE entry SET kind = ?, body = ?, state = ?, sentence = ?, tries = ?, next_ms = ?, sent_ms = ?,"
        " is_unknown = ?, theirs = ? WHERE number = ?",
        (
            *written(entry.change), entry.state.value, entry.sentence, entry.tries, entry.next_ms,
            entry.sent_ms, int(entry.is_unknown), theirs_written(entry.theirs), entry.number,
        ),
    )  # fmt: skip
