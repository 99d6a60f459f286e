"""Replies held back, cut and dropped below the level that the web framework knows."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Message, Send

_FLUSH_S = 0.05
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


async def drop(send: Send, *, is_gentle: bool = False, is_reset: bool = False) -> None:
    """Closes the connection without a word more. Gentle: after what was written has left; reset: by a TCP reset, which the
    other side meets as an error and not as an end.

    uvicorn's `send` is a method of the request's cycle, which holds the transport; nothing public gives it.
    """
    owner: Any = getattr(send, "__self__", None)
    transport = owner.transport
    if is_reset:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    if is_gentle:
        transport.close()
    else:
        transport.abort()
    for _ in range(100):
        if owner.disconnected:
            return
        await asyncio.sleep(_FLUSH_S / 10)


class Capture:
    """Stands in for `send` and keeps the whole reply."""

    def __init__(
        self, status: int = 500, headers: list[tuple[bytes, bytes]] | None = None, body: bytes = b""
    ) -> None:
        self.status = status
        self.headers = headers or []
        self.body = body
        if body:
            self.replace(body)

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def replace(self, body: bytes) -> None:
        self.body = body
        self.headers = [pair for pair in self.headers if pair[0].lower() != b"content-length"]
        self.headers.append((b"content-length", str(len(body)).encode()))

    async def send(self, send: Send, *, length: int | None = None) -> None:
        """`length` given: only so many bytes, and the reply left open."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send(
            {"type": "http.response.body", "body": self.body[:length], "more_body": length is not None}
        )

    async def drip(self, send: Send, size: int, wait_s: float) -> None:
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        for start in range(0, len(self.body), size):
            await send(
                {"type": "http.response.body", "body": self.body[start : start + size], "more_body": True}
            )
            await asyncio.sleep(wait_s)
        await send({"type": "http.response.body", "body": b""})
