"""faults.md: a half-open connection: kept for the next request, and the other side has gone without a word."""

from __future__ import annotations

import json
import re
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.events_resource import Events
from chekt_console.api.schedules_resource import Schedules
from chekt_console.api.sites_resource import Sites
from chekt_console.api.transport import Transport
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.errors import Unreachable
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator


def _length(head: bytes) -> int:
    found = re.search(rb"(?i)content-length: *([0-9]+)", head)
    return int(found[1]) if found else 0


class HalfOpen:
    """Answers the first request of its first connection, keeps that open, and never hears or says anything on it again.
    Every later connection is a good one."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[list[str]] = []  # of each connection the first lines that were answered
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(5)
        self._listener.close()

    def _accept(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError):
                link, _ = self._listener.accept()
                self.requests.append([])
                thread = threading.Thread(target=self._serve, args=(link, len(self.requests) - 1))
                self._threads.append(thread)
                thread.start()

    def _serve(self, link: socket.socket, number: int) -> None:
        with link:
            link.settimeout(0.05)
            waiting = b""
            while not self._ended.is_set():
                if number == 0 and self.requests[0]:
                    self._ended.wait(0.05)  # gone: what comes in is not even read
                    continue
                try:
                    part = link.recv(65536)
                except TimeoutError:
                    continue
                except OSError:
                    return
                if not part:
                    return
                waiting += part
                head, end, body = waiting.partition(b"\r\n\r\n")
                if not end or len(body) < _length(head):
                    continue
                waiting = b""
                self.requests[number].append(head.split(b" HTTP", 1)[0].decode())
                answer = json.dumps(
                    [{"id": "s1", "name": "Harbor"}] if head[:3] == b"GET" else {"event_id": 5}
                )
                reply = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                link.sendall((reply + answer).encode())


@pytest.fixture
def server() -> Iterator[HalfOpen]:
    made = HalfOpen()
    yield made
    made.close()


@pytest.fixture
def transport(server: HalfOpen) -> Iterator[Transport]:
    """One answer may take half a second, so that the silence is found out soon."""
    made = Transport(server.url, ApiKeyAuth("k"), clock=FakeClock(), user_agent="test", total_s=0.5)
    yield made
    made.close()


def test_a_read_gets_its_answer_over_a_new_connection(server: HalfOpen, transport: Transport) -> None:
    sites = Sites(transport)
    sites.list()
    assert [site.name for site in sites.list().values] == ["Harbor"]
    assert [len(one) for one in server.requests] == [1, 1]


def test_a_command_without_a_key_is_sent_once_and_not_called_unsent(
    server: HalfOpen, transport: Transport
) -> None:
    Sites(transport).list()
    with pytest.raises(Unreachable, match="Whether it was carried out is not known") as caught:
        Schedules(transport).write("7", {"schedule": {}}, "v1")
    assert caught.value.may_have_acted
    assert [len(one) for one in server.requests] == [1]


def test_a_command_with_a_key_goes_again_over_a_new_connection(
    server: HalfOpen, transport: Transport
) -> None:
    Sites(transport).list()
    body: dict[str, object] = {"site_id": "7", "event_type": "alarm", "event_subtype": "panic"}
    assert Events(transport, FakeClock()).report(body, "key-1") == "5"
    assert [len(one) for one in server.requests] == [1, 1]
