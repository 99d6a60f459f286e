"""Services when things go wrong half-way: nothing widened, nothing told twice or never, no answer hidden by a full disk."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.priority import check_wanted
from chekt_console.api.rows import Rows
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled, NotSignedIn, ServerBroken, UnexpectedReply, Unreachable
from chekt_console.services.event_service import EventService
from chekt_console.store.cache import KnownSpan
from tests.unit.services.test_services import HOUR, LOST, NIGHTS, PARTED, SITE, World, _alarm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from chekt_console.services.arming_service import SiteArming

GARBLED = UnexpectedReply("Not understood.", endpoint="POST arming")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.cache.close()
    world.local.close()


def test_a_garbled_answer_to_a_command_or_save_is_read_back(world: World) -> None:
    base = world.schedules.read(SITE)
    world.server.failures = {"after command": [GARBLED], "after write": [GARBLED]}
    assert world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress()).is_confirmed is True
    assert world.schedules.save(SITE, NIGHTS, base, NoProgress()).is_confirmed is True
    assert world.server.sent == ["away 1", "PUT v1"]


@pytest.mark.parametrize("error", [LOST, ServerBroken("Broken.", status=502), GARBLED])
def test_partitions_that_cannot_be_read_mean_that_nothing_was_sent(world: World, error: Exception) -> None:
    world.server.failures = {"read": [error]}
    outcome = world.arming.command(PARTED, ArmingMode.AWAY, (), NoProgress())
    assert outcome.is_confirmed is False
    assert outcome.sentence.startswith("Not sent: arm Away Mall")
    assert world.server.sent == []


def test_a_wish_for_a_partition_never_arms_the_whole_site(world: World) -> None:
    outcome = world.arming.command(SITE, ArmingMode.AWAY, ("4",), NoProgress())
    assert outcome.is_confirmed is False
    assert "has no partitions" in outcome.sentence
    assert world.server.sent == []


def test_a_command_whose_turn_does_not_come_in_time_is_not_sent(world: World) -> None:
    """Who asked for it has gone, or has come back in."""

    def wait_for_turn() -> None:
        world.clock.advance(31)
        check_wanted()

    world.server.on_command = wait_for_turn
    outcome = world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress())
    assert outcome.is_confirmed is False
    assert outcome.sentence.startswith("Not sent: arm Away")
    assert world.server.sent == []


def test_a_command_whose_connection_is_closed_under_it_still_has_an_outcome(world: World) -> None:
    def close() -> None:
        raise Cancelled

    world.server.on_read = close
    outcome = world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress())
    assert outcome.is_confirmed is None
    assert outcome.sentence.startswith("Not confirmed: arm Away")


def test_an_answer_asked_for_before_a_command_is_older_than_the_one_after_it(world: World) -> None:
    """However late it comes, and whatever the computer's clock does meanwhile."""
    late: list[SiteArming] = []

    def slow() -> None:
        """The server has looked, its answer is on the way; meanwhile somebody arms and the clock is set back."""
        world.server.on_read = lambda: None
        world.clock.start_ms -= 3_600_000
        late.append(world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress()).arming)

    world.server.on_read = slow
    before = world.arming.read(SITE)
    (after,) = late
    assert (before.state.is_armed, after.state.is_armed) == (False, True)
    assert before.is_older_than(after)
    assert not after.is_older_than(before)
    assert world.arming.cached()["1"].state.is_armed is True


def test_a_cache_that_cannot_be_written_hides_no_outcome(world: World) -> None:
    base = world.schedules.read(SITE)
    world.cache._database._writer.execute("PRAGMA query_only=1")
    assert world.arming.command(SITE, ArmingMode.AWAY, (), NoProgress()).is_confirmed is True
    assert world.schedules.save(SITE, NIGHTS, base, NoProgress()).is_confirmed is True


def test_a_key_that_is_no_longer_good_is_asked_about_once(world: World) -> None:
    world.server.failures = {"read": [NotSignedIn("Sign in again.", status=401)]}
    with pytest.raises(NotSignedIn):
        world.arming.read_all((SITE, replace(SITE, site_id="9")), NoProgress())


def test_events_of_a_poll_that_broke_off_are_told_by_the_next(world: World) -> None:
    now = world.clock.now_ms()
    world.events.poll()
    world.server.log = [_alarm(f"a{n}", now + n) for n in range(5)]
    real, pages = world.server.fail, []

    def fail_on_second_page(name: str) -> None:
        pages.append(name)
        if len(pages) == 2:
            raise Unreachable("No answer.")
        real(name)

    world.server.fail = fail_on_second_page  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        world.events.poll()
    assert [event.event_id for event in world.events.poll()] == ["a0", "a1", "a2", "a3", "a4"]
    assert world.events.poll() == ()


def test_a_refresh_of_one_site_hides_no_event_from_the_feed(world: World) -> None:
    now = world.clock.now_ms()
    world.server.log = [_alarm("here", now - 1000), _alarm("elsewhere", now - 5 * HOUR, "2")]
    world.events.refresh(SITE, 1, NoProgress())
    assert "elsewhere" in {event.event_id for event in world.events.poll()}
    world.server.log.append(_alarm("new", now))
    world.events.refresh(SITE, 1, NoProgress())
    assert [event.event_id for event in world.events.poll()] == ["new"]


