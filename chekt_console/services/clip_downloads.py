"""One download of a clip at a time: who wants a clip that is on its way waits for it and sees how far it is."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chekt_console.domain.progress import NoProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chekt_console.domain.progress import Progress

_LOOK_S = 0.1


class _Shown(NoProgress):
    """The progress of the one who downloads, seen by all who wait for it."""

    def __init__(self, own: Progress) -> None:
        self._own = own
        self.said = (0, 0, "")

    def report(self, done: int, total: int, text: str = "") -> None:
        self.said = (done, total, text)
        self._own.report(done, total, text)

    def partial(self, value: object) -> None:
        self._own.partial(value)

    def check(self) -> None:
        self._own.check()


class Downloads:
    """Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running: dict[str, _Shown] = {}

    @contextmanager
    def turn(self, event_id: str, progress: Progress) -> Iterator[Progress]:
        """Inside it nobody else fetches this clip. Cancelled while it waits when `progress` says so."""
        mine = _Shown(progress)
        while True:
            with self._changed:
                theirs = self._running.setdefault(event_id, mine)
                if theirs is mine:
                    break
                self._changed.wait(_LOOK_S)
            progress.report(*theirs.said)
        try:
            yield mine
        finally:
            with self._changed:
                del self._running[event_id]
                self._changed.notify_all()
