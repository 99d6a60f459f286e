"""One sender's connection: HTTP/1.1 read as it comes, answered in order, cut off when it is too slow or too much.

No server of general use: a flood of 10,000 requests a second costs such a one more than the checking and keeping of them.
"""

from __future__ import annotations

import asyncio
import http
import json
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import TYPE_CHECKING, cast

import httptools

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Taker(Protocol):
        """Who judges requests; chekt_console/webhooks/listener.py fits."""

        def take(self, request: Request, answer: Callable[[int, str], None]) -> None: ...
        def refuse(self, request: Request, status: int, words: str) -> None: ...


MAX_BODY = 1 << 20
MOST_HELD = 64 * MAX_BODY  # bytes of bodies of all connections together that are not answered yet
_TOO_BIG = "The body is over 1 MiB"
_MOST_HEADER_BYTES = 65_536
_STEP_S = 5.0  # for the headers of a request, the first one and the next included; and for its body
_LINGER_S = 1.0  # after a refusal that leaves the rest of a body unread, so that the sender gets to read it
_FIRST_BYTES = 4096  # of what is no HTTP


@dataclass(slots=True)
class Crowd:
    """All connections together. `most`: so many are heard at once; `held`: bytes of bodies, no more than `most_held`."""

    most: int
    most_held: int = MOST_HELD
    held: int = 0
    open_ones: set[Connection] = field(default_factory=set)


@dataclass(slots=True)
class Request:
    """As it came; names of headers in lower case. `size`: of the whole body, also when it was not taken."""

    method: str = ""
    url: bytes = b""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""
    size: int = 0


class _Exchange:
    """A request that was understood, and its answer when there is one."""

    __slots__ = ("held", "is_head", "is_last", "reply")

    def __init__(self, *, is_last: bool, is_head: bool, held: int = 0) -> None:
        self.is_last = is_last
        self.held = held
        self.is_head = is_head
        self.reply = b""


