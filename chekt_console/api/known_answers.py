"""Lists as they were last read, with the server's mark of each: what did not change is not sent and not read again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

from chekt_console.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from chekt_console.api.transport import Reply

T = TypeVar("T")

_NOT_MODIFIED = 304


class KnownAnswers(Generic[T]):
    """Thread-safe. In memory only: another version of this program may read more out of the same answer."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, tuple[str, T]] = OrderedDict()

    def read(self, key: Hashable, ask: Callable[[str], Reply], understand: Callable[[Reply], T]) -> T:
        """The very same value as before when the server says that nothing changed. `ask` takes the ETag, "" for none."""
        with self._lock:
            etag, value = self._known.get(key, ("", None))
        reply = ask(etag)
        if reply.status == _NOT_MODIFIED:
            if value is None:
                raise UnexpectedReply(
                    "The server says that nothing changed, but it was not asked that.",
                    endpoint=reply.endpoint,
                )
            with self._lock:
                if key in self._known:
                    self._known.move_to_end(key)
            return value
        found = understand(reply)
        told = reply.headers.get("etag", "")
        with self._lock:
            self._known.pop(key, None)
            if told.isascii() and told.isprintable() and told:
                self._known[key] = (told, found)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return found

    def forget(self, key: Hashable) -> None:
        with self._lock:
            self._known.pop(key, None)
