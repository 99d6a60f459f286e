"""Families of endpoints that a server was found not to have, so that it is not asked again and again in vain."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from chekt_console.api.priority import Priority, current_priority
from chekt_console.errors import NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chekt_console.errors import ServerSaid

_SITES = 3  # one site alone may have none of them, or be gone
_REMEMBERED_S = 3_600.0


class Lacking:
    """Thread-safe. A family is lacking when three sites were answered with a 404 and none ever with anything else. Background
    work is kept from asking; who waits at the screen has it asked all the same."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        *,
        sites: int = _SITES,
        answers: tuple[type[ServerSaid], ...] = (NotThere,),
    ) -> None:
        """`answers`: those that say that it is not there. `sites`: of how many; 1 for what is no site's own."""
        self._now = now
        self._sites = sites
        self._answers = answers
        self._lock = threading.Lock()
        self._without: dict[str, dict[str, float]] = {}  # by family: site and when
        self._there: set[str] = set()

    @contextmanager
    def asking(self, family: str, site_id: str, what: str) -> Iterator[None]:
        """Around a read of the family. Raises NotThere without asking, as the server did."""
        if current_priority() is Priority.BACKGROUND and self.is_lacking(family):
            raise NotThere(f"The server does not have {what}.", status=404)
        try:
            yield
        except self._answers:
            with self._lock:
                self._without.setdefault(family, {})[site_id] = self._now()
            raise
        with self._lock:
            self._there.add(family)

    def is_lacking(self, family: str) -> bool:
        """For who has another way, or nobody waiting."""
        with self._lock:
            if family in self._there:
                return False
            since = self._now() - _REMEMBERED_S
            recent = {site: at for site, at in self._without.get(family, {}).items() if at > since}
            self._without[family] = recent
            return len(recent) >= self._sites
