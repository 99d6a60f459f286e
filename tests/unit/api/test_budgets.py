"""Each of the server's budgets is counted by itself, and only what the server counts."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.budgets import Budgets
from chekt_console.api.client import CHeKTClient
from chekt_console.api.events_resource import Events
from chekt_console.api.transport import Transport
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.auth.elapsed import elapsed_s
from chekt_console.auth.secret import Secret
from chekt_console.auth.token_auth import TokenAuth
from chekt_console.auth.token_server import Tokens
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import TooManyRequests
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from chekt_console.api.limiter import Limiter

_GATEWAY = "https://gateway.test"
_WAIT_S = 20.0


def _client(
    answer: Callable[[httpx.Request], httpx.Response], credential: httpx.Auth | None = None
) -> CHeKTClient:
    return CHeKTClient(
        _GATEWAY,
        credential or ApiKeyAuth("k"),
        http_transport=httpx.MockTransport(answer),
        clock=FakeClock(),
        dealer_id="7",
    )


def _figures(client: CHeKTClient) -> list[tuple[str, int, int]]:
    return [(one.title, one.used, one.limit) for one in client.budgets]


class _Server:
    """Counts the public and the partner API apart, and tells each its own limit."""

    def __init__(self) -> None:
        self.counts = {"/ext/": 0, "/partner/": 0}
        self.limits = {"/ext/": 1000, "/partner/": 5000}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        family = "/partner/" if request.url.path.startswith("/partner/") else "/ext/"
        self.counts[family] += 1
        limit = self.limits[family]
        told = {"Limit": limit, "Remaining": limit - self.counts[family], "Reset": 30}
        headers = {f"X-RateLimit-{name}": str(value) for name, value in told.items()}
        return httpx.Response(200, json=[], headers=headers)


def test_the_two_budgets_of_the_server_are_not_mixed() -> None:
    server = _Server()
    client = _client(server)
    for _ in range(40):
        client.account.stations()
    client.sites.list()
    client.account.stations()
    assert _figures(client) == [("Sites and alarms", 1, 1000), ("Dealer account", 41, 5000)]
    assert server.counts == {"/ext/": 1, "/partner/": 41}


def test_a_limit_that_nobody_told_is_not_shown_and_one_learned_is() -> None:
    replies = [httpx.Response(200, json=[])] * 12 + [httpx.Response(429, headers={"Retry-After": "30"})]
    client = _client(lambda _: replies.pop(0))
    assert client.budgets == ()
    for _ in range(12):
        client.transport.write("POST", "/ext/v1/x", "the command")
    assert _figures(client) == [("Sites and alarms", 12, 0)]
    assert client.requests_a_minute == 0
    with pytest.raises(TooManyRequests):
        client.transport.write("POST", "/ext/v1/x", "the command")
    assert _figures(client) == [("Sites and alarms", 13, 12)]


@pytest.mark.parametrize(
    ("url", "counted"),
    [
        ("https://cdn.test/clips/1.mp4", 0),
        (f"{_GATEWAY}/media/clips/1.mp4", 0),
        ("https://gateway.test:8443/ext/v1/clip", 0),
        (f"{_GATEWAY}/api/v1/mjpeg/AA/1?access_token=t", 1),
        (f"{_GATEWAY}:443/ext/v1/clip", 1),
    ],
)
def test_only_what_the_gateway_itself_counts_is_counted(url: str, counted: int, tmp_path: Path) -> None:
    client = _client(lambda _: httpx.Response(200, content=b"clip"))
    client.media.download(url, tmp_path / "clip.part", progress=NoProgress())
    assert sum(one.used for one in client.budgets) == counted


def test_a_gateway_below_a_path_keeps_its_budgets() -> None:
    client = CHeKTClient(
        f"{_GATEWAY}/chekt",
        ApiKeyAuth("k"),
        http_transport=httpx.MockTransport(lambda _: httpx.Response(200)),
    )
    budgets = client.transport.budgets
    assert budgets.of(f"{_GATEWAY}/chekt/api/v1/snapshots/AA/1") is budgets.public
    assert budgets.of(f"{_GATEWAY}/chekt/partner/v1/events") is budgets.partner
    assert budgets.of("/partner/v1/events") is budgets.partner


def test_what_is_sent_again_with_a_fresh_token_is_counted_too() -> None:
    class _Renewal:
        def __init__(self) -> None:
            self.made = 0

        def renew(self) -> Tokens:
            self.made += 1
            return Tokens(Secret(f"token-{self.made}"), Secret(""), 3600, elapsed_s() + 1800)

    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["Authorization"])
        return httpx.Response(401 if len(sent) == 1 else 200, json=[])

    client = _client(answer, TokenAuth(_Renewal()))
    client.sites.list()
    assert sent == ["Bearer token-1", "Bearer token-2"]
    assert _figures(client) == [("Sites and alarms", 2, 0)]


def test_a_picture_that_is_refused_closes_the_gate_of_its_own_server_only() -> None:
    refusal = httpx.Response(429, headers={"Retry-After": "60"})
    client = _client(lambda _: refusal)
    budgets = client.transport.budgets
    with pytest.raises(TooManyRequests, match="Wait 60 seconds"):
        client.media.snapshot("AA", 1, "https://elsewhere.test/x?access_token=t")
    assert budgets.public._log.closed_until == 0
    asked_s = time.monotonic()
    with pytest.raises(TooManyRequests, match="Wait 60 seconds"):
        client.media.snapshot("AA", 1, f"{_GATEWAY}/x?access_token=t")
    assert budgets.public._log.closed_until >= asked_s + 60
    assert budgets.partner._log.closed_until == 0


def test_a_picture_tells_the_limit_like_any_reply() -> None:
    headers = {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "50", "X-RateLimit-Reset": "30"}
    client = _client(lambda _: httpx.Response(200, content=b"\xff\xd8x", headers=headers))
    client.media.snapshot("AA", 1, f"{_GATEWAY}/x?access_token=t")
    assert _figures(client) == [("Sites and alarms", 10, 60)]


class _Gathering(Budgets):
    """Looked at once by each flight and once by each who joins one: then all have asked, and the server may answer."""

    def __init__(self, askers: int, may_answer: threading.Event) -> None:
        super().__init__(_GATEWAY)
        self._left = askers
        self._may_answer = may_answer
        self._lock = threading.Lock()

    def of(self, address: str) -> Limiter | None:
        with self._lock:
            self._left -= 1
            if not self._left:
                self._may_answer.set()
        return super().of(address)


@pytest.mark.parametrize("what", ["search", "links"])
def test_equal_searches_at_the_same_time_go_out_once(what: str) -> None:
    sent: list[bytes] = []
    may_answer = threading.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            sent.append(request.content)
            assert may_answer.wait(_WAIT_S)
        return httpx.Response(200, json={"data": []})

    transport = Transport(
        _GATEWAY, ApiKeyAuth("k"), clock=FakeClock(), user_agent="test", budgets=_Gathering(6, may_answer),
        http_transport=httpx.MockTransport(answer),
    )  # fmt: skip
    events = Events(transport, FakeClock())

    def ask(number: str = "5") -> None:
        if what == "search":
            events.search(site_id=number, start_ms=0, end_ms=1000)
        else:
            events.clip_links((number,))

    threads = [threading.Thread(target=ask) for _ in range(5)]
    threads.append(threading.Thread(target=ask, args=("6",)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_WAIT_S)
    assert len(sent) == len(set(sent)) == 2  # one for the five that are equal, one for the other
    transport.close()
