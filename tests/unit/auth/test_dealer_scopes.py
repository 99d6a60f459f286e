"""What a dealer's sign-in asks for, and what it does with a server that does not grant all of it."""

from __future__ import annotations

import ssl
import threading
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from chekt_console.auth.dealer_sign_in import DealerClient, sign_in
from chekt_console.auth.loopback import SignInFailed
from chekt_console.auth.token_server import TokenServer
from chekt_console.domain.progress import NoProgress

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "http://127.0.0.1:1"


class _Page:
    """The sign-in page: gives a code for these scopes, else the error; `asked` are the scopes of each visit."""

    def __init__(self, granted: set[str], error: str = "invalid_scope") -> None:
        self._granted, self._error = granted, error
        self.asked: list[set[str]] = []
        self._browsers: list[threading.Thread] = []

    def open(self, address: str) -> None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        scopes = set(query["scope"].split())
        self.asked.append(scopes)
        answer = {"code": "good"} if scopes <= self._granted else {"error": self._error}
        back = f"{query['redirect_uri']}?{urlencode({**answer, 'state': query['state']})}"
        self._browsers.append(threading.Thread(target=httpx.get, args=(back,)))
        self._browsers[-1].start()

    def close(self) -> None:
        for browser in self._browsers:
            browser.join(10)


def _server() -> TokenServer:
    tokens = {"access_token": "a", "refresh_token": "r", "expires_in": 3600, "token_type": "Bearer"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=tokens))
    return TokenServer(URL, verify=ssl.create_default_context(), http_transport=transport)


@pytest.fixture
def documented() -> Iterator[_Page]:
    kinds = {
        f"{verb}:{kind}" for verb in ("create", "read", "update", "delete") for kind in ("sites", "devices")
    }
    page = _Page({"openid", "profile", "email", "offline_access", "read:dealer", "update:dealer", *kinds})
    yield page
    page.close()


def test_a_server_that_grants_less_is_asked_once_more_for_what_is_documented(documented: _Page) -> None:
    tokens = sign_in(_server(), DealerClient("console", URL), documented.open, NoProgress())
    assert tokens.refresh.reveal() == "r"
    first, second = documented.asked
    assert second < first
    assert {
        "read:monitoring_stations",
        "update:arming_settings",
        "create:webhooks",
        "create:events",
    } <= first - second


def test_another_refusal_is_not_asked_again() -> None:
    page = _Page(set(), "access_denied")
    with pytest.raises(SignInFailed):
        sign_in(_server(), DealerClient("console", URL), page.open, NoProgress())
    page.close()
    assert len(page.asked) == 1
