"""The dealer's sign-in in a real browser: the page is read, filled in and sent, and the console holds the tokens."""

from __future__ import annotations

import logging
import queue
import threading
from pathlib import Path

import pytest

from chekt_console.auth.key_store import KeyStore
from chekt_console.domain.progress import NoProgress
from chekt_console.services.sign_in_service import Given, SignInService
from chekt_console.store.connections_store import Connection, Environment, Kind
from tests.support.browser import PROGRAM, Browser
from tests.support.simulator import RunningSimulator


@pytest.mark.slow
@pytest.mark.skipif(not PROGRAM, reason="Chromium is not installed")
def test_a_dealer_signs_in_with_a_browser(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RunningSimulator(tmp_path / "world", sites=3) as simulator, Browser(tmp_path / "profile") as browser:
        address = simulator.url
        connection = Connection(
            "Northgate", Environment.SANDBOX, address, Kind.DEALER, "chekt-console", "", address, address
        )
        keys, opened = KeyStore("test"), queue.Queue[str]()
        service = SignInService(keys)
        given = Given(external_dealer_id="ng-1", company_name="Northgate Security")
        waiting = threading.Thread(target=service.add, args=(connection, given, opened.put, NoProgress()))
        waiting.start()
        browser.open(opened.get(timeout=20))
        browser.wait_for("asks for access to your dealer account")
        browser.wait_for_focus("username")
        browser.type(simulator.dealer_user)
        assert browser.value("#username") == simulator.dealer_user
        browser.press_tab()
        assert browser.focused() == "password"
        browser.type("not the password")
        browser.click_to_leave("button[value=allow]")
        browser.wait_for("wrong")
        browser.click("#password")
        browser.type(simulator.dealer_password)
        assert browser.value("#password") == simulator.dealer_password
        browser.click_to_leave("button[value=allow]")
        browser.wait_for("You can close")
        assert browser.address().startswith("http://127.0.0.1:")
        waiting.join(20)
        kept = keys.read("Northgate")
        assert kept is not None
        ended: list[str] = []
        assert service.credential(connection, ended.append) is not None
        assert service.sign_out(connection) == ""
        said = caplog.text + simulator.log()
    assert not ended
    for secret in (kept.reveal(), simulator.dealer_password):
        assert secret not in said
