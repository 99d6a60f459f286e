"""After sleep, and on another network: reads begin anew at once, commands go on, and a limit stays a limit."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.transport import Transport
from chekt_console.domain.clock import SystemClock
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WAIT_S = 30.0
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class _Server:
    """Of each connection the first request; it answers when it is told to."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_WAIT_S)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def taken(self) -> socket.socket:
        taken, _ = self._listener.accept()
        taken.settimeout(_WAIT_S)
        head = b""
        while b"\r\n\r\n" not in head:
            head += taken.recv(65536)
        return taken

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server()
    yield made
    made.close()


def _asked(ask: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    return thread, found


def test_a_read_on_a_dead_connection_begins_anew(server: _Server) -> None:
    transport = Transport(server.url, httpx.Auth(), clock=SystemClock(), user_agent="test")
    thread, found = _asked(lambda: transport.get("/ext/v1/sites", "the sites").status)
    dead = server.taken()  # and never a word of it
    transport.resume()
    living = server.taken()
    living.sendall(_ANSWER)
    thread.join(_WAIT_S)
    assert found == [200]
    transport.close()
    for link in (dead, living):
        link.close()


def test_a_command_under_way_goes_on(server: _Server) -> None:
    transport = Transport(server.url, httpx.Auth(), clock=SystemClock(), user_agent="test")
    thread, found = _asked(lambda: transport.write("POST", "/ext/v1/sites/7/arm", "the site", {}).status)
    link = server.taken()
    transport.resume()
    link.sendall(_ANSWER)
    thread.join(_WAIT_S)
    assert found == [200]
    transport.close()
    link.close()


class _Resuming(FakeClock):
    """Resumes as soon as somebody waits."""

    transport: Transport

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.transport.resume()


@pytest.mark.parametrize(("status", "is_hastened"), [(0, True), (429, False), (503, False)])
def test_what_had_no_answer_is_tried_again_at_once(status: int, is_hastened: bool) -> None:
    clock, asked = _Resuming(), []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) > 1:
            return httpx.Response(200, json={})
        if not status:
            raise httpx.ConnectError("no route")
        return httpx.Response(status, headers={"Retry-After": "9"}, json={})

    clock.transport = Transport(
        "https://gateway.example", httpx.Auth(), clock=clock, user_agent="test",
        http_transport=httpx.MockTransport(answer),
    )  # fmt: skip
    assert clock.transport.get("/ext/v1/sites", "the sites").status == 200
    assert (sum(clock.slept) < 1) is is_hastened
    clock.transport.close()
