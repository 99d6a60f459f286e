"""Who arms a site is said before a schedule is drawn, and asked of the server no more often than needed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.account import ArmingAuthority
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.schedule_charge import charge_of
from chekt_console.domain.site import Partition, Site
from chekt_console.errors import NotThere
from chekt_console.services.authority_service import AuthorityService
from chekt_console.store.cache import Cache
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
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
    is_open = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.knows = True

    def authority(self, site_id: str) -> ArmingAuthority:
        self.asked.append(site_id)
        if not self.knows:
            raise NotThere("Not offered.", status=404)
        return ArmingAuthority.ALARM_COM


def test_the_server_is_asked_once_in_a_while(tmp_path: Path) -> None:
    server, clock, cache = Server(), FakeClock(), Cache(tmp_path / "cache")
    service = AuthorityService(lambda: server, cache, clock)
    assert not service.charge(SITE).takes_effect
    assert not service.charge(SITE).takes_effect
    assert server.asked == ["1"]
    service.forget("1")
    service.charge(SITE)
    clock.advance(601)
    service.charge(SITE)
    assert len(server.asked) == 3
    cache.close()


def test_a_connection_that_cannot_tell_is_asked_once(tmp_path: Path) -> None:
    server, cache = Server(), Cache(tmp_path / "cache")
    server.knows = False
    service = AuthorityService(lambda: server, cache, FakeClock())
    assert service.authority("1") is None
    assert service.authority("2") is None
    assert server.asked == ["1"]
    assert not service.can_tell
    cache.close()
