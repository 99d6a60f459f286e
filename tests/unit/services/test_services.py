"""Services over a scripted server: what a person is told is true, nothing is sent twice, nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest

from chekt_console.api.rows import Rows
from chekt_console.domain.arming import ArmingMode, ArmingState
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Partition, Site
from chekt_console.errors import Refused, ServerBroken, Unreachable
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.event_service import EventService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.services.ports import Client

SITE = Site("1", "Dock", timezone="Europe/Rome")
PARTED = Site("2", "Mall", has_partitions=True, partitions=(Partition("4", "Office"), Partition("5", "Hall")))
LOST = Unreachable("No answer.", may_have_acted=True)
NOT_SENT = Unreachable("No network.")
NIGHTS = WeekSchedule((ArmedPeriod(18 * 60, 13 * 60, ArmingMode.AWAY),))
HOUR = 3_600_000


class World:
    def __init__(self, folder: Path) -> None:
        self.server = FakeServer()
        self.clock = FakeClock()
        self.cache = Cache(folder / "cache.sqlite")
        self.local = LocalStore(folder / "local.sqlite")
        client = cast("Client", self.server)
        self.sites = SiteService(client, self.cache, self.local)
        self.arming = ArmingService(client, self.cache, self.clock)
        self.schedules = ScheduleService(client, self.cache, self.local, self.clock)
        self.events = EventService(client, self.cache, self.local, self.clock)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.cache.close()
    world.local.close()


def test_sites_are_cached_and_a_zone_set_here_fills_a_missing_one(world: World) -> None:
    world.server.site_rows = Rows(
        (replace(SITE, timezone=""), replace(PARTED, timezone="Asia/Tokyo")), ("bad row",)
    )
    assert world.sites.refresh(NoProgress()).problems == ("bad row",)
    world.sites.set_timezone("1", "Europe/Rome")
    world.sites.set_timezone("2", "Europe/Rome")
    assert [site.timezone for site in world.sites.cached().sites] == ["Europe/Rome", "Asia/Tokyo"]
    assert world.sites.zones_set_here() == {"1"}


def test_a_zone_nobody_knows_gives_way_to_the_one_set_here(world: World) -> None:
    world.server.site_rows = Rows((replace(SITE, timezone="Pacific Time"),), ())
    world.sites.refresh(NoProgress())
    world.sites.set_timezone("1", "Europe/Rome")
    assert [site.timezone for site in world.sites.cached().sites] == ["Europe/Rome"]
    assert world.sites.zones_set_here() == {"1"}


@pytest.mark.parametrize(
    "failures", [{}, {"after command": [LOST]}, {"after command": [ServerBroken("", status=502)]}]
)
def test_armed_is_said_only_when_it_was_read_back(world: World, failures: dict[str, list[Exception]]) -> None:
    world.server.failures = failures
    outcome = world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress())
    assert outcome.is_confirmed is True
    assert outcome.sentence == "Dock: armed Away."
    assert outcome.arming.state.mode is ArmingMode.AWAY
    assert world.server.sent == ["away 1"]


def test_a_command_that_never_arrived_is_not_confirmed_and_never_repeated(world: World) -> None:
    world.server.failures = {"command": [LOST]}
    outcome = world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress())
    assert outcome.is_confirmed is None
    assert "it still reads Disarmed" in outcome.sentence
    assert world.server.sent == ["away 1"]


def test_a_refused_or_unsent_command_says_so(world: World) -> None:
    world.server.failures = {"command": [Refused("This site follows its panel.", status=409), NOT_SENT]}
    refused = world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress())
    unsent = world.arming.command(SITE, ArmingMode.DISARMED, (), NoProgress())
    assert (refused.is_confirmed, unsent.is_confirmed) == (False, False)
    assert "follows its panel" in refused.sentence
    assert unsent.sentence.startswith("Not sent: disarm Dock")


def test_partitions_are_commanded_and_confirmed_by_themselves(world: World) -> None:
    world.server.partitions = {"4": ArmingMode.DISARMED, "5": ArmingMode.DISARMED}
    outcome = world.arming.command(PARTED, ArmingMode.NIGHT, ("5",), NoProgress())
    assert outcome.is_confirmed is True
    assert outcome.arming.state.text == "Partially armed"
    assert outcome.sentence == "Mall: Hall armed Night."
    world.arming.command(PARTED, ArmingMode.NIGHT, (), NoProgress())
    assert world.server.sent == ["night 2 5", "night 2 4,5"]


def test_a_mode_nobody_told_confirms_only_that_it_is_armed(world: World) -> None:
    world.server.failures = {"after command": []}
    world.server.state = ArmingState(True, None, "Armed")
    world.server.failures = {"command": [LOST]}
    assert world.arming.command(SITE, ArmingMode.STAY, (), NoProgress()).is_confirmed is True


@pytest.mark.parametrize(
    "failures", [{}, {"write": [LOST]}, {"after write": [LOST]}, {"write": [ServerBroken("", status=503)]}]
)
def test_a_schedule_is_saved_once_and_read_back(world: World, failures: dict[str, list[Exception]]) -> None:
    base = world.schedules.read(SITE)
    world.server.failures = failures
    world.server.on_write = lambda: _assert_kept(world)
    outcome = world.schedules.save(SITE, NIGHTS, base, NoProgress())
    assert outcome.is_confirmed is True
    assert outcome.stored.schedule == NIGHTS
    assert world.server.version == 2
    assert world.schedules.draft("1") is None


def _assert_kept(world: World) -> None:
    draft = world.schedules.draft("1")
    assert draft is not None
    assert draft.schedule == NIGHTS


def test_an_unanswered_save_that_cannot_be_read_back_is_not_confirmed_and_succeeds_later(
    world: World,
) -> None:
    base = world.schedules.read(SITE)
    world.server.failures = {"after write": [LOST], "read": [NOT_SENT] * 9}
    outcome = world.schedules.save(SITE, NIGHTS, base, NoProgress())
    assert outcome.is_confirmed is None
    assert "Not confirmed" in outcome.sentence
    draft = world.schedules.draft("1")
    assert draft is not None
    world.server.failures = {}
    # The server has had it all along: found out, not written again.
    again = world.schedules.save(SITE, draft.schedule, draft.base, NoProgress())
    assert again.is_confirmed is True
    assert world.server.version == 2
    assert world.schedules.draft("1") is None


def test_a_lost_race_keeps_both_and_says_so(world: World) -> None:
    base = world.schedules.read(SITE)
    world.server.version += 1
    world.server.body = {
        "schedule": {"monday": {"arm_time": "20:00", "arm_mode": "stay", "disarm_time": "06:00"}}
    }
    outcome = world.schedules.save(SITE, NIGHTS, base, NoProgress())
    assert outcome.is_confirmed is False
    assert outcome.theirs is not None
    assert outcome.theirs.schedule.periods[0].mode is ArmingMode.STAY
    _assert_kept(world)


def test_a_refused_save_keeps_the_draft(world: World) -> None:
    base = world.schedules.read(SITE)
    world.server.failures = {"write": [Refused("Arm time is wrong.", status=422)]}
    outcome = world.schedules.save(SITE, NIGHTS, base, NoProgress())
    assert outcome.is_confirmed is False
    assert "Arm time is wrong" in outcome.sentence
    _assert_kept(world)


def _alarm(name: str, at_ms: int, site_id: str = "1", **more: object) -> Event:
    return replace(Event(name, site_id, at_ms, EventKind.ALARM), **more)  # type: ignore[arg-type]


def test_history_comes_by_pages_and_only_what_is_missing_comes_again(world: World) -> None:
    now = world.clock.now_ms()
    world.server.log = [_alarm(str(n), now - n * HOUR) for n in range(1, 8)]
    whole = world.events.refresh(SITE, 30, NoProgress())
    assert len(whole.events) == 7
    assert not whole.is_truncated
    world.server.sent.clear()
    world.server.log.append(_alarm("late", now - 60_000))
    world.clock.advance(60)
    again = world.events.refresh(SITE, 30, NoProgress())
    assert len(again.events) == 8
    assert len(world.server.sent) == 1
    assert world.events.cached("1").from_ms <= now - 29 * 24 * HOUR


def test_a_poll_brings_each_event_once_and_a_changed_one_again(world: World) -> None:
    now = world.clock.now_ms()
    world.server.log = [
        _alarm("old", now - 3 * 24 * HOUR),
        *(_alarm(f"a{n}", now - 1000 * n) for n in range(5)),
    ]
    first = world.events.poll()
    assert [event.event_id for event in first] == ["a4", "a3", "a2", "a1", "a0"]
    assert world.events.poll() == ()
    world.server.log += [_alarm("same instant", now), _alarm("late", now - 30_000)]
    world.server.log[1] = replace(world.server.log[1], has_video=True)
    assert {event.event_id for event in world.events.poll()} == {"same instant", "late", "a0"}


def test_a_decision_is_on_disk_before_it_is_shown_and_outlives_a_refresh(
    world: World, tmp_path: Path
) -> None:
    now = world.clock.now_ms()
    world.server.log = [_alarm("7", now - HOUR), _alarm("8", now - HOUR, "2")]
    world.events.poll()
    assert world.events.open_alarms() == {"1": 1, "2": 1}
    decided = world.events.decide(world.server.log[0], "false", "cleaning")
    assert decided.decision == "false"
    other = LocalStore(tmp_path / "local.sqlite")
    assert other.decisions()["7"].note == "cleaning"
    other.close()
    assert world.events.open_alarms() == {"2": 1}
    assert world.events.refresh(SITE, 1, NoProgress()).events[0].decision == "false"
    found = world.events.find("7")
    assert found is not None
    assert found.decision == "false"


def test_a_restored_trouble_is_no_open_trouble(world: World) -> None:
    now = world.clock.now_ms()
    broken = replace(
        _alarm("t1", now - HOUR), kind=EventKind.TROUBLE, subtype="device_offline", device_id="5"
    )
    other = replace(broken, event_id="t2", device_id="6")
    world.server.log = [broken, other]
    world.events.poll()
    assert world.events.open_troubles() == {"1": 2}
    world.server.log.append(replace(broken, event_id="t3", instant_ms=now - 60_000, status="restored"))
    world.events.poll()
    assert world.events.open_troubles() == {"1": 1}
