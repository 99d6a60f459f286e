"""The last requests received, for tests to look at."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Scope

_KEPT = 5000


class Record:
    def __init__(self) -> None:
        self._requests: deque[dict[str, object]] = deque(maxlen=_KEPT)

    def add_scope(self, scope: Scope, status: int | None = None) -> dict[str, object]:
        query = scope["query_string"].decode("latin-1")
        # What grants access is kept nowhere.
        query = "" if "access_token" in query or "signature" in query else query
        return self.add(scope["method"], scope["path"], query, status)

    def add(self, method: str, path: str, query: str = "", status: int | None = None) -> dict[str, object]:
        """Status stays None until one was decided; a connection dropped before acting never has one."""
        entry: dict[str, object] = {"method": method, "path": path, "query": query, "status": status}
        self._requests.append(entry)
        return entry

    def entries(self) -> list[dict[str, object]]:
        return list(self._requests)

    def clear(self) -> None:
        self._requests.clear()
