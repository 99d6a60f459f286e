"""A partner key whose server is gone before anything of a site was read for it: what waits, and what never does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chekt_console.auth.key_store import KeyStore
from chekt_console.auth.partner_key import to_pem
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.outbox import EntryState
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Unreachable
from chekt_console.services.account_service import AccountService
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.outbound_service import OutboundEvent, OutboundService
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.raised_clip_service import RaisedClipService
from chekt_console.services.sign_in_service import SignInService
from chekt_console.session_client import Address, build_client
from chekt_console.store.cache import Cache
from chekt_console.store.connections_store import Connection, Environment, Kind
from chekt_console.store.outbox import OutboxStore
from chekt_console.store.raised_clips import RaisedClips
from tests.support.evidence import make_clip
from tests.support.fake_clock import FakeClock
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.api.client import CHeKTClient

_EVENTS = "/partner/v1/events"


@pytest.fixture(params=["observed", "documented"])
def simulator(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "world", "--dialect", request.param, sites=3) as running:
        yield running


@pytest.fixture
def keys() -> KeyStore:
    return KeyStore("test")


@pytest.fixture
def connection(simulator: RunningSimulator, keys: KeyStore) -> Connection:
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    partner = simulator.control("partners", {"public_key": public.decode(), "connect": True})
    keys.write("Partner", to_pem(key).decode())
    url = simulator.url
    return Connection(
        "Partner", Environment.SANDBOX, url, Kind.PARTNER, partner["client_id"], partner["kid"], url, url,
        dealer_id=simulator.dealer_id,
    )  # fmt: skip


class Program:
    """Its services over the disk, made anew as after an end."""

    def __init__(self, folder: Path, connection: Connection, keys: KeyStore) -> None:
        auth = SignInService(keys).credential(connection, lambda _: None)
        assert auth is not None
        address = Address(connection.base_url, auth, dealer_id=connection.dealer_id)
        self.client: CHeKTClient = build_client(address)
        self.client._transport._clock = FakeClock()  # the tries take no time
        self.cache, self.store = Cache(folder / "cache.sqlite"), OutboxStore(folder / "outbox.sqlite")
        self.outbound = OutboundService(self.client, is_production=False)
        nothing = cast("Any", None)
        self.outbox = OutboxService(self.store, nothing, nothing, SystemClock(), raised=self.outbound)
        self.clips = RaisedClipService(
            RaisedClips(folder / "raised-clips"), self.outbox, self.outbound, SystemClock()
        )
        self.outbound.outbox, self.outbound.clips = self.outbox, self.clips
        self.outbox.recover()

    def send_waiting(self) -> None:
        self.outbox.hurry()
        for site_id in self.outbox.due_sites():
            self.outbox.send_next(site_id)
        self.clips.hurry()
        self.clips.send_due(NoProgress())

    def close(self) -> None:
        for part in (self.client, self.cache, self.store):
            part.close()


def _raised(simulator: RunningSimulator) -> list[int | None]:
    return [one["status"] for one in simulator.requests() if one["path"] == _EVENTS]


def test_an_alarm_with_its_clip_is_raised_without_a_network_and_goes_once(
    simulator: RunningSimulator, connection: Connection, keys: KeyStore, tmp_path: Path
) -> None:
    program = Program(tmp_path, connection, keys)
    site = program.client.sites.list().values[0]
    camera = program.client.devices.cameras(site.site_id).values[0]
    clip = make_clip(tmp_path / "yard.mp4")
    now_ms = simulator.control("clock", {"advance_s": 0})["now_ms"]
    simulator.kill()
    event = OutboundEvent(site.site_id, "alarm", "intrusion", now_ms, camera.device_id, site.name)
    raised = program.outbound.raise_event(event, clip, "key-1", NoProgress())
    assert raised.is_waiting
    assert "Its clip is kept with it" in raised.note
    program.close()
    program = Program(tmp_path, connection, keys)
    program.send_waiting()
    assert [one.state for one in program.outbox.entries()] == [EntryState.WAITING]
    simulator.restart()
    simulator.control("faults", {"name": "drop_after", "path": _EVENTS})
    for _ in range(2):
        program.send_waiting()
    (entry,) = program.outbox.entries()
    assert entry.state is EntryState.DONE
    found = program.client.events.search(site_id=site.site_id, start_ms=now_ms, end_ms=now_ms + 1).events
    assert [one.device_id for one in found] == [camera.device_id]
    link = program.client.events.clip_links((found[0].event_id,))[found[0].event_id]
    assert httpx.get(link.mp4_url).content == clip.read_bytes()
    assert len(_raised(simulator)) >= 2  # the answer to the first was lost
    assert 409 not in _raised(simulator)  # the same key has the same body
    program.close()


def test_what_the_account_has_no_name_for_is_refused_when_it_is_asked(
    simulator: RunningSimulator, connection: Connection, keys: KeyStore, tmp_path: Path
) -> None:
    program = Program(tmp_path, connection, keys)
    site = program.client.sites.list().values[0]
    simulator.kill()
    event = OutboundEvent(site.site_id, "alarm", "intrusion", 1, "99999", site.name)
    assert program.outbound.raise_event(event, None, "key-1", NoProgress()).is_waiting
    simulator.restart()
    program.send_waiting()
    (entry,) = program.outbox.entries()
    assert (entry.state, entry.sentence) == (
        EntryState.REFUSED,
        "The account does not list this device as enrolled. Choose another.",
    )
    assert _raised(simulator) == []
    program.close()


def test_what_never_waits_is_refused_plainly(
    simulator: RunningSimulator, connection: Connection, keys: KeyStore, tmp_path: Path
) -> None:
    program = Program(tmp_path, connection, keys)
    site = program.client.sites.list().values[0]
    record = program.client.account.site(site.site_id)
    accounts = AccountService(program.client, program.cache.records)
    arming = ArmingService(program.client, program.cache, SystemClock())
    simulator.kill()
    outcome = arming.command(site, ArmingMode.AWAY, (), NoProgress())
    assert outcome.is_confirmed is False
    assert "Nothing was sent" in outcome.sentence
    for switch in (
        lambda: accounts.set_monitoring(site.site_id, False, "Works", "key-1"),
        lambda: accounts.save(record, replace(record, is_activated=not record.is_activated), "key-2"),
    ):
        with pytest.raises(Unreachable, match=r"cannot be reached.*Nothing was sent"):
            switch()
    assert program.outbox.entries() == ()
    program.close()
