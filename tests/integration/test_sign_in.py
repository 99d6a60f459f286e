"""Signing in against the simulator's own authorization server, and what a person is told about a connection."""

from __future__ import annotations

import logging
import socket
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtWidgets import QApplication

from chekt_console.auth.key_store import KeyStore
from chekt_console.console import Console
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.whose_account import whose_account
from chekt_console.errors import ConsoleError, NotSignedIn
from chekt_console.services.sign_in_service import Earlier, Given, NameTaken, SignInService
from chekt_console.session_client import Address, build_client
from chekt_console.settings import DataPaths
from chekt_console.simulator.config import DEALER_ID
from chekt_console.store.connections_store import Connection, Connections, Environment
from tests.support.dealer import GIVEN, Dealer, Person, dealer_connection
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "world", sites=3) as running:
        yield running


def test_a_dealer_signs_in_renews_and_signs_out(
    simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connection = dealer_connection(simulator)
    keys = KeyStore("test")
    service = SignInService(keys)
    person = Person(simulator)
    service.add(connection, GIVEN, person.browse, NoProgress())
    person.leave()
    kept = keys.read("Northgate")
    assert kept is not None
    ended: list[str] = []
    auth = service.credential(connection, ended.append)
    assert auth is not None
    with httpx.Client(base_url=simulator.url, auth=auth) as api:
        assert api.get("/partner/v1/dealers").status_code != 401
    turned = keys.read("Northgate")
    assert turned is not None
    assert turned != kept
    assert service.sign_out(connection) == ""
    assert keys.read("Northgate") is None
    keys.write("Northgate", turned.reveal())
    after = service.credential(connection, ended.append)
    with httpx.Client(base_url=simulator.url, auth=after) as api, pytest.raises(NotSignedIn):
        api.get("/partner/v1/dealers")
    assert len(ended) == 1
    said = caplog.text + simulator.log()
    for secret in (kept.reveal(), turned.reveal(), simulator.dealer_password):
        assert secret not in said


def test_a_dealer_may_do_all_that_the_program_offers_a_dealer(simulator: RunningSimulator) -> None:
    dealer = Dealer(simulator)
    auth = dealer.service.credential(dealer.connection, dealer.ended.append)
    assert auth is not None
    client = build_client(Address(simulator.url, auth, dealer_id=DEALER_ID))
    try:
        account = client.account
        site = account.sites().values[0]
        assert account.stations()
        account.set_authority(site.site_id, account.authority(site.site_id), "authority-1")
        account.delete_webhook(
            account.add_webhook("http://127.0.0.1:9/hook", "s" * 32, ["site.armed"], "w-1"), "w-2"
        )
        assert client.contacts.list(site.site_id).values
    finally:
        client.close()


def test_a_key_is_checked_before_it_is_kept(simulator: RunningSimulator) -> None:
    keys = KeyStore("test")
    service = SignInService(keys)
    connection = Connection("Northgate", Environment.SANDBOX, simulator.url)
    for wrong in ("not-a-key", "chekt_live_canary"):
        with pytest.raises(ConsoleError):
            service.add(connection, Given(api_key=wrong), print, NoProgress())
        assert keys.read("Northgate") is None
    service.add(connection, Given(api_key=simulator.api_key), print, NoProgress())
    report = service.check(connection, NoProgress())
    assert report.is_good, report.text()
    assert "✓  Sites: can be read (3 looked at)." in report.lines
    assert "Clock: agrees" in report.text()
    assert "Limits (Sites and alarms): 1000" in report.text()
    searches = ("/activity-logs/search", "/events-video-urls")
    sent = {entry["method"] for entry in simulator.requests() if not entry["path"].endswith(searches)}
    assert sent == {"GET"}


@pytest.fixture
def person(simulator: RunningSimulator) -> Iterator[Person]:
    person = Person(simulator)
    yield person
    person.leave()


def test_a_lost_answer_does_not_cost_the_sign_in(simulator: RunningSimulator, person: Person) -> None:
    keys = KeyStore("test")
    path = "/partner/v1/dealers/connect"
    simulator.control("faults", {"name": "drop_after", "path": path})
    added = SignInService(keys).add(dealer_connection(simulator), GIVEN, person.browse, NoProgress())
    assert added.connection.dealer_id == simulator.dealer_id
    assert keys.read("Northgate") is not None
    asked = [one["status"] for one in simulator.requests() if one["path"] == path]
    assert asked == [200, 200]  # it acted each time; the first answer was lost
    assert not [one for one in simulator.requests() if one["path"] == "/oauth/revoke"]


def test_the_answer_comes_to_the_port_that_was_fixed(simulator: RunningSimulator, person: Person) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("127.0.0.1", 0)) as free:
        ports = (taken.getsockname()[1], free.getsockname()[1])
        free.close()
        SignInService(KeyStore("test")).add(
            dealer_connection(simulator, ports=ports), GIVEN, person.browse, NoProgress()
        )
    assert f"127.0.0.1%3A{ports[1]}%2F" in person.addresses[0]


