"""Closing against a server that never answers: reads end at once, a command keeps its time and its doubtful outcome."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.priority import kept
from chekt_console.api.transport import Transport
from chekt_console.domain.clock import SystemClock
from chekt_console.errors import Cancelled, ConsoleError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WAIT_S = 30.0
_LONGEST_S = 10.0  # half of what a read may wait


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Takes connections and is silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(_WAIT_S)
        yield server


class _Asking:
    """One request in a thread, and how it ended."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.error: ConsoleError | None = None
        self._ask = ask
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self._ask()
        except ConsoleError as error:
            self.error = error

    def ended(self) -> ConsoleError | None:
        self.thread.join(_WAIT_S)
        assert not self.thread.is_alive()
        return self.error


def _transport(listener: socket.socket, scheme: str = "http") -> Transport:
    host, port = listener.getsockname()
    return Transport(f"{scheme}://{host}:{port}", httpx.Auth(), clock=SystemClock(), user_agent="test")


def _taken(listener: socket.socket) -> socket.socket:
    """The connection, once the whole request head is in."""
    taken, _ = listener.accept()
    taken.settimeout(_WAIT_S)
    head = b""
    while b"\r\n\r\n" not in head:
        head += taken.recv(65536)
    return taken


def _stream(transport: Transport) -> None:
    with transport.streaming(f"{transport.base_url}/live", "the picture") as response:
        response.read()


@pytest.mark.parametrize("ask", [lambda t: t.get("/sites", "the sites"), _stream], ids=["get", "stream"])
def test_a_read_ends_at_once_and_is_not_asked_again(
    listener: socket.socket, ask: Callable[[Transport], object]
) -> None:
    transport = _transport(listener)
    asking = _Asking(lambda: ask(transport))
    with _taken(listener):
        began_s = time.monotonic()
        transport.interrupt()
        assert isinstance(asking.ended(), Cancelled)
        assert time.monotonic() - began_s < _LONGEST_S
    with pytest.raises(Cancelled):
        transport.get("/sites", "the sites")
    transport.close()


def test_a_command_outlives_the_interruption_and_ends_in_doubt_when_closed(listener: socket.socket) -> None:
    transport = _transport(listener)
    asking = _Asking(lambda: transport.write("POST", "/arm", "arming"))
    with _taken(listener):
        transport.interrupt()
        assert asking.thread.is_alive()
        transport.close()
        error = asking.ended()
    assert isinstance(error, Unreachable)
    assert error.may_have_acted


def test_a_read_of_a_command_is_answered_after_the_interruption(listener: socket.socket) -> None:
    transport = _transport(listener)

    def read_back() -> None:
        with kept():
            assert transport.get("/sites", "the sites").body == b"[]"

    asking = _Asking(read_back)
    with _taken(listener) as taken:
        transport.interrupt()
        taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")
        assert asking.ended() is None
    transport.close()


def test_a_handshake_that_hangs_ends_at_once(listener: socket.socket) -> None:
    transport = _transport(listener, "https")
    asking = _Asking(lambda: transport.get("/sites", "the sites"))
    taken, _ = listener.accept()
    with taken:
        taken.settimeout(_WAIT_S)
        assert taken.recv(1)  # the client's hello: it waits for ours
        began_s = time.monotonic()
        transport.interrupt()
        assert isinstance(asking.ended(), Cancelled)
        assert time.monotonic() - began_s < _LONGEST_S / 2
    transport.close()
