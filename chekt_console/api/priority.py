"""Who waits for a request: the limiter serves people first, background sync last, and closing lets commands end."""

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
_is_kept: ContextVar[bool] = ContextVar("request_is_kept", default=False)


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


def is_kept() -> bool:
    """The request belongs to a command: closing gives it time to end, reads of the same work included."""
    return _is_kept.get()


@contextmanager
def kept(is_command: bool = True) -> Iterator[None]:
    """Requests sent inside the block (in this thread) outlive `interrupt`; a block inside cannot take that back."""
    token = _is_kept.set(is_command or _is_kept.get())
    try:
        yield
    finally:
        _is_kept.reset(token)
