"""A server that tells no ETags cannot refuse a lost race: what it has is looked at before it is written over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.site import Site
from chekt_console.errors import Unreachable
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

SITE = Site("7", "Harbor")
MINE = WeekSchedule((ArmedPeriod(1080, 120, ArmingMode.AWAY),))
THEIRS = WeekSchedule((ArmedPeriod(2520, 120, ArmingMode.AWAY),))


@pytest.fixture
def server() -> FakeServer:
    return FakeServer(has_versions=False)


@pytest.fixture
def service(server: FakeServer, tmp_path: Path) -> Iterator[ScheduleService]:
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    yield ScheduleService(server, cache, local, FakeClock())
    cache.close()
    local.close()


def _has(server: FakeServer) -> WeekSchedule:
    return from_key_concepts(server.body).schedule


def test_saved_where_nothing_has_changed(server: FakeServer, service: ScheduleService) -> None:
    base = service.read(SITE)
    assert base.etag == ""
    assert service.save(SITE, MINE, base, NoProgress()).is_confirmed is True
    assert _has(server) == MINE
    assert service.draft("7") is None


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
