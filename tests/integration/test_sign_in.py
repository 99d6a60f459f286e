"""Signing in against the simulator's own authorization server, and what a person is told about a connection."""

from __future__ import annotations

import logging
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtWidgets import QApplication

from chekt_console.auth.key_store import KeyStore
from chekt_console.console import Console
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ConsoleError, NotSignedIn
from chekt_console.services.sign_in_service import Given, SignInService
from chekt_console.settings import DataPaths
from chekt_console.store.connections_store import Connection, Connections, Environment, Kind
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "world", sites=3) as running:
        yield running


def _browse(address: str, user: str, password: str) -> None:
    """What a person does: read the page, type, send the form, follow the way back."""
    with httpx.Client(follow_redirects=True, timeout=20) as browser:
        page = browser.get(address)
        hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        form = {name: value.replace("&amp;", "&") for name, value in hidden.items()}
        browser.post(
            page.url.join("/authorize"),
            data={**form, "username": user, "password": password, "action": "allow"},
        )


def test_a_dealer_signs_in_renews_and_signs_out(
    simulator: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connection = Connection(
        "Northgate",
        Environment.SANDBOX,
        simulator.url,
        Kind.DEALER,
        "chekt-console",
        "",
        simulator.url,
        simulator.url,
    )
    keys = KeyStore("test")
    service = SignInService(keys)
    browsers: list[threading.Thread] = []

    def open_browser(address: str) -> None:
        browser = threading.Thread(
            target=_browse, args=(address, simulator.dealer_user, simulator.dealer_password)
        )
        browsers.append(browser)
        browser.start()

    given = Given(external_dealer_id="ng-1", company_name="Northgate Security")
    service.add(connection, given, open_browser, NoProgress())
    for browser in browsers:
        browser.join(10)
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
