"""A log of a whole sign-in holds nothing that opens anything: no token, code, verifier, key or password."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import httpx
import pytest

from chekt_console.auth.key_store import KeyStore
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ConsoleError
from chekt_console.services.log_book import LogBook
from chekt_console.services.sign_in_service import Given, SignInService
from chekt_console.store.connections_store import Connection, Environment, Kind
from tests.support.dealer import GIVEN, Person, dealer_connection
from tests.support.simulator import RunningSimulator

_TRACE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LIKE_A_SECRET = re.compile(r"[A-Za-z0-9_~+/=-]{24,}")


def test_the_log_of_a_whole_sign_in_holds_no_secret(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    pem = tmp_path / "canary.pem"
    pem.write_text("-----BEGIN PRIVATE KEY-----\nCanaryCanaryCanaryCanaryCanary\n-----END PRIVATE KEY-----\n")
    level = logging.getLogger().level
    book = LogBook(tmp_path / "console.log")
    caplog.set_level(logging.DEBUG)  # more than the program itself ever writes
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    with RunningSimulator(tmp_path / "world", sites=3) as simulator:
        tokens = _walk(simulator, pem)
        secrets = [*tokens, simulator.api_key, simulator.dealer_password, "Canary"]
    book.close()
    logging.getLogger().setLevel(level)
    said = (tmp_path / "console.log").read_text("utf-8") + caplog.text
    assert all(secrets)
    for secret in secrets:
        assert secret not in said
    # Codes and verifiers are seen by nobody here, so nothing that looks like one may be there at all.
    words = _TRACE.sub("", said).replace(str(tmp_path), "")
    assert _LIKE_A_SECRET.findall(words) == []


def _walk(simulator: RunningSimulator, pem: Path) -> list[str]:
    """Signs in as a dealer, by an API key and with a broken key file; the tokens and codes that went over the wire."""
    keys = KeyStore("test")
    service = SignInService(keys)
    url = simulator.url
    dealer = dealer_connection(simulator)
    person = Person(simulator)
    service.add(dealer, GIVEN, person.browse, NoProgress())
    person.leave()
    kept = keys.read("Northgate")
    auth = service.credential(dealer, print)
    assert kept is not None
    assert auth is not None
    with httpx.Client(base_url=url, auth=auth) as api:
        access = api.get("/partner/v1/dealers").request.headers["authorization"].split()[1]
    turned = keys.read("Northgate")
    assert turned is not None
    service.sign_out(dealer)
    by_key = Connection("Key", Environment.SANDBOX, url)
    service.add(by_key, Given(api_key=simulator.api_key), print, NoProgress())
    with pytest.raises(ConsoleError):
        service.add(by_key, Given(api_key="CanaryCanaryCanaryCanaryCanary"), print, NoProgress())
    partner = Connection("Partner", Environment.SANDBOX, url, Kind.PARTNER, "a-client", "a-kid", url, url)
    with pytest.raises(ConsoleError):
        service.add(partner, Given(key_file=str(pem), passphrase="CanaryPass"), print, NoProgress())
    return [kept.reveal(), turned.reveal(), access]
