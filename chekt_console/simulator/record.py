"""The last requests received, for tests to look at."""

from __future__ import annotations

from collections import deque

_KEPT = 5000


class Record:
    def __init__(self) -> None:
        self._requests: deque[dict[str, object]] = deque(maxlen=_KEPT)

    def add(self, method: str, path: str, query: str) -> dict[str, object]:
        """Status stays None until answered, or for ever when the connection was dropped."""
        entry: dict[str, object] = {"method": method, "path": path, "query": query, "status": None}
        self._requests.append(entry)
        return entry

    def entries(self) -> list[dict[str, object]]:
        return list(self._requests)

    def clear(self) -> None:
        self._requests.clear()
