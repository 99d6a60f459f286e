"""Work on one thing at a time, while work on others goes on; who waits can be cancelled."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chekt_console.domain.progress import Progress

_LOOK_S = 0.1  # so often one that waits looks whether it is still wanted


class Turns:
    def __init__(self) -> None:
        self._ended = threading.Condition()
        self._busy: set[str] = set()

    @contextmanager
    def of(self, key: str, progress: Progress) -> Iterator[None]:
        """Waits until nobody else has the turn of `key`. Cancelled while it waits: the error of `progress`."""
        with self._ended:
            while key in self._busy:
                progress.check()
                self._ended.wait(_LOOK_S)
            self._busy.add(key)
        try:
            yield
        finally:
            with self._ended:
                self._busy.discard(key)
                self._ended.notify_all()
