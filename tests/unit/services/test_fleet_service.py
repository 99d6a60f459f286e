"""What the fleet says of each site, from the disk alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from chekt_console.domain.arming import ArmingMode, ArmingState
from chekt_console.domain.bulk_run import BulkRun, BulkSite, RunState, SiteStep
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_template import ScheduleTemplate
from chekt_console.domain.site import Site
from chekt_console.services.device_service import DeviceService
from chekt_console.services.event_service import EventService
from chekt_console.services.fleet_service import DAY_MS, FleetService
from chekt_console.store.cache import Cache, KnownSpan
from chekt_console.store.local import KeptDecision, LocalStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.services.ports import Client

_ALWAYS = WeekSchedule((ArmedPeriod(0, 10_080, ArmingMode.AWAY),))
_NIGHTS = WeekSchedule((ArmedPeriod(0, 600, ArmingMode.NIGHT),))


def fleet_of(client: Client, cache: Cache, local: LocalStore, clock: FakeClock) -> FleetService:
    return FleetService(
        cache, local, EventService(client, cache, local, clock), DeviceService(client, cache, clock), clock
    )


def test_each_site_tells_what_needs_a_look(tmp_path: Path) -> None:
    cache, local, clock = Cache(tmp_path / "cache"), LocalStore(tmp_path / "local"), FakeClock()
    now, at = clock.now_ms(), datetime(2026, 1, 1, tzinfo=UTC)
    sites = [Site(one, one, timezone="Europe/Rome") for one in "abcd"]
    cache.put_schedule("a", _ALWAYS, "1", (), at)
    cache.put_arming("a", ArmingState(False, ArmingMode.DISARMED, "Disarmed"), (), at)
    cache.put_schedule("b", WeekSchedule(), "1", (), at)
    cache.put_schedule("c", _NIGHTS, "1", (), at)
    cache.put_devices(
        "c",
        [
            Device("c", "1", DeviceKind.BRIDGE, "Bridge", "online"),
            Device("c", "2", DeviceKind.CAMERA, "Door", "offline"),
            Device("c", "3", DeviceKind.ZONE, "Window", "closed"),
        ],
        at,
    )
    template = ScheduleTemplate("t", "Office", _ALWAYS, at)
    local.templates.put_template(template)
    followed = BulkSite("c", "c", SiteStep.WRITTEN, WeekSchedule(), "1")
    run = BulkRun("r", "Office", "t", _ALWAYS, RunState.DONE, at, (followed,))
    local.templates.put_run(run)
    local.templates.put_step(run, followed, follows_since=at)
    cache.put_events(
        [
            Event("1", "d", now - DAY_MS // 2, EventKind.ALARM),
            Event("2", "d", now - 3 * DAY_MS, EventKind.ALARM, decision="false"),
            Event("3", "d", now - 4 * DAY_MS, EventKind.ALARM, decision="false"),
            Event("4", "d", now - 40 * DAY_MS, EventKind.ALARM, decision="false"),
        ]
    )
    cache.put_known_span("b", KnownSpan(now - 9 * DAY_MS, now, at))
    cache.put_known_span("c", KnownSpan(now - 9 * DAY_MS, now - 8 * DAY_MS, at))  # nothing is known since
    local.put_decision("d", KeptDecision("3", "real", "", at))
    client = cast("Client", FakeServer())
    a, b, c, d = fleet_of(client, cache, local, clock).rows(sites)
    assert a.looks == ("should be armed",)
    assert b.looks == ("no schedule", "dormant")
    assert c.looks == ("drift",)
    assert (c.template, c.online, c.devices) == ("Office", 1, 2)
    assert (d.schedule, d.alarms, d.false_alarms, d.looks) == (None, 1, 1, ())
    silent = [replace(sites[3], is_monitored=False), replace(sites[3], is_active=False, is_monitored=False)]
    assert [row.looks for row in fleet_of(client, cache, local, clock).rows(silent)] == [
        ("not monitored",),
        ("not active",),
    ]
    parted = replace(sites[3], has_partitions=True)
    cache.put_sites((parted,), at)
    camera = Device("d", "5", DeviceKind.CAMERA, "Gate", "offline")
    bridge = Device("d", "6", DeviceKind.BRIDGE, "Bridge", "online", health=(("Battery", "12 %"),))
    cache.put_devices("d", [camera, replace(camera, device_id="7"), bridge], at)
    (d,) = fleet_of(client, cache, local, clock).rows([parted])
    assert d.looks == ("no partition", "low battery")
    cache.close()
    local.close()


def test_a_trouble_that_came_after_the_devices_were_read_has_them_read_again(tmp_path: Path) -> None:
    """Four cameras went offline, told by polling: the count of before must not stand as the truth."""
    cache, local, clock = Cache(tmp_path / "cache"), LocalStore(tmp_path / "local"), FakeClock()
    now = clock.now_ms()
    sites = [Site("a", "a"), Site("b", "b")]
    read_at = datetime.fromtimestamp(now / 1000 - 600, UTC)
    for site in sites:
        cache.put_devices(
            site.site_id, [Device(site.site_id, "1", DeviceKind.CAMERA, "Gate", "online")], read_at
        )
    cache.put_events(
        [
            Event("1", "a", now - 300_000, EventKind.TROUBLE, "device_offline"),
            Event("2", "b", now - 900_000, EventKind.TROUBLE, "device_offline"),  # the reading knew of it
            Event("3", "b", now - 300_000, EventKind.ALARM),
        ]
    )
    server = FakeServer()
    fleet = fleet_of(cast("Client", server), cache, local, clock)
    assert [row.trouble_ms for row in fleet.rows(sites)] == [now - 300_000, 0]
    read: list[str] = []
    devices = cast("Any", fleet._devices)
    devices.refresh = lambda site: (
        read.append(site.site_id),
        cache.put_devices(
            site.site_id,
            [Device(site.site_id, "1", DeviceKind.CAMERA, "Gate", "offline")],
            datetime.fromtimestamp(now / 1000, UTC),
        ),
    )
    assert fleet.read_devices(sites, NoProgress()) == ()
    assert read == ["a"]
    assert [(row.online, row.trouble_ms) for row in fleet.rows(sites)] == [(0, 0), (1, 0)]
    cache.close()
    local.close()
