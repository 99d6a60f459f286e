"""One SQLite file: opened safely, migrated, set aside when corrupt; readers never wait for the writer."""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_log = logging.getLogger(__name__)

_BUSY_S = 5.0


class Database:
    """WAL; one connection for writing behind a lock, one for each reading thread.

    `migrations[n]` brings schema version n to n + 1, each in one transaction. `was_rebuilt` is a sentence for the person
    when a corrupt file was set aside, else "".
    """

    def __init__(
        self, path: Path, migrations: Sequence[str], *, synchronous: str = "NORMAL", what: str = "cache"
    ) -> None:
        self.path = path
        self.was_rebuilt = ""
        self._migrations = migrations
        self._synchronous = synchronous
        self._what = what
        self._lock = threading.RLock()
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()  # its own: a new reader never waits for a long write
        self._is_closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._writer = self._opened()
        except OSError as error:
            raise DiskFailed(
                f"The data folder cannot be used: {error.strerror}.", detail=str(error)
            ) from error

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Read from any thread; sees everything committed before."""
        with self._told():
            return self._reader().execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        with self._told():
            found: tuple[Any, ...] | None = self._reader().execute(sql, values).fetchone()
            return found

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, undone when it raises."""
        with self._lock, self._told():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def close(self) -> None:
        with self._lock, self._readers_lock:
            self._is_closed = True
            for reader in self._readers:
                reader.close()
            self._readers = []
            self._writer.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise DiskFailed(
                    f"Another program holds the {self._what} ({self.path.name}). Close it and start again.",
                    detail=str(error),
                ) from error
            self._set_aside(str(error))
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            raise DiskFailed(
                f"The {self._what} cannot be opened: {error}. Is the disk full or read-only?",
                detail=str(error),
            ) from error

    def _connected(self) -> sqlite3.Connection:
        connection = self._connect()
        try:
            self._check(connection)
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={self._synchronous}")
            connection.execute("PRAGMA foreign_keys=ON")
        except BaseException:
            connection.close()
            raise
        return connection

    def _check(self, connection: sqlite3.Connection) -> None:
        # A whole check of a big cache takes seconds; the header, the schema and the first faults are enough to begin with.
        if self.path.stat().st_size < 20_000_000:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(str(verdict))
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()

    def _migrate(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(self._migrations):
            raise DiskFailed(
                f"The {self._what} was written by a newer version of this program. Update the program, "
                "or choose another data folder with --data-dir."
            )
        for number in range(version, len(self._migrations)):
            script = f"BEGIN; {self._migrations[number]}; PRAGMA user_version={number + 1}; COMMIT;"
            connection.executescript(script)

    def _set_aside(self, why: str) -> None:
        _log.info("%s is corrupt: %s", self.path.name, why)
        name = f"{self.path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}"
        try:
            os.replace(self.path, self.path.with_name(name))
            for tail in ("-wal", "-shm"):
                self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        except OSError as error:
            raise DiskFailed(
                f"The {self._what} is damaged and cannot be set aside: {error.strerror}.", detail=str(error)
            ) from error
        self.was_rebuilt = f"The {self._what} was damaged. It was set aside as {name} and is built anew."

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None or self._is_closed:
            with self._readers_lock:
                if self._is_closed:
                    raise sqlite3.ProgrammingError("closed")
                reader = self._connect()
                self._readers.append(reader)
                self._local.reader = reader
        return reader

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite raises, as a sentence."""
        try:
            yield
        except sqlite3.Error as error:
            text = str(error)
            if "full" in text:
                sentence = (
                    f"The disk is full: the {self._what} was not written. Free some space and try again."
                )
            elif "readonly" in text:
                sentence = f"The disk is read-only: the {self._what} was not written."
            elif "closed" in text:
                sentence = "The connection was closed meanwhile."
            else:
                sentence = f"The {self._what} on this computer cannot be used: {text}."
            raise DiskFailed(sentence, detail=text) from error


def in_chunks(values: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    """SQLite takes a bounded number of parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
