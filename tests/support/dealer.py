"""A dealer who signs in at the simulator: the person at the page, the connection, and one that is signed in."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

import httpx

from chekt_console.auth.key_store import KeyStore
from chekt_console.domain.progress import NoProgress
from chekt_console.services.sign_in_service import Given, SignInService
from chekt_console.store.connections_store import Connection, Environment, Kind

if TYPE_CHECKING:
    from tests.support.simulator import RunningSimulator

TOKEN_PATH = "/oauth/token"
GIVEN = Given(external_dealer_id="ng-1", company_name="Northgate Security")


def browse(address: str, user: str, password: str) -> None:
    """What a person does: read the page, type, send the form, follow the way back."""
    with httpx.Client(follow_redirects=True, timeout=20) as browser:
        page = browser.get(address)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        form = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
        browser.post(
            page.url.join("/authorize"),
            data={**form, "username": user, "password": password, "action": "allow"},
        )


class Person:
    """At the sign-in page of the simulator, as often as wanted."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self._words = (simulator.dealer_user, simulator.dealer_password)
        self.addresses: list[str] = []
        self._browsers: list[threading.Thread] = []

    def browse(self, address: str) -> None:
        self.addresses.append(address)
        self._browsers.append(threading.Thread(target=browse, args=(address, *self._words)))
        self._browsers[-1].start()

    def leave(self) -> None:
        for browser in self._browsers:
            browser.join(20)


def dealer_connection(simulator: RunningSimulator, **more: Any) -> Connection:
    url = simulator.url
    return Connection(
        "Northgate", Environment.SANDBOX, url, Kind.DEALER, "chekt-console", "", url, url, **more
    )


class Dealer:
    """Signed in, with nothing but the refresh token kept; `ended` is what the person was told."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.simulator = simulator
        self.keys = KeyStore("test")
        self.ended: list[str] = []
        self.connection = dealer_connection(simulator)
        self.service = SignInService(self.keys)
        person = Person(simulator)
        self.service.add(self.connection, GIVEN, person.browse, NoProgress())
        person.leave()
        simulator.control("record", method="DELETE")
        simulator.control("faults", method="DELETE")

    def client(self) -> httpx.Client:
        auth = self.service.credential(self.connection, self.ended.append)
        assert auth is not None
        return httpx.Client(base_url=self.simulator.url, auth=auth, timeout=20)

    def kept(self) -> str:
        secret = self.keys.read("Northgate")
        assert secret is not None
        return secret.reveal()

    def renewals(self) -> list[int | None]:
        return [one["status"] for one in self.simulator.requests() if one["path"] == TOKEN_PATH]
