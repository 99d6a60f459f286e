"""faults.md: refresh rejected, two threads at once, answer lost after rotation; keyring absent, locked, changed, denying, hanging."""

from __future__ import annotations

import errno
import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from chekt_console.auth.dealer_sign_in import DealerRenewal
from chekt_console.auth.key_store import KeyStore
from chekt_console.auth.one_at_a_time import one_at_a_time
from chekt_console.auth.token_auth import TokenAuth
from chekt_console.auth.token_server import TokenServer
from chekt_console.console import Console
from chekt_console.errors import ConsoleError, KeyringUnavailable, NotSignedIn, Unreachable
from chekt_console.services.sign_in_service import SignInService, _Shelf
from chekt_console.settings import DataPaths
from chekt_console.store.connections_store import Connection, Environment
from tests.support.dealer import TOKEN_PATH, Dealer
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


def test_two_threads_refresh_once_by_the_servers_own_record(simulator: RunningSimulator) -> None:
    dealer = Dealer(simulator)
    before = dealer.kept()
    together = threading.Barrier(6)

    def read(_: int) -> int:
        together.wait(5)
        return api.get("/partner/v1/dealers").status_code

    with dealer.client() as api, ThreadPoolExecutor(6) as pool:
        assert 401 not in set(pool.map(read, range(6)))
    assert dealer.renewals() == [200]
    assert dealer.kept() != before
    assert dealer.ended == []


def test_an_answer_lost_after_rotation_ends_in_one_more_try_and_a_clean_word(
    simulator: RunningSimulator,
) -> None:
    """The server turned the token over and its answer never came: the old one is tried once, and then a person is asked."""
    dealer = Dealer(simulator)
    simulator.control("faults", {"name": "drop_after", "path": TOKEN_PATH})
    with dealer.client() as api:
        for _ in range(2):
            with pytest.raises(NotSignedIn, match=r"Sign in again; nothing on the server was changed"):
                api.get("/partner/v1/dealers")
    assert len(dealer.renewals()) == 2
    assert len(dealer.ended) == 1


def test_a_token_rejected_is_sent_once_and_the_person_asked(simulator: RunningSimulator) -> None:
    dealer = Dealer(simulator)
    dealer.keys.write("Northgate", "somebody-replaced-this")
    with dealer.client() as api:
        for _ in range(3):
            with pytest.raises(NotSignedIn, match="Sign in again"):
                api.get("/partner/v1/dealers")
    assert [status for status in dealer.renewals() if status != 200] == dealer.renewals()
    assert len(dealer.renewals()) == 1
    assert len(dealer.ended) == 1


def test_a_sign_in_server_in_trouble_is_no_end_of_the_sign_in(simulator: RunningSimulator) -> None:
    dealer = Dealer(simulator)
    simulator.control("faults", {"name": "status", "path": TOKEN_PATH, "code": 503})
    before = dealer.kept()
    with dealer.client() as api:
        with pytest.raises(ConsoleError, match="has trouble"):
            api.get("/partner/v1/dealers")
        assert dealer.kept() == before
        assert api.get("/partner/v1/dealers").status_code != 401
    assert dealer.ended == []


@pytest.mark.parametrize("code", [200, 302, 403, 511])
def test_a_web_page_of_the_network_is_no_end_of_the_sign_in_and_no_sign_out(
    simulator: RunningSimulator, code: int
) -> None:
    """faults.md: 200 with HTML; a network that wants a sign-in of its own answers to anything."""
    dealer = Dealer(simulator)
    before = dealer.kept()
    with dealer.client() as api:
        page = {"name": "status", "code": code, "page": True}
        simulator.control("faults", {**page, "path": TOKEN_PATH})
        with pytest.raises(ConsoleError, match=r"web page|has trouble"):
            api.get("/partner/v1/dealers")
        assert dealer.kept() == before
        assert api.get("/partner/v1/dealers").status_code != 401
    assert dealer.ended == []
    assert dealer.renewals()[-1] == 200
    simulator.control("faults", {**page, "path": "/oauth/revoke"})
    server = TokenServer(simulator.url, verify=ssl.create_default_context())
    with pytest.raises(ConsoleError, match=r"web page|has trouble"):
        server.revoke({"client_id": "chekt-console", "token": dealer.kept()})


