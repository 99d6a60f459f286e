"""A server that tells no ETags cannot refuse a lost race: what it has is looked at before it is written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.outbox import EntryState, ScheduleChange
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.site import Site
from chekt_console.errors import NotSignedIn, TooManyRequests, Unreachable
from chekt_console.services.bulk_schedule_service import BulkScheduleService, RunWish
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

SITE = Site("7", "Harbor")
MINE = WeekSchedule((ArmedPeriod(1080, 120, ArmingMode.AWAY),))
THEIRS = WeekSchedule((ArmedPeriod(2520, 120, ArmingMode.AWAY),))


@pytest.fixture
def server() -> FakeServer:
    return FakeServer(has_versions=False)


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Cache, LocalStore]]:
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    yield cache, local
    cache.close()
    local.close()


@pytest.fixture
def service(server: FakeServer, stores: tuple[Cache, LocalStore]) -> ScheduleService:
    return ScheduleService(server, *stores, FakeClock())


@pytest.fixture
def outbox(server: FakeServer, service: ScheduleService, tmp_path: Path) -> Iterator[OutboxService]:
    store = OutboxStore(tmp_path / "outbox.sqlite")
    yield OutboxService(store, server, service, FakeClock())
    store.close()


def _has(server: FakeServer) -> WeekSchedule:
    return from_key_concepts(server.body).schedule


def test_saved_where_nothing_has_changed(server: FakeServer, service: ScheduleService) -> None:
    base = service.read(SITE)
    assert base.etag == ""
    assert service.save(SITE, MINE, base, NoProgress()).is_confirmed is True
    assert _has(server) == MINE
    assert service.draft("7") is None


@pytest.mark.parametrize("has_versions", [False, True])
@pytest.mark.parametrize(
    "error", [Unreachable("No network."), TooManyRequests("Too many requests.", status=429)]
)
def test_what_cannot_be_sent_now_may_wait(
    server: FakeServer, service: ScheduleService, error: Exception, has_versions: bool
) -> None:
    server.has_versions = has_versions
    base = service.read(SITE)
    server.failures["write" if has_versions else "read"] = [error]
    outcome = service.save(SITE, MINE, base, NoProgress())
    assert outcome.is_confirmed is False
    assert outcome.waits_because == str(error)
    assert "refused" not in outcome.sentence
    draft = service.draft("7")
    assert draft is not None
    assert draft.schedule == MINE


def test_what_may_have_arrived_is_not_called_unsent_when_it_cannot_be_looked_at(
    server: FakeServer, service: ScheduleService
) -> None:
    """The second try looks first, and nobody answers any more."""
    base = service.read(SITE)
    server.is_forgetful = True
    server.failures["write"] = [Unreachable("It broke.", may_have_acted=True)]
    reads = iter((None, None))

    def cut() -> None:
        server.failures["read"] = [Unreachable("No network.")] * 20 if next(reads, 1) else []

    server.on_schedule_read = cut
    outcome = service.save(SITE, MINE, base, NoProgress())
    assert outcome.is_confirmed is None
    assert outcome.waits_because.startswith("Not confirmed")


def test_what_somebody_saved_meanwhile_is_asked_about(server: FakeServer, service: ScheduleService) -> None:
    base = service.read(SITE)
    server.body = dict(to_key_concepts(THEIRS).body)
    outcome = service.save(SITE, MINE, base, NoProgress())
    assert outcome.is_confirmed is False
    assert outcome.theirs is not None
    assert outcome.theirs.schedule == THEIRS == _has(server)
    assert server.sent == []


def test_an_answer_that_was_lost_and_a_change_on_top(server: FakeServer, service: ScheduleService) -> None:
    """It arrived, somebody went on from it, and the reading finds theirs: not called "the old one", and not written over."""
    base = service.read(SITE)
    server.failures["after write"] = [Unreachable("Cut off.", may_have_acted=True)]
    both = WeekSchedule((*MINE.periods, *THEIRS.periods))

    class _Changing(NoProgress):
        def report(self, done: int, total: int, text: str = "") -> None:
            if text == "Sent, reading back":
                server.body = dict(to_key_concepts(both).body)

    outcome = service.save(SITE, MINE, base, _Changing())
    assert outcome.is_confirmed is False
    assert outcome.theirs is not None
    assert outcome.theirs.schedule == both == _has(server)
    assert len(server.sent) == 1


def test_what_waited_is_put_together_with_what_somebody_saved_meanwhile(
    server: FakeServer, service: ScheduleService, outbox: OutboxService
) -> None:
    base = service.read(SITE)
    outbox.add(ScheduleChange("7", "Harbor", base.schedule, base.etag, MINE))
    server.body = dict(to_key_concepts(THEIRS).body)
    ended = outbox.send_next("7")
    assert ended is not None
    assert ended.state is EntryState.DONE
    assert set(_has(server).periods) == {*MINE.periods, *THEIRS.periods}


def test_what_may_have_arrived_is_not_written_over_what_somebody_saved(
    server: FakeServer, service: ScheduleService, outbox: OutboxService
) -> None:
    base = service.read(SITE)
    outbox.add(ScheduleChange("7", "Harbor", base.schedule, base.etag, MINE), is_unknown=True)
    server.body = dict(to_key_concepts(THEIRS).body)
    ended = outbox.send_next("7")
    assert ended is not None
    assert ended.state is EntryState.CONFLICT
    assert _has(server) == THEIRS


def test_a_write_that_is_taken_and_not_done_is_not_called_saved(
    server: FakeServer, service: ScheduleService, outbox: OutboxService
) -> None:
    base = service.read(SITE)
    server.is_forgetful = True
    service.keep_draft("7", MINE, base)
    outbox.add(ScheduleChange("7", "Harbor", base.schedule, base.etag, MINE))
    ended = outbox.send_next("7")
    assert ended is not None
    assert ended.state is EntryState.NOT_CONFIRMED
    assert service.draft("7") is not None


def test_a_template_is_not_pushed_over_what_somebody_saved_meanwhile(
    server: FakeServer, service: ScheduleService, stores: tuple[Cache, LocalStore]
) -> None:
    site = replace(SITE, timezone="Europe/Berlin")
    client: Any = server
    bulk = BulkScheduleService(client, service, *stores, FakeClock())
    service.read(site)
    run = bulk.begin("Nights", "", bulk.preview(MINE, [site]))
    server.body = dict(to_key_concepts(THEIRS).body)
    ended = bulk.carry_on(run.run_id, RunWish(), NoProgress())
    assert [one.step for one in ended.sites] == [SiteStep.CHANGED]
    assert _has(server) == THEIRS
    assert server.sent == []


@pytest.mark.parametrize(
    "failure",
    [TooManyRequests("Too many.", status=429), NotSignedIn("Sign in.", status=401), Unreachable("Refused.")],
)
def test_a_site_that_was_not_reached_is_written_when_the_run_goes_on(
    stores: tuple[Cache, LocalStore], failure: Exception
) -> None:
    server, site = FakeServer(), replace(SITE, timezone="Europe/Berlin")
    client: Any = server
    schedules = ScheduleService(client, *stores, FakeClock())
    bulk = BulkScheduleService(client, schedules, *stores, FakeClock())
    schedules.read(site)
    run = bulk.begin("Nights", "", bulk.preview(MINE, [site]))
    server.failures["write"] = [failure]
    stopped = bulk.carry_on(run.run_id, RunWish(), NoProgress())
    assert (stopped.state, stopped.sites[0].step) == (RunState.STOPPED, SiteStep.WAITING)
    assert stopped.sentence == "1 site was not reached; go on to try again."
    ended = bulk.carry_on(run.run_id, RunWish(), NoProgress())
    assert (ended.state, ended.sites[0].step) == (RunState.DONE, SiteStep.WRITTEN)
    assert _has(server) == MINE
