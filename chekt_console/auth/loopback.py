"""Waits on 127.0.0.1 for the browser to come back from the sign-in page (RFC 8252), and for nothing else.

One thread, no framework: anything but a GET of the right path, host and state gets a plain page and changes nothing.
"""

from __future__ import annotations

import hmac
import selectors
import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from chekt_console.errors import WorldFailed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from chekt_console.domain.progress import Progress

_PATH = "/callback"
_MAX_REQUEST = 16 * 1024
_CONNECTION_S = 5.0
_MAX_CONNECTIONS = 32
_TICK_S = 0.1
_LINGER_S = 1.0
TIMEOUT_S = 300.0

_PAGE = (
    "<!doctype html><html lang='en'><meta charset='utf-8'><title>CHeKT Console</title>"
    "<body style='font:16px sans-serif;margin:4em auto;max-width:30em'><h1>{title}</h1><p>{text}</p>"
)
_DONE = ("Signed in", "You can close this page and go back to CHeKT Console.")
_REFUSED = ("Not signed in", "The sign-in was refused. Go back to CHeKT Console to see why.")
_NOTHING = ("Nothing to see here", "This page only answers the sign-in that CHeKT Console started.")
_OVER = (
    "Nothing left to do",
    "This sign-in has ended. You can close this page and go back to CHeKT Console.",
)


class SignInFailed(WorldFailed):
    """The sign-in ended without a code: refused, timed out, or no port was free."""


@dataclass
class _Connection:
    opened: float
    received: bytearray = field(default_factory=bytearray)


class LoopbackListener:
    """Bound from construction (before the browser opens) until `close`; use as a context manager."""

    def __init__(self, ports: Sequence[int] = (0,)) -> None:
        """`ports`: tried in order; 0 lets the system choose. A fixed list serves providers that want exact addresses."""
        self._socket = _bound(ports)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._connections: dict[socket.socket, _Connection] = {}
        self._code_s = 0.0  # when the code came
        self.port: int = self._socket.getsockname()[1]

    @property
    def redirect_uri(self) -> str:
        return f"http://127.0.0.1:{self.port}{_PATH}"

    def __enter__(self) -> LoopbackListener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for connection in tuple(self._connections):
            self._drop(connection)
        self._selector.close()
        self._socket.close()

    def wait_for_code(
        self, state: str, progress: Progress, *, timeout_s: float = TIMEOUT_S, issuer: str = ""
    ) -> str:
        """The authorization code that came with the right state. Raises SignInFailed, or Cancelled by `progress`.

        `issuer`: when the reply carries `iss` (RFC 9207) it must be this.
        """
        ends = time.monotonic() + timeout_s
        while time.monotonic() < ends:
            progress.check()
            code = self._turn(_TICK_S, state, issuer)
            if code is not None:
                self._code_s = time.monotonic()
                return code
        raise SignInFailed(
            "The browser did not come back within five minutes. Nothing was changed; sign in again."
        )

    def answer_late_ones(self) -> None:
        """A browser that comes again within a second of the code gets a page instead of a refused connection."""
        ends = max(self._code_s + _LINGER_S, time.monotonic() + _TICK_S)
        while (left_s := ends - time.monotonic()) > 0:
            self._turn(min(left_s, _TICK_S), "", "")

    def _turn(self, wait_s: float, state: str, issuer: str) -> str | None:
        for key, _ in self._selector.select(wait_s):
            if key.fileobj is self._socket:
                self._accept()
                continue
            connection = key.fileobj
            assert isinstance(connection, socket.socket)
            code = self._read(connection, state, issuer)
            if code is not None:
                return code
        self._drop_slow()
        return None

    def _accept(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        if len(self._connections) >= _MAX_CONNECTIONS:
            # The browser comes last and speaks at once: silent ones must not keep it out.
            self._drop(min(self._connections, key=lambda one: self._connections[one].opened))
        connection.setblocking(False)
        self._connections[connection] = _Connection(time.monotonic())
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket, state: str, issuer: str) -> str | None:
        known = self._connections.get(connection)
        if known is None:
            return None  # dropped for another one while this turn's list was gone through
        try:
            chunk = connection.recv(4096)
        except (BlockingIOError, InterruptedError):
            return None
        except OSError:
            chunk = b""
        if not chunk:
            self._drop(connection)
            return None
        known.received += chunk
        if b"\r\n\r\n" not in known.received:
            if len(known.received) > _MAX_REQUEST:
                self._answer(connection, 431, _NOTHING)
            return None
        return self._decide(connection, bytes(known.received), state, issuer)

    def _decide(self, connection: socket.socket, request: bytes, state: str, issuer: str) -> str | None:
        head = request.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n")
        words = head[0].split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head[1:])
        }
        if len(words) != 3 or headers.get("host") not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            self._answer(connection, 400, _NOTHING)
            return None
        if self._code_s:
            self._answer(connection, 200, _OVER)
            return None
        try:
            target = urlsplit(words[1])
            query = parse_qs(target.query, keep_blank_values=True, max_num_fields=20)
        except ValueError:
            self._answer(connection, 400, _NOTHING)
            return None
        if target.path != _PATH:
            self._answer(connection, 404, _NOTHING)
            return None
        if words[0] != "GET":
            self._answer(connection, 405, _NOTHING)
            return None
        if any(len(values) != 1 for values in query.values()):
            self._answer(connection, 400, _NOTHING)
            return None
        given = {name: values[0] for name, values in query.items()}
        if not hmac.compare_digest(given.get("state", "").encode(), state.encode()):
            self._answer(connection, 400, _NOTHING)
            return None
        if issuer and given.get("iss", issuer) != issuer:
            self._answer(connection, 400, _REFUSED)
            raise SignInFailed(
                "The answer came from another sign-in server than the one asked. Nothing was accepted."
            )
        if "error" in given:
            self._answer(connection, 200, _REFUSED)
            raise SignInFailed(
                "The sign-in page refused: " + _plain(given.get("error_description") or given["error"]),
                detail=_plain(given["error"]),
            )
        if not given.get("code"):
            self._answer(connection, 400, _NOTHING)
            return None
        self._answer(connection, 200, _DONE)
        return given["code"]

    def _answer(self, connection: socket.socket, status: int, words: tuple[str, str]) -> None:
        body = _PAGE.format(title=words[0], text=words[1]).encode()
        reason = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}.get(
            status, "Error"
        )
        head = (
            f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/html; charset=utf-8\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\nCache-Control: no-store\r\n"
            "Referrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n"
            "X-Content-Type-Options: nosniff\r\n\r\n"
        )
        try:
            connection.setblocking(True)
            connection.settimeout(1.0)
            connection.sendall(head.encode() + body)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the browser went away: nothing hangs on this page
        self._drop(connection)

    def _drop(self, connection: socket.socket) -> None:
        if self._connections.pop(connection, None) is not None:
            self._selector.unregister(connection)
            connection.close()

    def _drop_slow(self) -> None:
        now = time.monotonic()
        for connection, known in tuple(self._connections.items()):
            if now - known.opened > _CONNECTION_S:
                self._drop(connection)


def _bound(ports: Sequence[int]) -> socket.socket:
    for port in ports:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen(16)
        except OSError:
            listener.close()
            continue
        listener.setblocking(False)
        return listener
    raise SignInFailed(
        f"Another program uses the ports kept for signing in ({', '.join(map(str, ports))}). Close it and try again."
    )


def _plain(text: str) -> str:
    """Printable, short: it comes from outside and is shown."""
    return "".join(c for c in text if c.isprintable())[:200]
