"""Equal reads share one flight, and nobody is told an answer that is too old, or waits for one that nobody wants."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.priority import anew, wanted
from chekt_console.api.retry import WAITS_S
from chekt_console.api.transport import Transport
from chekt_console.errors import Cancelled, Unreachable
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

_WAIT_S = 20.0


class _Server:
    """Says the state it had when a read arrived; the first read is answered when the test says so."""

    def __init__(self) -> None:
        self.state = "disarmed"
        self.reads = 0
        self.has_read = threading.Event()
        self.may_answer = threading.Event()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.state = "armed"
            return httpx.Response(204)
        self.reads += 1
        state = self.state
        if self.reads == 1:
            self.has_read.set()
            assert self.may_answer.wait(_WAIT_S)
        return httpx.Response(200, json=state)


def _transport(
    answer: Callable[[httpx.Request], httpx.Response], clock: FakeClock | None = None
) -> Transport:
    return Transport(
        "http://127.0.0.1:1",
        httpx.Auth(),
        clock=clock or FakeClock(),
        user_agent="test",
        http_transport=httpx.MockTransport(answer),
    )


def _in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except Cancelled as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def _state(transport: Transport) -> object:
    return transport.get("/sites/1", "the state").json()


def test_equal_reads_at_the_same_time_go_out_once() -> None:
    server = _Server()
    transport = _transport(server)
    readers = [_in_thread(lambda: _state(transport)) for _ in range(5)]
    assert server.has_read.wait(_WAIT_S)
    server.may_answer.set()
    for thread, _ in readers:
        thread.join(_WAIT_S)
    assert [found for _, found in readers] == [["disarmed"]] * 5
    assert server.reads < 5  # one that began after the answer asks anew


@pytest.mark.parametrize("is_anew", [False, True])
def test_what_was_asked_before_a_command_does_not_answer_who_reads_back(*, is_anew: bool) -> None:
    server = _Server()
    transport = _transport(server)
    before, found = _in_thread(lambda: _state(transport))
    assert server.has_read.wait(_WAIT_S)
    transport.write("POST", "/sites/1/arm", "arming")
    if is_anew:
        with anew():
            assert _state(transport) == "armed"
    else:
        assert _state(transport) == "armed"
    server.may_answer.set()
    before.join(_WAIT_S)
    assert found == ["disarmed"]


def test_who_reads_back_repeats_by_himself() -> None:
    tries = []

    def broken(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        raise httpx.ConnectError("refused")

    clock = FakeClock()
    with anew(), pytest.raises(Unreachable):
        _state(_transport(broken, clock))
    assert len(tries) == 1
    with pytest.raises(Unreachable):
        _state(_transport(broken, clock))
    assert len(tries) == 1 + 1 + len(WAITS_S)


def test_a_read_nobody_wants_any_longer_is_not_tried_again_and_leaves_the_others_theirs() -> None:
    is_unwanted = threading.Event()
    may_break = threading.Event()
    has_begun = threading.Event()
    tries = []

    def answer(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        if len(tries) == 1:
            has_begun.set()
            assert may_break.wait(_WAIT_S)
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json="here")

    def check() -> None:
        if is_unwanted.is_set():
            raise Cancelled

    transport = _transport(answer)

    def unwanted() -> object:
        with wanted(check):
            return _state(transport)

    first, first_found = _in_thread(unwanted)
    assert has_begun.wait(_WAIT_S)
    second, second_found = _in_thread(lambda: _state(transport))
    is_unwanted.set()
    may_break.set()
    first.join(_WAIT_S)
    second.join(_WAIT_S)
    assert isinstance(first_found[0], Cancelled)
    assert second_found == ["here"]
    assert len(tries) == 2


def test_who_waits_for_another_ones_answer_stops_when_it_is_no_longer_wanted_or_the_program_ends() -> None:
    server = _Server()
    transport = _transport(server)
    first, first_found = _in_thread(lambda: _state(transport))
    assert server.has_read.wait(_WAIT_S)
    is_unwanted = threading.Event()
    has_looked = threading.Event()

    def check() -> None:
        has_looked.set()
        if is_unwanted.is_set():
            raise Cancelled

    def unwanted() -> object:
        with wanted(check):
            return _state(transport)

    second, second_found = _in_thread(unwanted)
    third, third_found = _in_thread(lambda: _state(transport))
    assert has_looked.wait(_WAIT_S)
    is_unwanted.set()
    second.join(_WAIT_S)
    assert [type(one) for one in second_found] == [Cancelled]
    assert third.is_alive()
    transport.interrupt()
    third.join(_WAIT_S)
    assert [type(one) for one in third_found] == [Cancelled]
    server.may_answer.set()
    first.join(_WAIT_S)
    assert first_found == ["disarmed"]
