"""Each day of events of all sites as one packed row: a month of an account is shown without reading every event of it.

A packed day is a copy and is never trusted over the events: triggers drop it in the transaction that changes an event of
the day, and one that cannot be read, or was never made, is read from the events instead.
"""

from __future__ import annotations

import json
import logging
import os
import struct
import threading
import zlib
from array import array
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from chekt_console.domain.event_book import WORDS, id_number
from chekt_console.store.codec import event_of
from chekt_console.store.database import marks
from chekt_console.store.event_day_tables import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.store.database import Database

_log = logging.getLogger(__name__)

VERSION = 1  # of the packing: a day that was packed in another way is read from the events and packed anew
_SHARED = (
    "site_id, kind, subtype, text, status, category_id, zone_number, device_id, device_name, device_key, has_video,"
    " mode, decision, user"
)
# Of who packs a day, in its place meanwhile: dropped like a packed one when an event of it changes.
_CLAIM_BYTES = 8
_HEAD = struct.Struct("<IIII")  # version, events, bytes of what follows, checksum of all of it
_EVENT_BYTES = 20


class StoredEvents(NamedTuple):
    """Events of all sites in the order of time, as columns. `codes`: places in `samples`, which hold what a whole event
    is made of but for id and instant. `ids`: as `id_number` gives them; the words of those that are none, by row."""

    samples: list[Event]
    codes: npt.NDArray[np.int32]
    instants: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    words: dict[int, str]


class _Part(NamedTuple):
    """Some days of it; `numbers` are those of sources, `words` the ids that are no numbers, in the order of rows."""

    instants: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    numbers: npt.NDArray[np.int32]
    words: list[str]


