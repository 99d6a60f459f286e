"""Replies cut in size and time: decoded in small steps, so that a few bytes never become a gigabyte, and read by a deadline.

httpx decodes what one read brought as a whole (64 KiB of a zip bomb are 64 MiB), and its time-outs begin anew at every byte.
"""

from __future__ import annotations

import time
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import httpcore
import httpx

from chekt_console.errors import UnexpectedReply

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

# What is asked for: what `decoded` can undo.
ACCEPT_ENCODING = "gzip"
_STEP = 64 * 1024
_ends_s: ContextVar[float | None] = ContextVar("_ends_s", default=None)


def decoded(response: httpx.Response, what: str) -> Iterator[bytes]:
    """The body in parts of at most 64 KiB, whatever the server made of it."""
    if response.is_stream_consumed:  # it is in memory already
        yield response.content
        return
    encoding = response.headers.get("content-encoding", "").strip().casefold()
    if encoding in ("", "identity"):
        yield from response.iter_raw()
        return
    if encoding not in ("gzip", "x-gzip"):
        raise _unreadable(response, what, f"content-encoding {encoding[:40]}")
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    is_empty = True
    for part in response.iter_raw():
        is_empty = False
        held, is_more = part, True
        while is_more and not inflate.eof:
            try:
                out = inflate.decompress(held, _STEP)
            except zlib.error as error:
                raise _unreadable(response, what, str(error)) from error
            held = inflate.unconsumed_tail
            is_more = bool(held) or len(out) == _STEP  # a full step may leave some inside
            if out:
                yield out
    if not is_empty and not inflate.eof:
        raise _unreadable(response, what, "gzip ends early")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Reads of this thread's requests end by then; needs `keep_deadlines`."""
    token = _ends_s.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends_s.reset(token)


def keep_deadlines(client: httpx.Client) -> None:
    """Makes every connection of this client obey `within`."""
    # WORKAROUND: httpx does not hand a network backend on to its pools (https://github.com/encode/httpx/issues/2503).
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = _Backend()


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(host, port, _left(timeout), local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, _left(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


def _left(timeout: float | None) -> float | None:
    ends_s = _ends_s.get()
    if ends_s is None:
        return timeout
    left = ends_s - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole took too long")
    return left if timeout is None else min(left, timeout)


def _unreadable(response: httpx.Response, what: str, detail: str) -> UnexpectedReply:
    return UnexpectedReply(
        f"The answer about {what} cannot be read.",
        endpoint=f"{response.request.method} {response.request.url.path}",
        detail=detail,
    )
