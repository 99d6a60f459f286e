"""The chain from what is on disk: whose schedule it was, and what kind of zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.services.event_service import EventService
from chekt_console.services.incident_service import IncidentService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOUR_MS = 3_600_000
_SITE = Site("s", "Harbor", timezone="UTC")
_ALWAYS = WeekSchedule(tuple(ArmedPeriod(day * 1440, 1440, ArmingMode.STAY) for day in range(7)))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Cache, LocalStore]]:
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    yield cache, local
    cache.close()
    local.close()


def _at(instant_ms: int) -> datetime:
    return datetime.fromtimestamp(instant_ms / 1000, UTC)


@pytest.mark.parametrize(
    ("read_h", "changed_h", "start"),
    [
        (-30, None, "Stay"),
        (-30, -1, "Stay"),  # after both: the cached one was in force
        (-30, -26, "changed since; the one read on 31 Jan says Stay"),
        (-2, None, "by the schedule as read on 2 Feb: Stay"),
        (-2, -1, "by the schedule as read on 2 Feb: Stay"),
        (-2, -3, "changed since; the one read on 2 Feb says Stay"),
    ],
)
def test_the_schedule_counts_only_if_it_was_the_one_in_force(
    stores: tuple[Cache, LocalStore], read_h: int, changed_h: int | None, start: str
) -> None:
    cache, local = stores
    clock = FakeClock()
    now = clock.now_ms()
    alarm = Event("a", "s", now - 24 * _HOUR_MS, EventKind.ALARM)
    armed = Event("m", "s", now - 48 * _HOUR_MS, EventKind.ARMING, mode=ArmingMode.AWAY)
    cache.put_events([alarm, armed])
    cache.put_schedule("s", _ALWAYS, "", (), _at(now + read_h * _HOUR_MS))
    if changed_h is not None:
        at = now + changed_h * _HOUR_MS
        cache.put_events([Event("c", "s", at, EventKind.ARMING, "schedule_change", "Schedule changed")])
    service = EventService(FakeServer(), cache, local, clock)
    chain = IncidentService(FakeServer(), service, cache, clock).explain(alarm, _SITE).chain
    words = next(link.words for link in chain if link.name == "Schedule")
    assert words.startswith(start)
    assert words.endswith("; the site was away instead") == (start == "Stay")


def test_the_zone_has_the_type_that_the_device_list_tells(stores: tuple[Cache, LocalStore]) -> None:
    cache, local = stores
    clock = FakeClock()
    alarm = Event("a", "s", clock.now_ms() - _HOUR_MS, EventKind.ALARM, "intrusion", zone_number=3)
    cache.put_events([alarm])
    zone = Device("s", "7", DeviceKind.ZONE, "Zone 3 · Gate", zone_numbers=(3,), detail="glass_break")
    cache.put_devices("s", (zone,), _at(clock.now_ms()))
    service = EventService(FakeServer(), cache, local, clock)
    chain = IncidentService(FakeServer(), service, cache, clock).explain(alarm, _SITE).chain
    assert chain[0].words == "Zone 3 (glass break): intrusion"
