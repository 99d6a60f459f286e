"""What the program writes of a whole walk holds nothing that opens anything, whichever of the three sign-ins it was."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chekt_console.auth.key_store import KeyStore
from chekt_console.auth.secret import Secret
from chekt_console.background.runner import Runner
from chekt_console.background.webhook_process import WebhookProcess
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import ConsoleError
from chekt_console.services.clip_service import ClipService
from chekt_console.services.log_book import LogBook, support_text
from chekt_console.services.outbound_service import OutboundEvent, OutboundService
from chekt_console.services.sign_in_service import Given, SignInService
from chekt_console.services.webhook_registration import WebhookRegistration
from chekt_console.session_client import Address, build_client
from chekt_console.store.connections_store import Connection, Environment, Kind
from chekt_console.ui.shared.crash_report import crash_report
from tests.support.dealer import GIVEN, TOKEN_PATH, Person, dealer_connection
from tests.support.evidence import make_clip
from tests.support.fake_clock import FakeClock
from tests.support.simulator import RunningSimulator, until
from tests.support.wire_tap import WireTap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.api.client import CHeKTClient
    from chekt_console.domain.progress import Progress

_WRONG_KEY = "CanaryCanaryCanaryCanaryCanary"
_PASSPHRASE = "CanaryPassphrase"
_WHSEC = "whsec_0c4a97d1c4a97d1c4a97d1c4a97d1c4a97d1c4a97d1c4a97"
_UNPREFIXED = "CanarySigningSecretCanarySigningSecret"


class Desk:
    """Work as the program does it, in a worker whose failures are logged; `errors` is what went wrong."""

    def __init__(self, qtbot: QtBot, simulator: RunningSimulator, folder: Path) -> None:
        self.simulator, self.folder = simulator, folder
        self.keys = KeyStore("test")
        self.service = SignInService(self.keys)
        self.runner = Runner()
        self.errors: list[ConsoleError] = []
        self._qtbot = qtbot

    def do(self, work: Callable[[Progress], Any]) -> Any:
        """What it gives, None when it fails."""
        ended: list[Any] = []

        def failed(error: ConsoleError) -> None:
            self.errors.append(error)
            ended.append(None)

        self.runner.submit(work, done=ended.append, failed=failed)
        self._qtbot.waitUntil(lambda: bool(ended), timeout=120_000)
        return ended[0]

    def refused(self, work: Callable[[Progress], Any]) -> None:
        before = len(self.errors)
        self.do(work)
        assert len(self.errors) == before + 1

    def fault(self, name: str, path: str, **words: Any) -> None:
        self.simulator.control("faults", {"name": name, "path": path, **words})

    def open(self, connection: Connection) -> CHeKTClient:
        """As the window opens it, with what the keyring holds."""
        auth = self.service.credential(connection, lambda _: None)
        assert auth is not None
        return build_client(Address(self.simulator.url, auth, dealer_id=connection.dealer_id))


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    with RunningSimulator(tmp_path / "world", sites=3) as simulator:
        desk = Desk(qtbot, simulator, tmp_path)
        yield desk
        assert desk.runner.stop()


@pytest.fixture
def book(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Iterator[LogBook]:
    root = logging.getLogger()
    level = root.level
    book = LogBook(tmp_path / "console.log")
    caplog.set_level(logging.DEBUG)  # more than the program itself ever writes
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    yield book
    book.close()
    root.setLevel(level)


@pytest.fixture
def tap(monkeypatch: pytest.MonkeyPatch) -> WireTap:
    return WireTap(monkeypatch)


def _check(desk: Desk, book: LogBook, secrets: set[str], more: str, kind: str) -> None:
    told = support_text("facts", f"sandbox, {kind}", book.failures.lines, now=datetime.now(UTC))
    crashes = [
        crash_report("".join(traceback.format_exception(error)), f"facts {error.detail}")
        for error in desk.errors
    ]
    log = (desk.folder / "console.log").read_text("utf-8")
    places = {"log": log, "debug log": more, "support": told, "crash reports": "\n".join(crashes)}
    assert book.failures.lines
    assert crashes
    assert all(len(secret) >= 8 for secret in secrets)
    found = {(place, secret) for place, text in places.items() for secret in secrets if secret in text}
    assert not found


def test_of_a_dealers_sign_in_renewals_webhook_and_sign_out_no_secret_is_written(
    desk: Desk, book: LogBook, tap: WireTap, caplog: pytest.LogCaptureFixture, qtbot: QtBot
) -> None:
    person = Person(desk.simulator)
    desk.fault("status", TOKEN_PATH)
    desk.refused(
        lambda _: desk.service.add(dealer_connection(desk.simulator), GIVEN, person.browse, NoProgress())
    )
    added = desk.do(
        lambda _: desk.service.add(dealer_connection(desk.simulator), GIVEN, person.browse, NoProgress())
    )
    person.leave()
    connection = replace(added.connection, connection_id="Northgate")
    kept = desk.keys.read("Northgate")
    assert kept is not None
    for fault in (
        "drop_after",
        "wrong_json",
        "status",
        "expired_token",
    ):  # at each opening the token is turned
        client = desk.open(connection)
        desk.fault(fault, "/partner/v1/dealers")
        desk.fault("status", TOKEN_PATH)
        desk.do(lambda _, client=client: client.account.sites())
        desk.do(lambda _, client=client: client.account.sites())
        client.close()
    client = desk.open(connection)
    assert desk.do(lambda _: client.account.sites())
    turned = desk.keys.read("Northgate")
    _listen(desk, client, qtbot)
    desk.fault("drop_after", "/oauth/revoke")
    desk.do(lambda _: desk.service.sign_out(connection))
    client.close()
    desk.keys.write("Northgate", kept.reveal())
    spent = desk.open(connection)
    desk.refused(lambda _: spent.account.sites())
    spent.close()
    assert turned is not None
    assert turned != kept
    secrets = _all(
        tap, "code", "code_verifier", "password", "refresh_token", "access_token", "bearer", "token", "secret"
    )
    assert {kept.reveal(), turned.reveal(), desk.simulator.dealer_password, _WHSEC, _UNPREFIXED} <= secrets
    listener = (desk.folder / "webhooks.log").read_text("utf-8")
    _check(desk, book, secrets, caplog.text + desk.simulator.log() + listener, "dealer")


def test_of_a_partner_keys_walk_with_a_clip_no_secret_is_written(
    desk: Desk, book: LogBook, tap: WireTap, caplog: pytest.LogCaptureFixture
) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(_PASSPHRASE.encode()),
    )
    (desk.folder / "partner.pem").write_bytes(pem)
    (desk.folder / "broken.pem").write_text(
        f"-----BEGIN PRIVATE KEY-----\n{_WRONG_KEY}\n-----END PRIVATE KEY-----\n"
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    partner = desk.simulator.control("partners", {"public_key": public.decode(), "connect": True})
    url, dealer = desk.simulator.url, desk.simulator.dealer_id
    connection = Connection(
        "Partner", Environment.SANDBOX, url, Kind.PARTNER, partner["client_id"], partner["kid"], url, url,
        dealer_id=dealer,
    )  # fmt: skip
    for file, passphrase in (("broken.pem", ""), ("partner.pem", "CanaryWrongPass")):
        wrong = Given(key_file=str(desk.folder / file), passphrase=passphrase)
        desk.refused(lambda _, wrong=wrong: desk.service.add(connection, wrong, print, NoProgress()))
    given = Given(key_file=str(desk.folder / "partner.pem"), passphrase=_PASSPHRASE)
    desk.fault("status", TOKEN_PATH, code=401)
    desk.refused(lambda _: desk.service.add(connection, given, print, NoProgress()))
    desk.do(lambda _: desk.service.add(connection, given, print, NoProgress()))
    client = desk.open(connection)
    desk.fault("wrong_json", "/partner/v1/dealers")
    desk.refused(lambda _: client.account.sites())
    record = desk.do(lambda _: client.account.sites()).values[0]
    camera = desk.do(lambda _: client.account.devices(record.site_id)).values[0]
    clip, outbound = make_clip(desk.folder / "sent.mp4"), OutboundService(client, is_production=False)
    now_ms = desk.simulator.control("clock", {"advance_s": 0})["now_ms"]
    alarm = OutboundEvent(record.site_id, "alarm", "intrusion", now_ms, camera.device_id)
    desk.fault("status", "/media/uploads", code=403)
    raised = desk.do(lambda progress: outbound.raise_event(alarm, clip, "key-1", progress))
    assert raised.is_clip_due
    desk.fault("drop_before", "/media/uploads")
    desk.fault("status", "/media/uploads")
    raised = desk.do(lambda progress: outbound.raise_event(alarm, clip, "key-1", progress))
    assert not raised.note
    client.close()
    by_key = build_client(Address(url, desk.simulator.api_key))
    _watch_clip(desk, by_key, Event(raised.event_id, record.site_id, now_ms, EventKind.ALARM, has_video=True))
    by_key.close()
    kept = desk.keys.read("Partner")
    assert kept is not None
    lines = {line for text in (kept.reveal(), pem.decode()) for line in text.splitlines() if len(line) == 64}
    secrets = _all(tap, "client_assertion", "access_token", "bearer", "signature")
    secrets |= lines | {_PASSPHRASE, _WRONG_KEY, "CanaryWrongPass"}
    _check(desk, book, secrets, caplog.text + desk.simulator.log(), "partner")


def test_of_an_api_keys_walk_and_its_revocation_no_secret_is_written(
    desk: Desk, book: LogBook, tap: WireTap, caplog: pytest.LogCaptureFixture
) -> None:
    connection = Connection("Key", Environment.SANDBOX, desk.simulator.url)
    for wrong in (_WRONG_KEY, "chekt_live_Canary"):
        given = Given(api_key=wrong)
        desk.refused(lambda _, given=given: desk.service.add(connection, given, print, NoProgress()))
    given = Given(api_key=desk.simulator.api_key)
    desk.do(lambda _: desk.service.add(connection, given, print, NoProgress()))
    client = desk.open(connection)
    site = desk.do(lambda _: client.sites.list()).values[0]
    camera = desk.do(lambda _: client.devices.cameras(site.site_id)).values[0]
    for code in (200, 403, 500):
        if code != 200:
            desk.fault("status", "/api/v1/snapshots", code=code, count=3)
        desk.do(lambda _: client.media.snapshot(camera.mac, camera.channel or 0, camera.stream_url))
    desk.fault("revoked_key", "/ext/v1/sites")
    desk.refused(lambda _: client.sites.list())
    client.close()
    secrets = _all(tap, "bearer", "access_token") | {_WRONG_KEY, "chekt_live_Canary", desk.simulator.api_key}
    _check(desk, book, secrets, caplog.text + desk.simulator.log(), "api_key")


def _all(tap: WireTap, *kinds: str) -> set[str]:
    """Each of the kinds was on the wire."""
    assert not [kind for kind in kinds if not tap.secrets[kind]]
    return set().union(*tap.secrets.values())


def _listen(desk: Desk, client: CHeKTClient, qtbot: QtBot) -> None:
    """A signing secret in a process of its own, at the server, and refused there; deliveries good and bad."""
    process, counts = WebhookProcess(desk.folder / "inbox.sqlite"), []
    process.counted.connect(counts.append)
    process.start(Secret(_WHSEC))
    qtbot.waitUntil(lambda: bool(process.url), timeout=60_000)
    registration = WebhookRegistration(client)
    desk.fault("status", "/partner/v1/webhooks", method="POST", code=403)
    desk.do(lambda _: registration.settle(process.url, _UNPREFIXED, ()))
    desk.do(lambda _: registration.settle(process.url, _WHSEC, ()))
    desk.fault("webhook_badly_signed", "/")
    desk.simulator.control("events", {"site_id": int(client.sites.list().values[0].site_id), "kind": "alarm"})
    httpx.post(process.url, content=b"{}", headers={"webhook-signature": "v1,Canary"})
    qtbot.waitUntil(lambda: bool(counts) and len(counts[-1]) >= 2, timeout=60_000)
    desk.do(lambda _: registration.settle("", "", (process.url,)))
    process.stop()


def _watch_clip(desk: Desk, client: CHeKTClient, event: Event) -> None:
    clips = ClipService(client, desk.folder / "clips", FakeClock(event.instant_ms))
    for faults in ((("status", 403), ("status", 403)), (("status", 500),), (("drop_before", 0),), ()):
        for name, code in faults:
            desk.fault(name, "/media/clips", **({"code": code} if code else {}))
        clips.forget(event)
        desk.do(lambda progress: clips.fetch(event, progress, can_wait=False))
    assert until(lambda: clips.stored(event) is not None)