def test_an_event_dated_ahead_does_not_deafen_the_feed(world: World) -> None:
    now = world.clock.now_ms()
    world.server.log = [_alarm("wrong clock", now + 20 * HOUR)]
    assert len(world.events.poll()) == 1
    world.clock.advance(600)
    world.server.log.append(_alarm("alarm", world.clock.now_ms() - 1000))
    assert [event.event_id for event in world.events.poll()] == ["alarm"]


@pytest.mark.parametrize("hours", [-72, -2, 2, 72])
def test_a_computers_clock_that_is_wrong_hides_no_alarm(world: World, hours: int) -> None:
    """It asked for another day, found nothing, and said that all is up to date."""
    now = world.server.time_ms = world.clock.now_ms()
    world.clock.start_ms += hours * HOUR
    world.server.log = [_alarm("a1", now - HOUR)]
    assert [event.event_id for event in world.events.poll()] == ["a1"]
    world.clock.advance(2)
    world.server.time_ms = now + 2000
    world.server.log.append(_alarm("a2", now + 1000))
    assert [event.event_id for event in world.events.poll()] == ["a2"]
    assert world.events.open_alarms() == {"1": 2}
    # The clock is set right, and the program starts again.
    world.clock.start_ms -= hours * HOUR
    world.server.log.append(_alarm("a3", now + 1500))
    again = EventService(world.events._client, world.cache, world.local, world.clock)
    assert "a3" in [event.event_id for event in again.poll()]


def test_what_a_wrong_clock_left_behind_hides_no_alarm(world: World) -> None:
    now = world.clock.now_ms()
    world.cache.put_feed_ms(now + 72 * HOUR)
    world.cache.put_known_span("1", KnownSpan(now - 100 * HOUR, now + 72 * HOUR, None))
    world.server.log = [_alarm("a1", now - HOUR)]
    assert [event.event_id for event in world.events.poll()] == ["a1"]
    world.server.log.append(_alarm("a2", now - 2 * HOUR))
    found = world.events.refresh(SITE, 30, NoProgress()).events
    assert [event.event_id for event in found] == ["a1", "a2"]


def test_a_late_event_is_found_within_a_minute(world: World) -> None:
    world.server.log = [_alarm("a", world.clock.now_ms())]
    world.events.poll()
    world.server.log.append(_alarm("late", world.clock.now_ms() - 8 * 60_000))
    world.clock.advance(61)
    assert [event.event_id for event in world.events.poll()] == ["late"]
    world.clock.advance(61)
    assert world.events.poll() == ()


def test_the_feed_goes_on_where_the_last_run_ended(world: World) -> None:
    world.server.log = [_alarm("a", world.clock.now_ms())]
    world.events.poll()
    world.clock.advance(3 * 3600)
    world.server.log.append(_alarm("while closed", world.clock.now_ms() - 2 * HOUR))
    client = world.events._client
    again = EventService(client, world.cache, world.local, world.clock)
    assert [event.event_id for event in again.poll()] == ["while closed"]


def test_a_broken_off_history_goes_on_where_it_stopped(world: World) -> None:
    now = world.clock.now_ms()
    world.server.log = [_alarm(str(n), now - (n // 2) * HOUR) for n in range(1, 12)]
    real, pages = world.server.fail, []

    def fail_on_third_page(name: str) -> None:
        pages.append(name)
        if len(pages) == 3:
            raise Unreachable("No answer.")
        real(name)

    world.server.fail = fail_on_third_page  # type: ignore[method-assign]
    with pytest.raises(Unreachable):
        world.events.refresh(SITE, 30, NoProgress())
    kept = world.events.cached("1")
    complete = {e.event_id for e in world.server.log if e.instant_ms >= kept.from_ms}
    assert complete
    assert complete <= {event.event_id for event in kept.events}
    again = world.events.refresh(SITE, 30, NoProgress())
    assert len(again.events) == 11
    assert not again.is_truncated


def test_a_full_disk_silences_no_alarm_and_it_is_stored_when_there_is_room(world: World) -> None:
    now = world.clock.now_ms()
    world.events.poll()
    writer = world.cache._database._writer
    writer.execute("PRAGMA query_only=1")
    world.server.log = [_alarm("alarm", now)]
    assert [event.event_id for event in world.events.poll()] == ["alarm"]
    assert world.events.find("alarm") is None
    writer.execute("PRAGMA query_only=0")
    assert world.events.poll() == ()
    assert world.events.find("alarm") is not None


def test_sites_are_shown_when_the_cache_cannot_be_written_and_it_is_said(world: World) -> None:
    world.server.site_rows = Rows((SITE,))
    world.cache._database._writer.execute("PRAGMA query_only=1")
    shown = world.sites.refresh(NoProgress())
    assert shown.sites == (SITE,)
    assert "read-only" in shown.problems[0]
