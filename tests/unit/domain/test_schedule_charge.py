"""Who arms a site is said before a schedule is drawn, and asked of the server no more often than needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.account_resource import Account
from chekt_console.api.transport import Transport
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.account import ArmingAuthority
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.schedule_charge import charge_of
from chekt_console.domain.site import Partition, Site
from chekt_console.services.authority_service import AuthorityService
from chekt_console.store.cache import Cache
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SITE = Site("1", "Dock")
PARTS = replace(SITE, has_partitions=True, partitions=(Partition("1", "Office"), Partition("2", "Store")))
CHEKT = ArmingAuthority.CHEKT


@pytest.mark.parametrize(
    ("site", "authority", "firmware", "takes_effect", "words"),
    [
        (SITE, CHEKT, "6.1", True, ""),
        (SITE, CHEKT, "5.9", True, ""),
        (replace(SITE, is_active=False), CHEKT, "", False, "not activated"),
        (SITE, ArmingAuthority.PANEL_PRIMARY_BRIDGE, "", False, "panel at the primary bridge decides"),
        (SITE, ArmingAuthority.PANEL_EACH_BRIDGE, "", False, "each bridge decides"),
        (SITE, ArmingAuthority.ALARM_COM, "", False, "Alarm.com decides"),
        (PARTS, CHEKT, "v5.12.1", False, "partitions need 6"),
        (PARTS, CHEKT, "10.0.1", True, "all 2 partitions"),
        (PARTS, CHEKT, "", True, "all 2 partitions"),
        (SITE, None, "", True, "not told"),
        (SITE, ArmingAuthority.UNKNOWN, "", True, "not told"),
    ],
)
def test_who_is_in_charge(
    site: Site, authority: ArmingAuthority | None, firmware: str, takes_effect: bool, words: str
) -> None:
    bridge = Device("1", "9", DeviceKind.BRIDGE, "Bridge", firmware=firmware)
    charge = charge_of(site, authority, [bridge])
    assert charge.takes_effect is takes_effect
    assert words in charge.sentence
    assert bool(words) == bool(charge.sentence)


class Server:
    """The account's own resource over a network that is a function. `status`: of every answer, 200 with Alarm.com in charge."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        self.clock = FakeClock()
        self.transport = Transport(
            "http://127.0.0.1:9",
            ApiKeyAuth("k"),
            clock=self.clock,
            user_agent="test",
            http_transport=httpx.MockTransport(self._answer),
        )
        self.account = Account(self.transport, "7")

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.split("/")[-2])
        told = {"security_type": ArmingAuthority.ALARM_COM.value}
        return httpx.Response(self.status, json=told if self.status == 200 else {})


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.transport.close()


@pytest.fixture
def service(server: Server, tmp_path: Path) -> Iterator[AuthorityService]:
    cache = Cache(tmp_path / "cache")
    yield AuthorityService(lambda: server.account, cache, server.clock)
    cache.close()


def test_the_server_is_asked_once_in_a_while(server: Server, service: AuthorityService) -> None:
    assert not service.charge(SITE).takes_effect
    assert not service.charge(SITE).takes_effect
    assert server.asked == ["1"]
    service.forget("1")
    service.charge(SITE)
    server.clock.advance(601)
    service.charge(SITE)
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [403, 404])
def test_a_right_that_is_granted_later_is_found(
    server: Server, service: AuthorityService, status: int
) -> None:
    server.status = status
    assert service.authority("1") is None
    assert service.authority("1") is None
    assert server.asked == ["1"]
    assert service.known == {}
    server.status = 200
    server.clock.advance(601)
    assert service.authority("1") is ArmingAuthority.ALARM_COM


@pytest.mark.parametrize("status", [403, 404])
def test_where_three_sites_are_not_told_of_nobody_asks_for_all_of_them(
    server: Server, service: AuthorityService, status: int
) -> None:
    server.status = status
    for site_id in "123":
        assert service.can_tell
        service.authority(site_id)
    assert not service.can_tell
    server.status = 200
    assert (
        service.authority("4") is ArmingAuthority.ALARM_COM
    )  # who waits at the screen has it asked all the same
    assert service.can_tell
