"""One writer that commits in groups and answers after the commit, and a connection for reads."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from chekt_console.simulator import schema

T = TypeVar("T")
_MAX_GROUP = 500
_REMEMBERED = 20_000


@dataclass(eq=False)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    answer: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None


class Database:
    """Reads run where they are called (they take well under a millisecond); writes wait for their group's commit.

    Work that raises is undone by itself and fails alone; the rest of its group is kept.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader = schema.connect(path, reads_only=True)
        self._changes = 0
        self._memory: dict[tuple[object, ...], sqlite3.Row | None] = {}
        self._memory_of = 0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self.before_commit: Callable[[], object] = lambda: None
        self._writer = threading.Thread(target=self._run, name="simulator-writer", daemon=True)
        self._writer.start()

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        return self._reader.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        return cast("sqlite3.Row | None", self._reader.execute(sql, values).fetchone())

    def remembered(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row, read again only after a write."""
        if self._memory_of != self._changes or len(self._memory) > _REMEMBERED:
            self._memory_of = self._changes
            self._memory.clear()
        question = (sql, *values)
        if question not in self._memory:
            self._memory[question] = self.row(sql, *values)
        return self._memory[question]

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """`work` runs in the writer's thread inside a transaction; its result comes back once it is on disk."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._jobs.put(_Job(work, answer))
        return cast("T", await answer)

    def close(self) -> None:
        self._jobs.put(None)
        self._writer.join(5)
        self._reader.close()

    def _run(self) -> None:
        connection = schema.connect(self._path)
        is_open = True
        while is_open:
            group: list[_Job] = []
            job = self._jobs.get()
            while True:
                if job is None:
                    is_open = False
                    break
                group.append(job)
                if len(group) >= _MAX_GROUP:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            if group:
                self._commit(connection, group)
        connection.close()

    def _commit(self, connection: sqlite3.Connection, group: list[_Job]) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in group:
                self._run_one(connection, job)
            self.before_commit()
            connection.execute("COMMIT")
            self._changes += 1
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            for job in group:
                job.error = job.error or error
        loop = group[0].answer.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(_answer, group)

    def _run_one(self, connection: sqlite3.Connection, job: _Job) -> None:
        connection.execute("SAVEPOINT one")
        try:
            job.result = job.work(connection)
        except Exception as error:  # noqa: BLE001  the caller gets it; the writer must go on
            job.error = error
            connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")


def _answer(group: list[_Job]) -> None:
    for job in group:
        if job.answer.done():
            continue
        if job.error is not None:
            job.answer.set_exception(job.error)
        else:
            job.answer.set_result(job.result)
