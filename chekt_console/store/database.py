"""One SQLite file: opened safely, migrated, set aside when corrupt; readers never wait for the writer."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

T = TypeVar("T")

_log = logging.getLogger(__name__)

_BUSY_S = 15.0
_CORRUPT = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_NO_TEXT = "SQLite's own words about it hold bytes of the damage"
# Statements and rows that were good when they were written.
_SUSPECT = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_FORMAT)
_QUICKLY_CHECKED_BYTES = 8_000_000  # some 3 ms a MB; bigger files are checked by `is_whole` in the background


class _Damaged(sqlite3.DatabaseError):
    """The check found what SQLite itself had not tripped over."""


class Database:
    """WAL; one connection for writing behind a lock, one for each reading thread.

    `migrations[n]` brings schema version n to n + 1, each in one transaction. `was_rebuilt` is a sentence for the person
    when a corrupt file was set aside, else "". `on_use`, told the name of the file, sees who reads and writes: the window's
    thread never should.
    """

    on_use: ClassVar[Callable[[str], None] | None] = None

    def __init__(
        self,
        path: Path,
        migrations: Sequence[str],
        *,
        synchronous: str = "NORMAL",
        what: str = "cache",
        after_rebuild: str = "It is read anew from the server.",
        is_rebuildable: bool = False,
    ) -> None:
        """`is_rebuildable`: all of it can be had again, so that a file under suspicion is not kept."""
        self._is_rebuildable = is_rebuildable
        self.path = path
        self.was_rebuilt = ""
        self.is_damaged = False  # found while in use; opened anew it is set aside
        self._migrations = migrations
        self._synchronous = synchronous
        self._what = what
        self._after_rebuild = after_rebuild
        self._damage_mark = path.with_name(path.name + ".damaged")
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

    def each(self, sql: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """As `rows`, never all of them in memory; for use while `reading`."""
        with self._told():
            yield from self._reader().execute(sql, values)

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        with self._told():
            found: tuple[Any, ...] | None = self._reader().execute(sql, values).fetchone()
            return found

    def values(
        self, make: Callable[[tuple[Any, ...]], T], sql: str, values: Sequence[object] = ()
    ) -> list[T]:
        """Rows made into values. One that cannot be made is damage too: only this program writes here."""
        return self.made(make, self.rows(sql, values))

    def made(self, make: Callable[[tuple[Any, ...]], T], rows: Iterable[tuple[Any, ...]]) -> list[T]:
        """The same of rows that were read."""
        try:
            return [make(row) for row in rows]
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as error:
            self._mark_damaged()
            raise DiskFailed(self._damaged_sentence(), detail=f"{type(error).__name__}: {error}") from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """All that this thread reads in the block is of one moment."""
        with self._told():
            reader = self._reader()
            reader.execute("BEGIN")
            try:
                yield
            finally:
                if not self._is_closed:
                    reader.execute("ROLLBACK")

    @contextmanager
    def writing(self, *, is_patient: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, undone when it raises. `is_patient`: while another program
        holds the file it is waited for; else that fails at once."""
        self._tell_use()
        with self._lock, self._told():
            if is_patient:
                self._writer.execute("BEGIN IMMEDIATE")
            else:
                self._writer.execute("PRAGMA busy_timeout = 0")
                try:
                    self._writer.execute("BEGIN IMMEDIATE")
                finally:
                    self._writer.execute(f"PRAGMA busy_timeout = {round(_BUSY_S * 1000)}")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def is_whole(self) -> bool:
        """Reads the whole file (seconds for a big one). A damaged one is set aside at the next start."""
        try:
            # Indexes too: a flipped bit of an event's id is seen by nothing else.
            (verdict,) = self._reader().execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            verdict = str(error) if self._is_damage(error) else "ok"
        except UnicodeDecodeError:
            verdict = _NO_TEXT
        if verdict != "ok":
            _log.info("%s is damaged: %s", self.path.name, verdict)
            self._mark_damaged()
        return bool(verdict == "ok")

    def close(self) -> None:
        with self._lock, self._readers_lock:
            self._is_closed = True
            for reader in self._readers:
                reader.close()
            self._readers = []
            self._writer.close()

    def _opened(self) -> sqlite3.Connection:
        """Only a damaged file is set aside: a full, read-only or locked one is whole."""
        try:
            try:
                return self._connected()
            except UnicodeDecodeError:
                self._set_aside(_NO_TEXT)
            except sqlite3.DatabaseError as error:
                if not self._is_damage(error):
                    raise
                self._set_aside(str(error))
            return self._connected()
        except sqlite3.Error as error:
            text = str(error)
            if "locked" in text:
                sentence = (
                    f"Another program holds the {self._what} ({self.path.name}). Close it and start again."
                )
            elif getattr(error, "sqlite_errorcode", -1) == sqlite3.SQLITE_ERROR:
                sentence = (
                    f"The {self._what} cannot be opened: it does not fit this version of the program ({text}). Nothing in"
                    " it was changed. Update the program, or tell CHeKT support."
                )
            else:
                sentence = f"The {self._what} cannot be opened: {text}. Is the disk full or read-only?"
            raise DiskFailed(sentence, detail=text) from error

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
        # A whole check of a big file takes seconds; it is made when the file proved damaged while it was used.
        is_marked = self._damage_mark.exists()
        if is_marked and self._is_rebuildable:
            raise _Damaged("damage was met while it was used")  # no check sees all of it
        if is_marked or self.path.stat().st_size < _QUICKLY_CHECKED_BYTES:
            check = "integrity_check" if is_marked else "quick_check"
            (verdict,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
            if verdict != "ok":
                raise _Damaged(str(verdict))
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        self._damage_mark.unlink(missing_ok=True)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = _version(connection)
        if version > len(self._migrations):
            raise DiskFailed(
                f"The {self._what} was written by a newer version of this program. Update the program, "
                "or choose another data folder with --data-dir."
            )
        if version < 0:
            raise _Damaged(f"it calls itself version {version}")
        for number in range(version, len(self._migrations)):
            script = f"BEGIN IMMEDIATE; {self._migrations[number]}; PRAGMA user_version={number + 1}; COMMIT;"
            try:
                connection.executescript(script)
            except sqlite3.OperationalError as error:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                if _version(connection) > number:
                    continue  # a second copy of the program did it meanwhile
                # Tables come together with their version. Of a later one an update may be at fault, and the next one right.
                if number == 0 and error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
                    raise _Damaged(f"it says that it is new, and is not: {error}") from error
                raise

    def _set_aside(self, why: str) -> None:
        """With its log of newest changes, so that what is in them can still be got at."""
        _log.info("%s is damaged: %s", self.path.name, why)
        name = f"{self.path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}"
        number = 1
        while self.path.with_name(name).exists():
            number += 1
            name = f"{self.path.name}.corrupt-{time.strftime('%Y%m%d-%H%M%S')}-{number}"
        try:
            os.replace(self.path, self.path.with_name(name))
            wal = self.path.with_name(self.path.name + "-wal")
            if wal.exists():
                os.replace(wal, self.path.with_name(name + "-wal"))
            self.path.with_name(self.path.name + "-shm").unlink(missing_ok=True)
            self._damage_mark.unlink(missing_ok=True)
        except OSError as error:
            raise DiskFailed(
                f"The {self._what} is damaged and cannot be set aside: {error.strerror}.", detail=str(error)
            ) from error
        self.was_rebuilt = f"The {self._what} was damaged and was set aside as {name}. {self._after_rebuild}"

    def _tell_use(self) -> None:
        if Database.on_use is not None:
            Database.on_use(self.path.name)

    def _reader(self) -> sqlite3.Connection:
        self._tell_use()
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None or self._is_closed:
            with self._readers_lock:
                if self._is_closed:
                    raise sqlite3.ProgrammingError("closed")
                reader = self._connect()
                self._readers.append(reader)
                self._local.reader = reader
        return reader

    def _mark_damaged(self) -> None:
        self.is_damaged = True
        with contextlib.suppress(OSError):
            self._damage_mark.touch()

    def _is_damage(self, error: sqlite3.Error) -> bool:
        code = getattr(error, "sqlite_errorcode", -1) & 0xFF
        # Text that is none is told without a code.
        if isinstance(error, _Damaged) or code in _CORRUPT or "decode to UTF-8" in str(error):
            return True
        return self._is_rebuildable and code in _SUSPECT

    def _damaged_sentence(self) -> str:
        return f"The {self._what} on this computer is damaged. Start the program again to repair it."

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What SQLite raises, as a sentence."""
        try:
            try:
                yield
            except UnicodeDecodeError as error:
                raise _Damaged(_NO_TEXT) from error
        except sqlite3.Error as error:
            text = str(error)
            if self._is_damage(error):
                self._mark_damaged()
                sentence = self._damaged_sentence()
            elif "locked" in text:
                sentence = f"Another program holds the {self._what}: nothing was written. Try again."
            elif "full" in text:
                sentence = (
                    f"The disk is full: the {self._what} was not written. Free some space and try again."
                )
            elif "readonly" in text:
                sentence = f"The disk is read-only: the {self._what} was not written."
            elif "disk I/O" in text:
                sentence = (
                    f"The disk reported an error: the {self._what} could not be read or written. Try again; if it"
                    " stays so, have the disk checked."
                )
            elif "closed" in text:
                sentence = "The connection was closed meanwhile."
            else:
                sentence = f"The {self._what} on this computer cannot be used: {text}."
            raise DiskFailed(sentence, detail=text) from error


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def in_chunks(values: Sequence[str], size: int = 500) -> Iterable[Sequence[str]]:
    """SQLite takes a bounded number of parameters."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def marks(count: int) -> str:
    """As many parameters of a statement."""
    return ", ".join("?" * count)
