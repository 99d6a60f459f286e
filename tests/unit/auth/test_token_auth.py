"""Tokens renew in time, once for all threads, and a lost or refused renewal ends cleanly."""

from __future__ import annotations

import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import httpx
import pytest

from chekt_console.auth.dealer_sign_in import DealerRenewal, sign_out
from chekt_console.auth.secret import Secret
from chekt_console.auth.token_auth import TokenAuth
from chekt_console.auth.token_server import Tokens, TokenServer
from chekt_console.errors import ConsoleError, NotSignedIn, ServerBroken, UnexpectedReply, Unreachable


class Shelf:
    def __init__(self, token: str) -> None:
        self.token = token

    def read(self) -> Secret | None:
        return Secret(self.token) if self.token else None

    def write(self, token: str) -> None:
        self.token = token


class AuthServer:
    """Turns its refresh token over at each use; `lost` answers get lost after that."""

    def __init__(self, *, is_strict: bool = True) -> None:
        self.valid = ["r0"]
        self.asked: list[str] = []
        self.lost = 0
        self.is_strict = is_strict

    def __call__(self, request: httpx.Request) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        token = form.get("refresh_token") or form["token"]
        self.asked.append(f"{request.url.path} {token}")
        if token not in self.valid:
            return httpx.Response(400, json={"error": "invalid_grant", "error_description": "spent"})
        number = len(self.asked)
        if self.is_strict:
            self.valid.clear()
        self.valid.append(f"r{number}")
        if self.lost:
            self.lost -= 1
            raise httpx.ReadError("gone", request=request)
        return httpx.Response(
            200, json={"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": 3600}
        )


def _server(answer: AuthServer) -> TokenServer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return TokenServer("https://auth.test", verify=context, http_transport=httpx.MockTransport(answer))


def _api(auth: TokenAuth, *good: str) -> httpx.Client:
    def answer(request: httpx.Request) -> httpx.Response:
        is_good = request.headers["Authorization"].removeprefix("Bearer ") in good
        return httpx.Response(200 if is_good else 401)

    return httpx.Client(auth=auth, transport=httpx.MockTransport(answer), base_url="https://api.test")


@pytest.mark.skipif(sys.platform != "linux", reason="the clock that goes on in sleep is another elsewhere")
def test_a_token_that_died_in_sleep_is_renewed_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that was quite new before it counted as new after it: refused, it was told as a sign-in that is not accepted."""
    slept_s = 0.0
    real = time.clock_gettime
    monkeypatch.setattr(
        time, "clock_gettime", lambda which: real(which) + slept_s * (which == time.CLOCK_BOOTTIME)
    )
    answer = AuthServer()
    auth = TokenAuth(DealerRenewal(_server(answer), "console", Shelf("r0")))
    with _api(auth, "a1", "a2") as api:
        assert api.get("/sites").status_code == 200
        slept_s = 7200.0
        assert api.get("/sites").request.headers["Authorization"] == "Bearer a2"


def test_many_threads_renew_once() -> None:
    answer, shelf = AuthServer(), Shelf("r0")
    auth = TokenAuth(DealerRenewal(_server(answer), "console", shelf))
    together = threading.Barrier(8)

    def read(_: int) -> int:
        together.wait(5)
        return api.get("/sites").status_code

    with _api(auth, "a1") as api, ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(8))) == {200}
    assert answer.asked == ["/oauth/token r0"]
    assert shelf.token == "r1"


def test_a_token_is_renewed_before_its_end_and_once_on_401() -> None:
    answer, clock = AuthServer(), [0.0]
    first = Tokens(Secret("old"), Secret("r0"), 3600, 3600)
    auth = TokenAuth(DealerRenewal(_server(answer), "console", Shelf("r0")), first, now=lambda: clock[0])
    with _api(auth, "old", "a1") as api:
        assert api.get("/sites").status_code == 200
        assert answer.asked == []
        clock[0] = 3545
        assert api.get("/sites").status_code == 200
    assert len(answer.asked) == 1
    stale = Tokens(Secret("gone"), Secret("r1"), 3600, 7000)
    late = TokenAuth(DealerRenewal(_server(answer), "console", Shelf("r1")), stale, now=lambda: clock[0])
    with _api(late, "a2") as api:
        assert api.get("/sites").status_code == 200
    assert len(answer.asked) == 2
    with _api(TokenAuth(DealerRenewal(_server(answer), "console", Shelf("r2")))) as api:
        assert api.get("/sites").status_code == 401  # as new as can be: another would not help
    assert len(answer.asked) == 3


@pytest.mark.parametrize("is_strict", [True, False])
def test_a_lost_answer_tries_the_old_token_once(is_strict: bool) -> None:
    answer, shelf = AuthServer(is_strict=is_strict), Shelf("r0")
    answer.lost = 1
    auth = TokenAuth(DealerRenewal(_server(answer), "console", shelf))
    with _api(auth, "a2") as api:
        if is_strict:
            for _ in range(2):
                with pytest.raises(NotSignedIn, match="Sign in again"):
                    api.get("/sites")
        else:
            assert api.get("/sites").status_code == 200
            assert shelf.token == "r2"
    assert answer.asked == ["/oauth/token r0", "/oauth/token r0"]


@pytest.mark.parametrize(
    "trouble",
    [
        ServerBroken("The sign-in server has trouble.", status=503),
        UnexpectedReply("The sign-in server's answer cannot be read.", endpoint="POST /oauth/token"),
        Unreachable("The sign-in server cannot be reached.", may_have_acted=True),
    ],
)
def test_a_command_without_a_token_is_not_called_sent(trouble: ConsoleError) -> None:
    """Its outcome would be looked for, and called not confirmed, though it never left."""

    class _Troubled:
        def renew(self) -> Tokens:
            raise trouble

    with _api(TokenAuth(_Troubled())) as api, pytest.raises(Unreachable, match="Nothing was sent") as caught:
        api.post("/ext/v1/sites/1/arming/actions/arm")
    assert not caught.value.may_have_acted


def test_sign_out_revokes_and_secrets_do_not_print() -> None:
    answer = AuthServer()
    sign_out(_server(answer), "console", Secret("r0"))
    assert answer.asked == ["/oauth/revoke r0"]
    tokens = Tokens(Secret("canary"), Secret("canary"), 1, 1)
    assert "canary" not in repr(tokens)


def test_plain_http_is_only_for_this_computer() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with pytest.raises(Unreachable, match="https"):
        TokenServer("http://auth.chekt.com", verify=context)
    TokenServer("http://127.0.0.1:8080", verify=context)


def test_who_asks_after_the_sign_in_ended_gets_an_error_of_their_own() -> None:
    """What each adds to it, as its trace, stays theirs."""
    answer = AuthServer(is_strict=True)
    answer.lost = 1
    with _api(TokenAuth(DealerRenewal(_server(answer), "console", Shelf("r0")))) as api:
        told: list[NotSignedIn] = []
        for number in range(3):
            with pytest.raises(NotSignedIn) as caught:
                api.get("/sites")
            caught.value.detail += f" trace {number}"
            told.append(caught.value)
    assert len({id(error) for error in told}) == 3
    assert [error.detail.count("trace") for error in told] == [1, 1, 1]
