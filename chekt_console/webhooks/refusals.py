"""What was refused lately, for the person who looks why: so many and no more, on disk once in a while and not for each."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from typing import TYPE_CHECKING

from chekt_console.domain.delivery import RefusedDelivery
from chekt_console.domain.delivery_headers import shown_headers, shown_url
from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.store.inbox import Inbox
    from chekt_console.webhooks.connection import Request

MOST_KEPT = 200
MOST_BODY = 4096  # bytes of each that are kept
_EVERY_S = 1.0


class Refusals:
    """In the loop's thread; a flood costs each of them a place in a ring, and the disk a write a second."""

    def __init__(self, inbox: Inbox, *, every_s: float = _EVERY_S) -> None:
        self._inbox = inbox
        self._every_s = every_s
        self._new: deque[tuple[int, Request, int, str]] = deque(maxlen=MOST_KEPT)
        self._is_due = False
        self.on_kept: Callable[[], None] = lambda: None

    def add(self, request: Request, status: int, words: str) -> None:
        request.body = request.body[:MOST_BODY]
        self._new.append((time.time_ns() // 1_000_000, request, status, words))
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(self._every_s, self._begin_writing)

    def _begin_writing(self) -> None:
        self._is_due = False
        new, self._new = list(self._new), deque(maxlen=MOST_KEPT)
        written = asyncio.get_running_loop().run_in_executor(None, self._write, new)
        written.add_done_callback(lambda _: self.on_kept())

    def _write(self, new: list[tuple[int, Request, int, str]]) -> None:
        """They are no promise to anybody: what the disk refuses is let go."""
        with contextlib.suppress(DiskFailed):
            self._inbox.put_refused([_as_kept(*one) for one in new], MOST_KEPT)


def _as_kept(received_ms: int, request: Request, status: int, words: str) -> RefusedDelivery:
    return RefusedDelivery(
        0,
        received_ms,
        status,
        words,
        request.method[:20],
        shown_url(request.url),
        shown_headers(request.headers),
        request.body,
        request.size,
    )