class EventDays:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._packing = threading.Lock()

    def since(self, since_ms: int) -> StoredEvents:
        """Of all sites from then on."""
        with self._database.reading():
            sources = _Sources(self._database)
            parts: list[_Part] = []
            at = since_ms // DAY_MS
            for day, part in self._packed(at, sources):
                if day > at:
                    parts.append(self._read(at, day, sources))
                parts.append(part)
                at = day + 1
            parts.append(self._read(at, None, sources))
        instants = np.concatenate([part.instants for part in parts])
        ids = np.concatenate([part.ids for part in parts])
        numbers = np.concatenate([part.numbers for part in parts])
        texts = [text for part in parts for text in part.words]
        low = int(instants.searchsorted(since_ms))
        rows = (np.flatnonzero(ids == WORDS) - low).tolist() if texts else []
        words = {row: text for row, text in zip(rows, texts, strict=True) if row >= 0}
        used, codes = _dense(numbers[low:], len(sources.rows))
        samples = self._database.made(
            event_of, [("", row[0], 0, *row[1:]) for row in map(sources.rows.__getitem__, used)]
        )
        return StoredEvents(samples, codes, instants[low:], ids[low:], words)

    def pack(self, since_ms: int, until_ms: int, progress: Progress) -> int:
        """Those days from one instant to the other that are not packed; returns how many were. A day of which an event
        changes meanwhile is left for another time."""
        days = range(since_ms // DAY_MS, until_ms // DAY_MS + 1)
        with self._packing:
            done = {day for day, _ in self._packed(days.start, _Sources(self._database))}
            todo = [day for day in days if day not in done]
            return sum(self._pack(day, progress) for day in reversed(todo))

    def _pack(self, day: int, progress: Progress) -> bool:
        """The events are read beside other writers; the claim tells whether one of them changed the day."""
        progress.check()
        claim = os.urandom(_CLAIM_BYTES)
        with self._database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO event_day VALUES (?, ?)", (day, claim))
        with self._database.reading():
            sources = _Sources(self._database)
            known = len(sources.rows)
            body = _body(self._read(day, day + 1, sources))
        with self._database.writing() as connection:
            (stored,) = connection.execute("SELECT count(*) FROM event_source").fetchone()
            if stored != known:
                return False  # another copy of the program packs too
            packed = connection.execute(
                "UPDATE event_day SET body = ? WHERE day = ? AND body = ?", (body, day, claim)
            )
            if packed.rowcount != 1:
                return False
            connection.executemany(
                f"INSERT INTO event_source VALUES ({marks(15)})",
                [(number, *row) for number, row in enumerate(sources.rows[known:], known)],
            )
        return True

    def _packed(self, from_day: int, sources: _Sources) -> list[tuple[int, _Part]]:
        rows = self._database.rows("SELECT day, body FROM event_day WHERE day >= ? ORDER BY day", (from_day,))
        found = []
        for day, body in rows:
            part = _part(body, len(sources.rows))
            if part is not None:
                found.append((day, part))
            elif len(body) >= _HEAD.size:
                _log.info("the packed day %d is not as it was written: its events are read instead", day)
        return found

    def _read(self, from_day: int, to_day: int | None, sources: _Sources) -> _Part:
        """From the events themselves; to_day None: to the last one."""
        until_ms = 2**62 if to_day is None else to_day * DAY_MS
        instants, ids, numbers, words = array("q"), array("q"), array("i"), list[str]()
        for row in self._database.each(
            f"SELECT event_id, instant_ms, {_SHARED} FROM event WHERE instant_ms >= ? AND instant_ms < ?"
            " ORDER BY instant_ms, event_id",
            (from_day * DAY_MS, until_ms),
        ):
            instants.append(row[1])
            ids.append(id_number(row[0]))
            numbers.append(sources.number(row[2:]))
            if ids[-1] == WORDS:
                words.append(row[0])
        return _Part(
            np.array(instants, np.int64), np.array(ids, np.int64), np.array(numbers, np.int32), words
        )


class _Sources:
    """What events share, each with a number for ever; those that are met first here come after the stored ones."""

    def __init__(self, database: Database) -> None:
        self.rows = database.rows(f"SELECT {_SHARED} FROM event_source ORDER BY number")
        self._number_of: dict[tuple[Any, ...], int] = {}

    def number(self, row: tuple[Any, ...]) -> int:
        if not self._number_of:
            self._number_of = {known: number for number, known in enumerate(self.rows)}
        number = self._number_of.get(row)
        if number is None:
            number = self._number_of[row] = len(self.rows)
            self.rows.append(row)
        return number


def _dense(numbers: npt.NDArray[np.int32], count: int) -> tuple[list[int], npt.NDArray[np.int32]]:
    """The numbers that occur, ascending, and for each row the place of its number among them."""
    occurs = np.zeros(count, np.bool_)
    occurs[numbers] = True
    place = np.cumsum(occurs, dtype=np.int32) - 1
    return np.flatnonzero(occurs).tolist(), place[numbers].astype(np.int32)


def _body(part: _Part) -> bytes:
    columns: Sequence[npt.NDArray[Any]] = (
        part.instants.astype("<i8"),
        part.ids.astype("<i8"),
        part.numbers.astype("<i4"),
    )
    content = b"".join(column.tobytes() for column in columns) + json.dumps(part.words).encode()
    facts = (VERSION, len(part.instants), len(content))
    return _HEAD.pack(*facts, _checksum(content, *facts)) + content


def _part(body: bytes, source_count: int) -> _Part | None:
    """None of one that was packed in another way, is not what was written, or names what is not there."""
    if len(body) < _HEAD.size:
        return None
    version, count, size, checksum = _HEAD.unpack_from(body)
    content = memoryview(body)[_HEAD.size :]
    if version != VERSION or size != len(content) or checksum != _checksum(content, version, count, size):
        return None
    instants = np.frombuffer(content, "<i8", count)
    ids = np.frombuffer(content, "<i8", count, count * 8)
    numbers = np.frombuffer(content, "<i4", count, count * 16)
    if count and int(numbers.max()) >= source_count:
        return None
    return _Part(instants, ids, numbers, json.loads(bytes(content[count * _EVENT_BYTES :])))


def _checksum(content: bytes | memoryview, *facts: int) -> int:
    return zlib.crc32(content, zlib.crc32(struct.pack("<III", *facts)))
