"""The listener as an ASGI application: each delivery is on disk before it is answered."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import Counter, deque
from typing import TYPE_CHECKING

from chekt_console.domain.delivery import delivery_id
from chekt_console.domain.webhook_signature import check
from chekt_console.errors import DiskFailed
from chekt_console.store.inbox import Arrival

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from starlette.types import Receive, Scope, Send

    from chekt_console.store.inbox import Inbox

    _Waiting: TypeAlias = tuple[Arrival, asyncio.Future[str]]

PATH = "/webhooks"
MAX_BODY = 1 << 20
_SLOWEST_BODY_S = 5.0
MOST_WAITING = (
    1000  # deliveries not yet on disk; more are asked to come again. Below what the server lets connect
)
_GROUP = 500
_LOST = "lost"
_RECORDED = {
    "new": (200, "taken"),
    "again": (200, "taken before"),
    "replay": (409, "A replay"),
    _LOST: (503, "It could not be written down"),
}


class Listener:
    """Counts by status code. `tell` is told of each answer; what was answered 200 is on disk by then."""

    def __init__(self, inbox: Inbox, secret: str, tell: Callable[[Counter[int]], None]) -> None:
        self._inbox = inbox
        self._secret = secret
        self._tell = tell
        self.counts: Counter[int] = Counter()
        self._waiting: deque[_Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            status, words = await self._handle(scope, receive)
            self.counts[status] += 1
            self._tell(self.counts)
            await _reply(send, status, words)
        elif scope["type"] == "lifespan":
            while (await receive())["type"] != "lifespan.shutdown":
                await send({"type": "lifespan.startup.complete"})
            await send({"type": "lifespan.shutdown.complete"})

    async def _handle(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        if scope["path"] != PATH:
            return 404, "No such path"
        if scope["method"] != "POST":
            return 405, "Webhooks come by POST"
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        length = next((value for name, value in headers if name == "content-length"), "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return 413, "The body is over 1 MiB"
        try:
            async with asyncio.timeout(_SLOWEST_BODY_S):
                body = await _body(receive)
        except TimeoutError:
            return 408, "The body came too slowly"
        if body is None:
            return 413, "The body is over 1 MiB"
        verdict = check(headers, body, self._secret, time.time())
        if verdict.refusal:
            return 401, verdict.refusal
        if len(self._waiting) >= MOST_WAITING:
            return 429, "Too many at once"
        arrival = Arrival(delivery_id(body), time.time_ns() // 1_000_000, verdict.scheme, verdict.stamp, body)
        return _RECORDED[await self._write(arrival)]

    def _write(self, arrival: Arrival) -> asyncio.Future[str]:
        """All that arrived in one turn of the loop share one commit. While another program holds the file it is waited for in
        a thread, so that what is wrong or too much is answered meanwhile."""
        answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, answer))
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_down())
        return answer

    async def _write_down(self) -> None:
        """Until nothing waits. Whatever becomes of a group, each of it is answered."""
        group: list[_Waiting] = []
        try:
            while self._waiting:
                group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUP))]
                for (_, answer), verdict in zip(group, await self._accepted(group), strict=True):
                    if not answer.done():
                        answer.set_result(verdict)
        finally:
            self._writer = None
            for _, answer in [*group, *self._waiting]:
                if not answer.done():
                    answer.set_result(_LOST)
            self._waiting.clear()

    async def _accepted(self, group: list[_Waiting]) -> list[str]:
        """One verdict each. One that the file cannot take costs the others nothing."""
        arrivals = [arrival for arrival, _ in group]
        try:
            # Here and now: handed to a thread, each of its statements would wait for its turn behind a flood.
            return self._inbox.accept(arrivals, is_patient=False)
        except DiskFailed:
            pass  # most likely another program holds the file
        except (ValueError, OverflowError):
            if len(group) == 1:
                return [_LOST]
            return [verdict for one in group for verdict in await self._accepted([one])]
        try:
            return await asyncio.to_thread(self._inbox.accept, arrivals)
        except DiskFailed:
            return [_LOST] * len(group)


async def _body(receive: Receive) -> bytes | None:
    """None when it is too big."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _reply(send: Send, status: int, words: str) -> None:
    body = json.dumps({"received": status == 200, "message": words}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    if status == 405:
        headers.append((b"allow", b"POST"))
    if status == 429:
        headers.append((b"retry-after", b"1"))
    if status in (408, 413):
        headers.append((b"connection", b"close"))  # the rest of the body is not wanted
    with contextlib.suppress(OSError):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