def test_a_dealer_who_signs_in_again_keeps_the_data_and_another_is_refused(
    simulator: RunningSimulator, person: Person
) -> None:
    keys = KeyStore("test")
    service = SignInService(keys)
    saved = service.add(
        dealer_connection(simulator, connection_id="id-1"), GIVEN, person.browse, NoProgress()
    ).connection
    first = keys.read("id-1")
    mine = Earlier(saved, whose_account(saved.dealer_id, ()), "Northgate 2")
    again = service.add(
        dealer_connection(simulator, connection_id="id-2"), GIVEN, person.browse, NoProgress(), mine
    )
    assert again.connection.connection_id == "id-1"
    second = keys.read("id-1")
    assert second is not None
    assert second != first
    assert keys.read("id-2") is None

    theirs = Earlier(saved, whose_account("another", ()), "Northgate 2")
    with pytest.raises(NameTaken, match=r"another account.*“Northgate 2”"):
        service.add(
            dealer_connection(simulator, connection_id="id-3"), GIVEN, person.browse, NoProgress(), theirs
        )
    assert keys.read("id-1") == second
    assert keys.read("id-3") is None
    revoked = [one["status"] for one in simulator.requests() if one["path"] == "/oauth/revoke"]
    assert revoked == [200]  # the sign-in that led to nothing
    seen = len(person.addresses)
    elsewhere = replace(saved, base_url="https://api.chektdev.com")
    with pytest.raises(NameTaken, match=r"works at https://api\.chektdev\.com"):
        service.add(
            dealer_connection(simulator),
            GIVEN,
            person.browse,
            NoProgress(),
            replace(mine, connection=elsewhere),
        )
    assert len(person.addresses) == seen  # told before anybody signed in


def test_a_key_is_checked_with_one_read_however_many_sites_there_are(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path / "world", "--dialect", "documented", sites=120) as simulator:
        connection = Connection("Northgate", Environment.SANDBOX, simulator.url)
        SignInService(KeyStore("test")).add(connection, Given(api_key=simulator.api_key), print, NoProgress())
        asked = [one["path"] for one in simulator.requests()]
    assert asked == ["/ext/v1/sites"]


def test_the_check_says_what_to_do_without_a_connection(tmp_path: Path) -> None:
    Connections(tmp_path / "connections.json").put(
        Connection("Northgate", Environment.SANDBOX, "https://api.chektdev.com")
    )
    ran = subprocess.run(
        [sys.executable, "-m", "chekt_console", "--data-dir", str(tmp_path), "--check-connection", "Nobody"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 2
    assert "There is no connection named Nobody." in ran.stderr


def test_two_connections_are_switched_without_a_restart(qtbot: QtBot, tmp_path: Path) -> None:
    with (
        RunningSimulator(tmp_path / "one", sites=3) as one,
        RunningSimulator(tmp_path / "two", sites=5) as two,
    ):
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        paths = DataPaths(tmp_path / "console")
        console = Console(app, paths)
        try:
            for name, gateway in (("One", one), ("Two", two)):
                console.keys.write(name, gateway.api_key)
                console.connections.put(Connection(name, Environment.SANDBOX, gateway.url))
            console.start("One", use_simulator=False)

            def shows(name: str, count: int) -> bool:
                session = console.session
                return (
                    session is not None
                    and session.connection.name == name
                    and len(session.sites.cached().sites) == count
                )

            for name, count in (("One", 3), ("Two", 5), ("One", 3)):
                wanted = console.connections.get(name)
                assert wanted is not None
                if console.session is not None:
                    console.open_connection(wanted)
                qtbot.waitUntil(lambda name=name, count=count: shows(name, count), timeout=20_000)
            console.window.window_menu.check_action.trigger()
            qtbot.waitUntil(
                lambda: (
                    console.check_dialog is not None
                    and "Sites: can be read" in console.check_dialog.lines.toPlainText()
                ),
                timeout=20_000,
            )
            assert console.check_dialog is not None
            console.check_dialog.accept()
        finally:
            console.close()
            console.window.close()
        keys = {entry for entry in paths.root.rglob("*") if entry.is_file()}
        for path in keys:
            assert one.api_key.encode() not in path.read_bytes()
