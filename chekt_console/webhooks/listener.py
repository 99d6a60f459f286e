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

    from starlette.types import Receive, Scope, Send

    from chekt_console.store.inbox import Inbox

PATH = "/webhooks"
MAX_BODY = 1 << 20
_SLOWEST_BODY_S = 5.0
_MOST_WAITING = 20_000  # deliveries not yet on disk; more are asked to come again
_GROUP = 2000
_RECORDED = {"new": (200, "taken"), "again": (200, "taken before"), "replay": (409, "A replay")}


class Listener:
    """Counts by status code. `tell` is told whenever new deliveries are on disk, or a count changed."""

    def __init__(self, inbox: Inbox, secret: str, tell: Callable[[Counter[int]], None]) -> None:
        self._inbox = inbox
        self._secret = secret
        self._tell = tell
        self.counts: Counter[int] = Counter()
        self._waiting: deque[tuple[Arrival, asyncio.Future[str]]] = deque()
        self._is_due = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            status, words = await self._handle(scope, receive)
            self.counts[status] += 1
            if status != 200:
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
        if len(self._waiting) >= _MOST_WAITING:
            return 429, "Too many at once"
        arrival = Arrival(delivery_id(body), time.time_ns() // 1_000_000, verdict.scheme, verdict.stamp, body)
        try:
            return _RECORDED[await self._write(arrival)]
        except DiskFailed:
            return 503, "It could not be written down"

    def _write(self, arrival: Arrival) -> asyncio.Future[str]:
        """All that arrived in one turn of the loop share one commit."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[str] = loop.create_future()
        self._waiting.append((arrival, answer))
        if not self._is_due:
            self._is_due = True
            loop.call_soon(self._flush)
        return answer

    def _flush(self) -> None:
        self._is_due = False
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), _GROUP))]
        try:
            verdicts = self._inbox.accept([arrival for arrival, _ in group])
        except DiskFailed as error:
            for _, answer in group:
                if not answer.done():
                    answer.set_exception(error)
        else:
            for (_, answer), verdict in zip(group, verdicts, strict=True):
                if not answer.done():
                    answer.set_result(verdict)
            self._tell(self.counts)
        if self._waiting and not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._flush)


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
    if status in (408, 413):
        headers.append((b"connection", b"close"))  # the rest of the body is not wanted
    with contextlib.suppress(OSError):
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
