"""Replies cut in size and time: decoded in small steps, so that a few bytes never become a gigabyte, and read by a deadline.

httpx decodes what one read brought as a whole (64 KiB of a zip bomb are 64 MiB), and its time-outs begin anew at every byte.
"""

from __future__ import annotations

import socket
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING
from weakref import WeakSet

import httpcore
import httpx

from chekt_console.api.priority import is_kept
from chekt_console.api.reply_words import request_words
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


def keep_deadlines(client: httpx.Client) -> Wires:
    """Makes every connection of this client obey `within`; what is given back ends them."""
    wires = Wires()
    # WORKAROUND: httpx does not hand a network backend on to its pools (https://github.com/encode/httpx/issues/2503).
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = _Backend(wires)
    return wires


class Wires:
    """The open connections of one client, so that another thread can end a wait for the other side.

    Closing a socket does not wake a thread that waits in it (on Linux): it has to be shut down.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._streams: WeakSet[_Stream] = WeakSet()
        self._is_interrupted = False
        self._is_cut = False

    def interrupt(self) -> None:
        """What reads ends, now and from now on; commands go on."""
        with self._lock:
            self._is_interrupted = True
            self._shut()

    def drop(self) -> None:
        """Who reads begins anew, on another connection."""
        with self._lock:
            self._shut()

    def cut(self) -> None:
        """Commands end too."""
        with self._lock:
            self._is_interrupted = self._is_cut = True
            self._shut()

    def check(self) -> None:
        with self._lock:
            self._check()

    @contextmanager
    def busy(self, stream: _Stream, sock: object) -> Iterator[None]:
        """Inside, the thread waits for the other side on this socket."""
        with self._lock:
            self._check()
            stream.sock, stream.is_kept = sock, is_kept()
            self._streams.add(stream)
        try:
            yield
        finally:
            with self._lock:
                stream.sock = None
                self._streams.discard(stream)

    def _check(self) -> None:
        if self._is_cut or (self._is_interrupted and not is_kept()):
            raise httpcore.ReadError("the console closes the connection")

    def _shut(self) -> None:
        for stream in self._streams:
            if isinstance(stream.sock, socket.socket) and (self._is_cut or not stream.is_kept):
                with suppress(OSError):
                    # Not the method of a TLS socket: it drops state that the other thread is reading.
                    socket.socket.shutdown(stream.sock, socket.SHUT_RDWR)


class _Backend(httpcore.SyncBackend):
    def __init__(self, wires: Wires) -> None:
        self._wires = wires

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self._wires.check()
        return _Stream(
            super().connect_tcp(host, port, _left(timeout), local_address, socket_options), self._wires
        )


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, wires: Wires) -> None:
        self._inner = inner
        self._wires = wires
        self.sock: object = None  # set while a thread waits in it
        self.is_kept = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with self._wires.busy(self, self.get_extra_info("socket")):
            return self._inner.read(max_bytes, _left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        with self._wires.busy(self, self.get_extra_info("socket")):
            self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        sock = self.get_extra_info("socket")
        assert isinstance(sock, socket.socket)
        # The handshake takes the socket's handle away from it: a second handle of the same connection can end it.
        with (
            socket.fromfd(sock.fileno(), sock.family, sock.type) as twin,
            self._wires.busy(self, twin),
        ):
            secured = self._inner.start_tls(ssl_context, server_hostname, _left(timeout))
        return _Stream(secured, self._wires)

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
        detail=f"{detail} {request_words(response.headers)}",
    )
