"""faults.md, OAuth: each attack on the way back is refused or ignored, the sign-in goes on, and the port is closed after."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from chekt_console.auth.dealer_sign_in import DealerClient, sign_in
from chekt_console.auth.loopback import TIMEOUT_S, LoopbackListener, SignInFailed
from chekt_console.auth.token_server import TokenServer
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled, NotSignedIn
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.auth.token_server import Tokens


@dataclass
class Way:
    """One sign-in as the outside sees it: the address the browser was sent to, and the way back."""

    simulator: RunningSimulator
    address: str
    answers: list[str] = field(default_factory=list)
    held: list[socket.socket] = field(default_factory=list)

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.address).query).items()}

    @property
    def state(self) -> str:
        return self.query["state"]

    @property
    def port(self) -> int:
        return urlsplit(self.query["redirect_uri"]).port or 0

    def raw(self, sent: bytes) -> None:
        """Sends anything to the waiting port; keeps the first line of the answer, "" when it was cut."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=8)) as link:
            answer = b""
            with suppress(OSError):
                link.sendall(sent)
                while chunk := link.recv(4096):
                    answer += chunk
        self.answers.append(answer.decode("latin-1").split("\r\n")[0].partition(" ")[2][:3])

    def ask(self, target: str, *, method: str = "GET", host: str = "") -> None:
        self.raw(f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{self.port}'}\r\n\r\n".encode())

    def back(self, address: str = "") -> str:
        """The person signs in; where the page then sends the browser, with the code."""
        with httpx.Client(timeout=20) as browser:
            page = browser.get(address or self.address, follow_redirects=True)
            hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
            form = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
            form |= {"username": self.simulator.dealer_user, "password": self.simulator.dealer_password}
            reply = browser.post(page.url.join("/authorize"), data={**form, "action": "allow"})
        return reply.headers["location"]

    def finish(self) -> None:
        where = urlsplit(self.back())
        self.ask(f"{where.path}?{where.query}")


def _silent(way: Way, count: int, said: bytes) -> None:
    for _ in range(count):
        link = socket.create_connection(("127.0.0.1", way.port), timeout=8)
        link.sendall(said)
        way.held.append(link)


def _stolen(way: Way, **changes: str) -> None:
    """Somebody else got hold of a code, and asks for its tokens without knowing the verifier."""
    other = way.back()
    code = parse_qs(urlsplit(other).query)["code"][0]
    form = {"grant_type": "authorization_code", "client_id": "chekt-console", "code": code}
    form |= {"redirect_uri": way.query["redirect_uri"], **changes}
    way.answers.append(str(httpx.post(f"{way.simulator.url}/oauth/token", data=form).status_code))


_OLD_STATE = "o" * 43
# What is done to the port before the person comes back, and what each gets.
GOES_ON: dict[str, tuple[Callable[[Way], None], list[str]]] = {
    "wrong state": (lambda way: way.ask("/callback?code=x&state=wrong"), ["400"]),
    "missing state": (lambda way: way.ask("/callback?code=x"), ["400"]),
    "empty state": (lambda way: way.ask("/callback?code=x&state="), ["400"]),
    "old state": (lambda way: way.ask(f"/callback?code=x&state={_OLD_STATE}"), ["400"]),
    "state twice": (lambda way: way.ask(f"/callback?code=x&state={way.state}&state={way.state}"), ["400"]),
    "state cut short": (lambda way: way.ask(f"/callback?code=x&state={way.state[:-1]}"), ["400"]),
    "error= with wrong state": (lambda way: way.ask("/callback?error=access_denied&state=wrong"), ["400"]),
    "code twice in one address": (lambda way: way.ask(f"/callback?code=a&code=b&state={way.state}"), ["400"]),
    "no code": (lambda way: way.ask(f"/callback?state={way.state}"), ["400"]),
    "stray GET": (lambda way: (way.ask("/"), way.ask("/favicon.ico")), ["404", "404"]),  # type: ignore[dict-item]
    "POST": (lambda way: way.ask(f"/callback?code=x&state={way.state}", method="POST"), ["405"]),
    "HEAD": (lambda way: way.ask(f"/callback?code=x&state={way.state}", method="HEAD"), ["405"]),
    "other Host": (lambda way: way.ask(f"/callback?code=x&state={way.state}", host="evil.example"), ["400"]),
    "Host of another port": (lambda way: way.ask(f"/callback?code=x&state={way.state}", host="127.0.0.1:1"), ["400"]),
    "no Host": (lambda way: way.raw(f"GET /callback?code=x&state={way.state} HTTP/1.1\r\n\r\n".encode()), ["400"]),
    "slow-loris, 60 of them": (lambda way: _silent(way, 60, b"GET /callback?"), []),
    "open and silent": (lambda way: _silent(way, 3, b""), []),
    "1 MiB query": (lambda way: way.raw(b"GET /callback?" + b"a" * 1024**2), []),
    "not HTTP": (lambda way: way.raw(bytes(range(256)) + b"\r\n\r\n"), ["400"]),
    "code redeemed without the verifier": (_stolen, ["400"]),
    "code redeemed with another verifier": (lambda way: _stolen(way, code_verifier="v" * 43), ["400"]),
}  # fmt: skip


def _sign_in(
    simulator: RunningSimulator,
    visit: Callable[[Way], None],
    *,
    timeout_s: float = 20,
    ports: tuple[int, ...] = (0,),
) -> tuple[Tokens, Way]:
    """`visit` plays browser and attacker. The port must be closed within a second of the end, however it ends."""
    server = TokenServer(simulator.url, verify=ssl.create_default_context())
    ways: list[Way] = []
    visitors: list[threading.Thread] = []

    def open_browser(address: str) -> None:
        ways.append(Way(simulator, address))
        visitors.append(threading.Thread(target=visit, args=(ways[0],)))
        visitors[0].start()

    client = DealerClient("chekt-console", simulator.url, ports)
    try:
        return sign_in(server, client, open_browser, NoProgress(), timeout_s=timeout_s), ways[0]
    finally:
        ended = time.monotonic()
        if ways:
            with pytest.raises(OSError):
                socket.create_connection(("127.0.0.1", ways[0].port), timeout=1).close()
            assert time.monotonic() - ended < 10
            for link in ways[0].held:
                link.close()
        for visitor in visitors:
            visitor.join(10)


def _redeemed(simulator: RunningSimulator) -> list[int]:
    return [one["status"] for one in simulator.requests() if one["path"] == "/oauth/token"]


@pytest.mark.parametrize("name", GOES_ON)
def test_an_attack_changes_nothing_and_the_sign_in_goes_on(simulator: RunningSimulator, name: str) -> None:
    attack, expected = GOES_ON[name]
    simulator.control("record", method="DELETE")

    def visit(way: Way) -> None:
        attack(way)
        way.finish()

    tokens, way = _sign_in(simulator, visit)
    assert tokens.access.reveal()
    # A megabyte is cut off or told 431, as the sockets have it.
    assert [one for one in way.answers[:-1] if one not in ("", "431")] == expected
    assert way.answers[-1] == "200"
    # The server's own record: the tokens were given once, to us.
    assert _redeemed(simulator).count(200) == 1


def _denied(way: Way) -> None:
    way.ask(
        f"/callback?error=access_denied&error_description=Not+an+%3Cb%3Eadmin%3C/b%3E%1B%5B31m&state={way.state}"
    )


def _other_issuer(way: Way) -> None:
    way.ask(f"/callback?code=x&iss=https%3A%2F%2Fevil.example%2F&state={way.state}")


@pytest.mark.parametrize(
    ("visit", "words"),
    [(_denied, "The sign-in page refused: Not an"), (_other_issuer, "another sign-in server"), (lambda _: None, "did not come back")],
    ids=["error=", "wrong iss", "browser never returns"],
)  # fmt: skip
def test_what_ends_the_sign_in_is_told_and_asks_for_no_token(
    simulator: RunningSimulator, visit: Callable[[Way], None], words: str
) -> None:
    simulator.control("record", method="DELETE")
    with pytest.raises(SignInFailed, match=words) as raised:
        _sign_in(simulator, visit, timeout_s=1)
    assert "\x1b" not in raised.value.sentence
    assert _redeemed(simulator) == []


def test_a_code_counts_once(simulator: RunningSimulator) -> None:
    """Code twice: a wrong code with the right state is refused by the server; a right one given again gives nothing."""
    with pytest.raises(NotSignedIn, match="refused"):
        _sign_in(simulator, lambda way: way.ask(f"/callback?code=made-up&state={way.state}"))
    used: list[str] = []

    def visit(way: Way) -> None:
        used.append(way.back())
        where = urlsplit(used[0])
        way.ask(f"{where.path}?{where.query}")

    _sign_in(simulator, visit)
    code = parse_qs(urlsplit(used[0]).query)["code"][0]

    def again(way: Way) -> None:
        way.ask(f"/callback?code={code}&state={way.state}")

    with pytest.raises(NotSignedIn, match="refused"):
        _sign_in(simulator, again)


def test_ports_taken_are_told_before_any_browser_opens(simulator: RunningSimulator) -> None:
    with LoopbackListener() as other, pytest.raises(SignInFailed, match="Another program uses the ports"):
        _sign_in(simulator, lambda way: pytest.fail(way.address), ports=(other.port,))


def test_a_person_who_gives_up_frees_the_port_at_once() -> None:
    class GivenUp(NoProgress):
        def check(self) -> None:
            raise Cancelled

    assert TIMEOUT_S == 300
    with LoopbackListener() as listener, pytest.raises(Cancelled):
        listener.wait_for_code("state", GivenUp())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", listener.port), timeout=1)
