"""Reading what a command has done: looks that wait longer and longer, and a look that fails is not the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from chekt_console.api.priority import anew
from chekt_console.errors import WorldFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chekt_console.domain.clock import Clock

T = TypeVar("T")


def looks(read: Callable[[], T], clock: Clock, waits_s: tuple[float, ...]) -> Iterator[T]:
    """What each look found, a look after each of `waits_s` (seconds); nothing for those that failed."""
    for wait_s in waits_s:
        if wait_s:
            clock.sleep(wait_s)
        try:
            with anew():
                found = read()
        except WorldFailed:
            continue
        yield found