class Connection(asyncio.Protocol):
    """`due_at`: by the clock of the loop, when `expire` is to be called; 0 for never."""

    def __init__(self, taker: Taker, crowd: Crowd) -> None:
        self._taker = taker
        self._crowd = crowd
        self._held = 0  # of the crowd's
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpRequestParser(self)
        self._request = Request()
        self._body = bytearray()
        self._exchanges: deque[_Exchange] = deque()
        self._header_bytes = 0  # of one request all that is no body
        self._is_in_headers = False
        self._is_in_body = False
        self._is_deaf = False
        self.due_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._crowd.open_ones.add(self)
        self._wait()
        if len(self._crowd.open_ones) > self._crowd.most:
            self._refuse(503, "Too many connections")

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.open_ones.discard(self)
        self._release(self._held)
        self._is_deaf = True
        self.due_at = 0.0

    def data_received(self, data: bytes) -> None:
        if self._is_deaf:
            return
        self._header_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._hang_up()  # what was asked for is answered first
        except httptools.HttpParserCallbackError:
            raise  # a mistake of ours: the sender is cut off without an answer and comes again
        except httptools.HttpParserError:
            if not self._is_deaf:
                self._request.body = data[:_FIRST_BYTES]
                self._refuse(400, "This is no HTTP request")
        is_within = self._is_in_headers or self._is_in_body
        if is_within and not self._is_deaf and self._header_bytes > _MOST_HEADER_BYTES:
            self._refuse(431, "The headers are too long")

    def eof_received(self) -> bool:
        """Who has said all may still wait for its answers."""
        self._hang_up()
        return bool(self._exchanges)

    def pause_writing(self) -> None:
        """Who does not read its answers is not read either."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def expire(self) -> None:
        """It took too long: a body that began is answered, anything else cut off."""
        self.due_at = 0.0
        if self._is_in_body and not self._is_deaf:
            self._request.body = bytes(self._body)
            self._refuse(408, "The body came too slowly")
        else:
            self._transport.abort()

    # What the parser calls. After a refusal that ends the connection the rest means nothing.

    def on_message_begin(self) -> None:
        self._request = Request()
        self._body = bytearray()
        self._header_bytes = 0
        self._is_in_headers = True
        self._wait()

    def on_url(self, url: bytes) -> None:
        self._request.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._is_in_headers:  # what follows a body in parts says nothing here
            self._request.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        if self._is_deaf:
            return
        self._is_in_headers, self._is_in_body = False, True
        request = self._request
        request.method = self._parser.get_method().decode("latin-1")
        told = dict(request.headers)
        length = told.get(b"content-length", b"")
        request.size = int(length) if length.isdigit() else 0
        if request.size > MAX_BODY:
            self._refuse(413, _TOO_BIG)
        elif told.get(b"expect", b"").lower() == b"100-continue" and not self._exchanges:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if self._is_deaf:
            return
        self._body += body
        self._header_bytes -= len(body)
        self._held += len(body)
        self._crowd.held += len(body)
        if len(self._body) > MAX_BODY:
            self._request.size = len(self._body)
            self._refuse(413, _TOO_BIG)
        elif self._crowd.held > self._crowd.most_held:
            self._refuse(429, "Too much at once")

    def on_message_complete(self) -> None:
        if self._is_deaf:
            return
        self._is_in_body = False
        request = self._request
        request.body = bytes(self._body)
        request.size = len(request.body)
        self._body = bytearray()
        is_last = self._parser.get_http_version() == "1.0" or not self._parser.should_keep_alive()
        exchange = _Exchange(is_last=is_last, is_head=request.method == "HEAD", held=request.size)
        self._exchanges.append(exchange)
        self.due_at = 0.0  # from here on it is ours to be quick
        if is_last:
            self._is_deaf = True
        self._taker.take(request, partial(self._answer, exchange))

    def _wait(self) -> None:
        self.due_at = self._loop.time() + _STEP_S

    def _refuse(self, status: int, words: str) -> None:
        """What is wrong with how it is sent; the rest is not wanted."""
        self._taker.refuse(self._request, status, words)
        self._is_deaf = True
        exchange = _Exchange(is_last=True, is_head=False, held=len(self._body))
        self._body = bytearray()
        self._exchanges.append(exchange)
        self._answer(exchange, status, words)

    def _release(self, held: int) -> None:
        """Once: a connection that is lost has nothing left of what is answered later."""
        held = min(held, self._held)
        self._held -= held
        self._crowd.held -= held

    def _answer(self, exchange: _Exchange, status: int, words: str) -> None:
        self._release(exchange.held)
        exchange.reply = reply(status, words, is_last=exchange.is_last, is_head=exchange.is_head)
        exchanges = self._exchanges
        if self._transport.is_closing():
            exchanges.clear()
            return
        is_last = False
        while exchanges and exchanges[0].reply:
            first = exchanges.popleft()
            self._transport.write(first.reply)
            is_last = is_last or first.is_last
        if is_last or (self._is_deaf and not exchanges):
            self._linger()
        elif not exchanges and not self._is_in_headers and not self._is_in_body:
            self._wait()

    def _hang_up(self) -> None:
        """Once all is answered."""
        self._is_deaf = True
        if not self._exchanges and not self._transport.is_closing():
            self._transport.close()

    def _linger(self) -> None:
        """All is said. What still comes is thrown away for a while: a connection that is closed before it is read takes
        the answer with it."""
        if self._transport.can_write_eof():
            self._transport.write_eof()
            self.due_at = self._loop.time() + _LINGER_S
        else:
            self._transport.close()


@lru_cache(maxsize=128)
def reply(status: int, words: str, *, is_last: bool, is_head: bool) -> bytes:
    body = json.dumps({"received": status == 200, "message": words}).encode()
    lines = [
        f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}",
        "content-type: application/json",
        f"content-length: {len(body)}",
    ]
    if status == 405:
        lines.append("allow: POST")
    if status == 429:
        lines.append("retry-after: 1")
    if is_last:
        lines.append("connection: close")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + (b"" if is_head else body)
