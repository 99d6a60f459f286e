"""What the work around a request wants of it: whom it is for, whether closing lets it end, who gives it up, whether it
is asked anew, and for how long it is tried."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Priority(IntEnum):
    """Lower is served first."""

    PERSON = 0
    SCREEN = 1
    BACKGROUND = 2


_current: ContextVar[Priority] = ContextVar("request_priority", default=Priority.SCREEN)
_is_kept: ContextVar[bool] = ContextVar("request_is_kept", default=False)
_is_anew: ContextVar[bool] = ContextVar("request_is_anew", default=False)
_is_brief: ContextVar[bool] = ContextVar("request_is_brief", default=False)
_check: ContextVar[Callable[[], None] | None] = ContextVar("request_check", default=None)


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


@contextmanager
def wanted(check: Callable[[], None]) -> Iterator[None]:
    """Requests sent inside the block (in this thread) end their wait for another try when `check` raises Cancelled."""
    token = _check.set(check)
    try:
        yield
    finally:
        _check.reset(token)


def check_wanted() -> None:
    """Raises Cancelled when nobody waits for the work of this thread any longer."""
    check = _check.get()
    if check is not None:
        check()


def is_anew() -> bool:
    return _is_anew.get()


@contextmanager
def anew() -> Iterator[None]:
    """Reads inside the block (in this thread) are sent now and tried once: for who reads a command back and repeats by
    himself. An answer that was under way before the command proves nothing."""
    token = _is_anew.set(True)
    try:
        yield
    finally:
        _is_anew.reset(token)


def is_brief() -> bool:
    return _is_brief.get()


@contextmanager
def briefly() -> Iterator[None]:
    """Requests inside the block (in this thread) are tried for a few seconds only: for who waits at a form while there is
    something to show without the answer, or a place where the wish can wait."""
    token = _is_brief.set(True)
    try:
        yield
    finally:
        _is_brief.reset(token)