class Ring(KeyringBackend):
    """A keyring that a test can spoil while the program runs."""

    priority = 5  # type: ignore[assignment]

    def __init__(self, mood: str = "") -> None:
        super().__init__()
        self.mood = mood
        self.kept: dict[str, str] = {}
        self.awake = threading.Event()

    def _suffer(self) -> None:
        if self.mood == "locked":
            raise KeyringLocked("locked")
        if self.mood == "denies":
            raise PermissionError("canary-secret denied")  # no error of the library's own
        if self.mood == "hangs":
            self.awake.wait(30)

    def get_password(self, service: str, username: str) -> str | None:
        self._suffer()
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._suffer()
        self.kept[username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._suffer()
        self.kept.pop(username, None)


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    ring.awake.set()
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("mood", "words"), [("locked", "locked or refused"), ("denies", "locked or refused"), ("hangs", "does not answer")]
)  # fmt: skip
def test_a_keyring_that_will_not_costs_only_the_memory_of_it(
    ring: Ring, mood: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    store = KeyStore("test", patience_s=0.1)
    store.write("Mine", "canary-old")
    ring.mood = mood
    started = time.monotonic()
    store.write("Mine", "canary-new")
    for _ in range(20):
        secret = store.read("Mine")
        assert secret is not None
        assert secret.reveal() == "canary-new"  # never the older one that the keyring may still hold
    assert time.monotonic() - started < 1  # what hangs once is not waited for again and again
    assert store.is_session_only
    assert words in store.problem
    assert "canary" not in caplog.text + store.problem + repr(store)


def test_a_keyring_that_locks_while_a_dealer_works_ends_nothing(
    simulator: RunningSimulator, ring: Ring
) -> None:
    dealer = Dealer(simulator)
    ring.mood = "locked"
    fresh = SignInService(KeyStore("test"))
    with pytest.raises(KeyringUnavailable, match="unlock it and try again"):
        fresh.credential(dealer.connection, dealer.ended.append)
    ring.mood = ""
    with dealer.client() as api:  # it has seen the token; it renews at its first request
        ring.mood = "locked"
        assert api.get("/partner/v1/dealers").status_code != 401
    assert dealer.renewals() == [200]
    assert dealer.ended == []


def test_a_token_that_was_never_seen_is_waited_for_not_given_up(
    simulator: RunningSimulator, ring: Ring
) -> None:
    dealer = Dealer(simulator)
    shelf = _Shelf(dealer.keys, "Northgate")
    server = TokenServer(simulator.url, verify=ssl.create_default_context())
    auth = TokenAuth(DealerRenewal(server, "chekt-console", shelf))
    with httpx.Client(base_url=simulator.url, auth=auth, timeout=20) as api:
        ring.mood = "locked"
        with pytest.raises(Unreachable, match=r"locked or refused access.*Nothing was sent") as caught:
            api.get("/partner/v1/dealers")
        assert not caught.value.may_have_acted
        ring.mood = ""
        assert api.get("/partner/v1/dealers").status_code != 401


def test_a_sign_out_that_the_keyring_refuses_is_not_called_done(
    simulator: RunningSimulator, ring: Ring
) -> None:
    dealer = Dealer(simulator)
    ring.mood = "locked"
    with pytest.raises(KeyringUnavailable):
        dealer.service.sign_out(dealer.connection)
    ring.mood = ""
    assert "Northgate" in ring.kept
    with dealer.client() as api:
        assert api.get("/partner/v1/dealers").status_code != 401
    assert dealer.service.sign_out(dealer.connection) == ""
    assert ring.kept == {}
    assert [one["status"] for one in simulator.requests() if one["path"] == "/oauth/revoke"] == [200]


def test_two_copies_of_the_program_share_one_sign_in(
    simulator: RunningSimulator, ring: Ring, tmp_path: Path
) -> None:
    """The check of a connection beside the open window: a token sent twice would end the sign-in of both."""
    dealer = Dealer(simulator)
    simulator.control("faults", {"name": "latency", "path": TOKEN_PATH, "ms": 400, "count": 2})
    together = threading.Barrier(2)

    def read(_: int) -> int:
        copy = SignInService(KeyStore("test"), lambda _id: tmp_path)
        auth = copy.credential(dealer.connection, dealer.ended.append)
        with httpx.Client(base_url=simulator.url, auth=auth, timeout=20) as api:
            together.wait(5)
            return api.get("/partner/v1/dealers").status_code

    with ThreadPoolExecutor(2) as pool:
        assert 401 not in set(pool.map(read, range(2)))
    assert dealer.renewals() == [200, 200]
    assert dealer.ended == []


def test_a_copy_that_does_not_come_to_an_end_is_not_waited_for_long(tmp_path: Path) -> None:
    lock = tmp_path / "renewal.lock"
    with (
        one_at_a_time(lock),
        pytest.raises(Unreachable, match="Another copy"),
        one_at_a_time(lock, patience_s=0.1),
    ):
        pytest.fail("two at a time")
    with one_at_a_time(lock, patience_s=0.1):
        pass
    with one_at_a_time(tmp_path / "no such folder" / "renewal.lock"):
        pass


@pytest.mark.skipif(sys.platform == "win32", reason="another call there")
def test_a_disk_that_knows_no_locks_keeps_nobody_from_signing_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", refuse)
    with one_at_a_time(tmp_path / "renewal.lock", patience_s=0.1):
        pass


def test_a_keyring_that_wakes_up_is_used_again(ring: Ring) -> None:
    store = KeyStore("test", patience_s=0.1)
    ring.kept["Mine"] = "kept"
    ring.mood = "hangs"
    with pytest.raises(KeyringUnavailable, match="does not answer"):
        store.read("Mine")
    assert store.problem
    ring.awake.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(5)
    secret = store.read("Mine")
    assert secret is not None
    assert not store.problem


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        ("hangs", "does not answer"),
        ("locked", "locked or refused"),
        ("", "is not in this computer's keyring"),
    ],
    ids=["hangs", "locked", "changed: the entry is gone"],
)
def test_the_window_lives_on_and_says_what_the_keyring_does(
    qtbot: QtBot, tmp_path: Path, ring: Ring, mood: str, words: str
) -> None:
    ring.mood = mood
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    console = Console(app, DataPaths(tmp_path / "console"))
    console.keys = KeyStore("test", patience_s=1.0)
    console.connections.put(Connection("Northgate", Environment.SANDBOX, "http://127.0.0.1:9"))
    beats: list[float] = []
    heart = QTimer(interval=20)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start()
    try:
        console.start("Northgate", use_simulator=False)
        qtbot.waitUntil(lambda: words in console.connect_pane.error.text(), timeout=15_000)
        asked = len(beats)
        if mood == "hangs":
            assert asked > 5  # the window went on beating through the second of waiting
    finally:
        heart.stop()
        console.close()
        console.window.close()
        ring.awake.set()
    plain = [path for path in (tmp_path / "console").rglob("*") if path.is_file()]
    assert not any(b"canary-" in path.read_bytes() for path in plain)
