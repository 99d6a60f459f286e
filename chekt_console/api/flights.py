"""Equal reads that are wanted at the same time go out once, and all who want one are told its answer."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, Generic, TypeVar

from chekt_console.api.limiter import Wish
from chekt_console.api.priority import current_priority

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

_LOOK_S = 0.1


class Flight(Generic[T]):
    """`wish` becomes as urgent as the most urgent of those who wait."""

    def __init__(self, key: Hashable) -> None:
        self.key = key
        self.wish = Wish(current_priority())
        self._answer: Future[T] = Future()

    def result(self, check: Callable[[], None]) -> T:
        """Waits. `check` is called now and then meanwhile, and what it raises ends the waiting."""
        while not wait((self._answer,), _LOOK_S).done:
            check()
        return self._answer.result()

    def land(self, answer: T | BaseException) -> None:
        if isinstance(answer, BaseException):
            self._answer.set_exception(answer)
        else:
            self._answer.set_result(answer)


class Flights(Generic[T]):
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Flight[T]] = {}
        self._writes = 0  # ended so far: an answer asked for before a write tells nothing about it

    def wrote(self) -> None:
        """Who reads from now on shares no answer that was asked for before."""
        with self._lock:
            self._writes += 1

    def joined(self, what: Hashable) -> tuple[Flight[T], bool]:
        """The flight to this answer, and whether it is the caller's own to `fly`."""
        with self._lock:
            key = (what, self._writes)
            found = self._under_way.get(key)
            if found is not None:
                return found, False
            mine = self._under_way[key] = Flight(key)
            return mine, True

    def fly(self, flight: Flight[T], ask: Callable[[Wish], T]) -> T:
        try:
            answer = ask(flight.wish)
        except BaseException as error:
            self._end(flight)
            flight.land(error)
            raise
        self._end(flight)
        flight.land(answer)
        return answer

    def _end(self, flight: Flight[T]) -> None:
        """Before the others are told: who asks again flies anew."""
        with self._lock:
            del self._under_way[flight.key]
