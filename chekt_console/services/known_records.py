"""Reading for a form: from the server, else what it said last, so that a change can be made without a network too."""

from __future__ import annotations

import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING, TypeVar

from chekt_console.api.priority import briefly
from chekt_console.errors import DiskFailed, ServerBroken, TooManyRequests, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

T = TypeVar("T")

_log = logging.getLogger(__name__)


def read_or_known(
    read: Callable[[], T], keep: Callable[[T], None], known: Callable[[], tuple[T, datetime] | None]
) -> tuple[T, str]:
    """With a sentence that tells how old it is, "" when it is from the server now. Raises what `read` raises when nothing is
    known; when something is, it is not held back for as long as a server that does not answer is tried."""
    last = _last(known)
    try:
        with briefly() if last is not None else nullcontext():
            found = read()
    except (Unreachable, ServerBroken, TooManyRequests) as error:
        if last is None:
            raise
        why = error.sentence.removesuffix("Nothing was sent.").strip()
        when = last[1].astimezone().strftime("%Y-%m-%d at %H:%M")
        return last[
            0
        ], f"{why} This is as it was read on {when}; what you change waits until the server answers."
    try:
        keep(found)
    except DiskFailed as error:
        _log.info("what a form showed was not kept: %s", error.detail)
    return found, ""


def _last(known: Callable[[], tuple[T, datetime] | None]) -> tuple[T, datetime] | None:
    try:
        return known()
    except DiskFailed as error:
        _log.info("what a form showed cannot be read: %s", error.detail)
        return None
