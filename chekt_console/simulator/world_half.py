"""The second half of a large world, made by a process of its own while the first half is made by ours."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import subprocess
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from chekt_console.simulator import schema
from chekt_console.simulator.world_rows import add_sites, open_new

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_log = logging.getLogger(__name__)
_HALF_S = 120.0  # as long as half of the largest world takes on a slow computer, many times over
_END_S = 2.0
_TABLES = ("site", "partition", "arming", "device", "contact", "schedule")


class SecondHalf:
    """Works from `with` on, in a file beside ours; nothing to do when no sites are wanted."""

    def __init__(self, path: Path, seed: int, wanted: range, now_ms: int) -> None:
        self._path = path
        self._seed = seed
        self._wanted = wanted
        self._now_ms = now_ms
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._path.unlink(missing_ok=True)
        if self._wanted:
            numbers = (self._seed, self._wanted.start, self._wanted.stop, self._now_ms)
            command = [sys.executable, "-m", __name__, str(self._path), *map(str, numbers)]
            with contextlib.suppress(OSError):
                self._child = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None:
            self._child.kill()
            self._code_within(_END_S)
        self._path.unlink(missing_ok=True)

    def _code_within(self, limit_s: float) -> int | None:
        if self._child is None:
            return None
        try:
            return self._child.wait(limit_s)
        except subprocess.TimeoutExpired:
            _log.warning("The second process takes too long")
            return None

    def add_to(self, connection: sqlite3.Connection, first_event_id: int) -> None:
        """Its rows behind ours. Made here when the other process could not."""
        if not self._wanted:
            return
        if self._code_within(_HALF_S) != 0:
            _log.info("The second process ended early; this one makes its half too")
            connection.execute("BEGIN")
            for _ in add_sites(connection, self._seed, self._wanted, self._now_ms, first_event_id):
                pass
            connection.execute("COMMIT")
            return
        connection.execute("ATTACH ? AS half", (str(self._path),))
        connection.execute("BEGIN")
        for table in _TABLES:
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM half.{table}")
        rest = schema.EVENT_COLUMNS.split(", ", 3)[3]
        connection.execute(
            f"INSERT INTO main.event SELECT site_id, instant_ms, event_id + ?, {rest} FROM half.event",
            (first_event_id,),
        )
        connection.execute("COMMIT")
        connection.execute("DETACH half")


def main(arguments: list[str]) -> int:
    path, *numbers = arguments
    seed, first, last, now_ms = map(int, numbers)
    parent = os.getppid()
    gc.disable()
    with contextlib.closing(open_new(path)) as connection:
        connection.execute("BEGIN")
        schema.create_tables(connection)
        for _ in add_sites(connection, seed, range(first, last), now_ms, 0):
            if os.getppid() != parent:
                return 1  # the simulator is gone, and nobody waits for this
        connection.execute("COMMIT")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
