"""A site's whole events without an object for each: of every event its instant and number, the rest once for all that share it."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from chekt_console.domain.event import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

_WORDS = -1  # in the column of numbers: the event's id is no plain number
_MOST = 2**62
_SHARED = attrgetter(*(field.name for field in fields(Event) if field.name not in ("event_id", "instant_ms")))


class EventRows(Protocol):
    """Where the whole event of a row comes from: a book, or a store that reads it when it is asked for."""

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
        self._codes: npt.NDArray[np.int32] = np.fromiter(map(self._code, listed), np.int32, count)
        self._instants = np.fromiter((event.instant_ms for event in listed), np.int64, count)
        self._ids = np.fromiter((_number(event.event_id) for event in listed), np.int64, count)
        self._words = {row: listed[row].event_id for row in np.flatnonzero(self._ids == _WORDS).tolist()}
        self._row_of_words = {event_id: row for row, event_id in self._words.items()}
        self._by_id: npt.NDArray[np.int32] = np.argsort(self._ids, kind="stable").astype(np.int32)
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
        event_id = self._words[row] if number == _WORDS else str(number)
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
        number = _number(event_id)
        if number == _WORDS:
            return self._row_of_words.get(event_id)
        # By bisect, which asks for one number ten times as quickly as numpy does.
        place = bisect_left(self._by_id.data, number, key=self._ids.item)
        if place == len(self._by_id):
            return None
        row = int(self._by_id[place])
        return row if int(self._ids[row]) == number else None

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


def _number(event_id: str) -> int:
    """Of an id that is written as a plain number; -1 of any other."""
    if event_id.isascii() and event_id.isdecimal() and len(event_id) <= 18:
        number = int(event_id)
        if number < _MOST and str(number) == event_id:
            return number
    return _WORDS
