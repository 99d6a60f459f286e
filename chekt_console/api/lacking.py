"""Families of endpoints that a server was found not to have, so that background work does not ask for each site in vain."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chekt_console.api.priority import Priority, current_priority
from chekt_console.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SITES = 3  # one site alone may have none of them, or be gone
_REMEMBERED_S = 3_600.0


class Lacking:
    """Thread-safe. A family is lacking when three sites were answered with a 404 and none ever with anything else; who waits at
    the screen has it asked all the same."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._without: dict[str, dict[str, float]] = {}  # by family: site and when
        self._there: set[str] = set()

    @contextmanager
    def asking(self, family: str, site_id: str, what: str) -> Iterator[None]:
        """Around a read of the family. Raises NotThere without asking, as the server did."""
        if current_priority() is Priority.BACKGROUND and self._is_lacking(family):
            raise NotThere(f"The server does not have {what}.", status=404)
        try:
            yield
        except NotThere:
            with self._lock:
                self._without.setdefault(family, {})[site_id] = self._now()
            raise
        with self._lock:
            self._there.add(family)

    def _is_lacking(self, family: str) -> bool:
        with self._lock:
            if family in self._there:
                return False
            since = self._now() - _REMEMBERED_S
            recent = {site: at for site, at in self._without.get(family, {}).items() if at > since}
            self._without[family] = recent
            return len(recent) >= _SITES
