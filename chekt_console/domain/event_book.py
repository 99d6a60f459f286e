"""Whole events without an object for each: of every event its instant and number, the rest once for all that share it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chekt_console.domain.event import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy.typing as npt

WORDS = -1  # in the column of numbers: the event's id is no plain number
_MOST = 2**62
_SHARED = attrgetter(*(field.name for field in fields(Event) if field.name not in ("event_id", "instant_ms")))


class EventRows(Protocol):
    """What gives the whole event of a row."""

    def __len__(self) -> int: ...
    def __getitem__(self, row: int) -> Event: ...
    def __setitem__(self, row: int, event: Event) -> None: ...
    def __iter__(self) -> Iterator[Event]: ...
    def append(self, event: Event) -> None: ...
    @property
    def nbytes(self) -> int: ...
    def row_of(self, event_id: str) -> int | None: ...


class EventBook:
    """What arrives later (`append`) is few and kept as it is, until the history is read anew."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        listed = list(events)
        count = len(listed)
        self._shared: list[Event] = []  # one of all that are alike but for instant and id
        self._number_of: dict[tuple[object, ...], int] = {}
        codes: npt.NDArray[np.int32] = np.fromiter(map(self._code, listed), np.int32, count)
        instants = np.fromiter((event.instant_ms for event in listed), np.int64, count)
        ids = np.fromiter((id_number(event.event_id) for event in listed), np.int64, count)
        words = {row: listed[row].event_id for row in np.flatnonzero(ids == WORDS).tolist()}
        self._hold(codes, instants, ids, words)

    @classmethod
    def of_columns(
        cls,
        shared: Sequence[Event],
        codes: npt.NDArray[np.int32],
        instants: npt.NDArray[np.int64],
        ids: npt.NDArray[np.int64],
        words: dict[int, str],
    ) -> EventBook:
        """Of what is in columns already; takes them as they are. `codes`: for each row the place of its sample in `shared`;
        `ids`: as `id_number` gives them, and where that is WORDS the id stands in `words`, by row."""
        book = cls()
        book._shared = list(shared)
        book._hold(codes, instants, ids, words)
        return book

    def _hold(
        self,
        codes: npt.NDArray[np.int32],
        instants: npt.NDArray[np.int64],
        ids: npt.NDArray[np.int64],
        words: dict[int, str],
    ) -> None:
        self._codes, self._instants, self._ids, self._words = codes, instants, ids, words
        self._row_of_words = {event_id: row for row, event_id in words.items()}
        self._by_id: npt.NDArray[np.int32] = np.argsort(ids).astype(np.int32)
        self._later: list[Event] = []
        self._row_of_later: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes) + len(self._later)

    def __iter__(self) -> Iterator[Event]:
        return (self[row] for row in range(len(self)))

    def __getitem__(self, row: int) -> Event:
        if row >= len(self._codes):
            return self._later[row - len(self._codes)]
        number = int(self._ids[row])
        event_id = self._words[row] if number == WORDS else str(number)
        shared = self._shared[int(self._codes[row])]
        return replace(shared, event_id=event_id, instant_ms=int(self._instants[row]))

    def __setitem__(self, row: int, event: Event) -> None:
        """A newer value of the same event."""
        if row >= len(self._codes):
            self._later[row - len(self._codes)] = event
            return
        self._codes[row] = self._code(event)
        self._instants[row] = event.instant_ms

    def append(self, event: Event) -> None:
        self._row_of_later[event.event_id] = len(self)
        self._later.append(event)

    def row_of(self, event_id: str) -> int | None:
        later = self._row_of_later.get(event_id)
        if later is not None:
            return later
        number = id_number(event_id)
        if number == WORDS:
            return self._row_of_words.get(event_id)
        # By bisect, which asks for one number ten times as quickly as numpy does.
        place = bisect_left(self._by_id.data, number, key=self._ids.item)
        if place == len(self._by_id):
            return None
        row = int(self._by_id[place])
        return row if int(self._ids[row]) == number else None

    def rows_of(self, event_ids: Iterable[str]) -> list[int]:
        """Of those of very many ids that are in here, in any order; without what was appended."""
        ids = list(event_ids)
        numbers = np.unique(np.fromiter(map(id_number, ids), np.int64, len(ids)))
        found = np.flatnonzero(np.isin(self._ids, numbers[numbers != WORDS]))
        return found.tolist() + [self._row_of_words[one] for one in ids if one in self._row_of_words]

    @property
    def samples(self) -> Sequence[Event]:
        """One event of all that are alike but for instant and id, and of each row of the columns its place in here (`codes`);
        to read."""
        return self._shared

    @property
    def codes(self) -> npt.NDArray[np.int32]:
        return self._codes

    @property
    def nbytes(self) -> int:
        """Of the columns; what is shared, and what arrived since, is little beside them."""
        return self._codes.nbytes + self._instants.nbytes + self._ids.nbytes + self._by_id.nbytes

    def _code(self, event: Event) -> int:
        alike: tuple[object, ...] = _SHARED(event)
        number = self._number_of.get(alike)
        if number is None:
            number = self._number_of[alike] = len(self._shared)
            self._shared.append(event)
        return number


def id_number(event_id: str) -> int:
    """Of an id that is written as a plain number; -1 of any other."""
    if event_id.isascii() and event_id.isdecimal() and len(event_id) <= 18:
        number = int(event_id)
        if number < _MOST and str(number) == event_id:
            return number
    return WORDS
