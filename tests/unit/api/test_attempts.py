"""faults.md: refused, reset, DNS failure: six attempts at 0, 1, 3, 7, 15 and 31 s, through the real transport on a clock that
only waiting moves."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.api.priority import briefly
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.errors import ConsoleError, ServerBroken, TooManyRequests, Unreachable
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable

_ATTEMPTS_S = (0, 1, 3, 7, 15, 31)
_EVENT: dict[str, object] = {"site_id": "7", "event_type": "alarm", "event_subtype": "panic"}


def _read(client: CHeKTClient) -> object:
    return client.sites.list()


def _report(client: CHeKTClient) -> object:
    return client.events.report(_EVENT, "key-1")


@pytest.mark.parametrize("ask", [_read, _report], ids=["a read", "a write with a key"])
@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (503, ServerBroken),
        (429, TooManyRequests),
        (httpx.ConnectError("Connection refused"), Unreachable),
        (httpx.ReadError("reset"), Unreachable),
    ],
    ids=["503", "429", "refused", "reset"],
)
def test_attempts_are_at_0_1_3_7_15_and_31_seconds(
    ask: Callable[[CHeKTClient], object], failure: int | Exception, raised: type[ConsoleError]
) -> None:
    clock, at_s, keys = FakeClock(), [], set()

    def answer(request: httpx.Request) -> httpx.Response:
        at_s.append(clock.monotonic())
        keys.add(request.headers.get("Idempotency-Key", ""))
        if isinstance(failure, Exception):
            raise failure
        return httpx.Response(failure, json={})

    client = CHeKTClient(
        "http://127.0.0.1:1", ApiKeyAuth("k"), http_transport=httpx.MockTransport(answer), clock=clock
    )
    with pytest.raises(raised):
        ask(client)
    client.close()
    assert at_s == pytest.approx(_ATTEMPTS_S, abs=0.05)
    assert len(keys) == 1


def test_a_name_that_is_not_found_is_said_as_such_and_nothing_was_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = FakeClock()
    asked: list[object] = []
    at_s: list[float] = []

    def nowhere(host: object, *_: object, **__: object) -> object:
        asked.append(host)
        at_s.append(clock.monotonic())
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    client = CHeKTClient("https://gateway.invalid", ApiKeyAuth("k"), clock=clock)
    for ask in (_read, _report, lambda one: one.schedules.write("7", {"schedule": {}}, "v1")):
        with pytest.raises(Unreachable, match=r"gateway\.invalid was not found.*Nothing was sent") as caught:
            ask(client)
        assert not caught.value.may_have_acted
    client.close()
    assert set(asked) == {"gateway.invalid"}
    assert len(asked) == 2 * len(_ATTEMPTS_S) + 1  # what carries no key is tried once
    assert at_s[: len(_ATTEMPTS_S)] == pytest.approx(_ATTEMPTS_S, abs=0.05)


@pytest.mark.parametrize("ask", [_read, _report], ids=["a read", "a write with a key"])
def test_who_waits_at_a_form_is_answered_within_seconds(ask: Callable[[CHeKTClient], object]) -> None:
    """What is known can be shown, and what is wanted can wait: neither is held back for half a minute."""
    clock, at_s = FakeClock(), []

    def answer(_: httpx.Request) -> httpx.Response:
        at_s.append(clock.monotonic())
        raise httpx.ConnectError("Connection refused")

    client = CHeKTClient(
        "http://127.0.0.1:1", ApiKeyAuth("k"), http_transport=httpx.MockTransport(answer), clock=clock
    )
    with briefly(), pytest.raises(Unreachable):
        ask(client)
    assert at_s == pytest.approx([0, 1, 3], abs=0.05)
    with briefly(), pytest.raises(Unreachable):
        ask(client)
    client.close()
    assert clock.monotonic() < 7


def test_a_form_does_not_wait_for_as_long_as_a_busy_server_asks_for() -> None:
    clock = FakeClock()

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(503, json={}, headers={"Retry-After": "60"})

    client = CHeKTClient(
        "http://127.0.0.1:1", ApiKeyAuth("k"), http_transport=httpx.MockTransport(answer), clock=clock
    )
    with briefly(), pytest.raises(ServerBroken):
        _read(client)
    client.close()
    assert clock.monotonic() < 1
