"""Who waits for a request: the limiter serves people first, background sync last."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Priority(IntEnum):
    """Lower is served first."""

    PERSON = 0
    SCREEN = 1
    BACKGROUND = 2


_current: ContextVar[Priority] = ContextVar("request_priority", default=Priority.SCREEN)


def current_priority() -> Priority:
    return _current.get()


@contextmanager
def at_priority(priority: Priority) -> Iterator[None]:
    """Requests sent inside the block (in this thread) have this priority."""
    token = _current.set(priority)
    try:
        yield
    finally:
        _current.reset(token)
