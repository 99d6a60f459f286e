"""The history of a site that two places ask for at once is read once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest

from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled
from chekt_console.services.event_service import EventService
from chekt_console.services.turns import Turns
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.ending import join
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.ui.timeline.timeline_world import SITE, alarm

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.services.event_service import EventList
    from chekt_console.services.ports import Client


class Watched(NoProgress):
    """Tells that its work waits for its turn."""

    def __init__(self) -> None:
        self.has_looked = threading.Event()

    def check(self) -> None:
        self.has_looked.set()


def test_who_comes_while_it_is_read_takes_what_the_first_one_read(tmp_path: Path) -> None:
    clock, server = FakeClock(), FakeServer(page_size=10)
    now = clock.now_ms()
    server.log = [alarm(f"e{number}", now - number * 3_600_000) for number in range(1, 101)]
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    events = EventService(cast("Client", server), cache, local, clock)
    is_reading, may_go, waiting = threading.Event(), threading.Event(), Watched()
    found: list[EventList] = []

    def hold(_start_ms: int) -> None:
        is_reading.set()
        assert may_go.wait(20)

    server.on_search = hold
    first = threading.Thread(target=lambda: found.append(events.refresh(SITE, 30, NoProgress())))
    second = threading.Thread(target=lambda: found.append(events.refresh(SITE, 30, waiting)))
    first.start()
    assert is_reading.wait(20)
    second.start()
    has_waited = waiting.has_looked.wait(20)
    may_go.set()
    join(first, second)
    assert has_waited
    assert [len(one.events) for one in found] == [100, 100]
    assert len(server.sent) == 11  # ten pages, and what came since
    cache.close()
    local.close()


def test_one_that_waits_for_its_turn_can_be_cancelled() -> None:
    class Unwanted(NoProgress):
        def check(self) -> None:
            raise Cancelled

    turns = Turns()
    with turns.of("1", NoProgress()):
        with turns.of("2", Unwanted()):
            pass
        with pytest.raises(Cancelled), turns.of("1", Unwanted()):
            pass
    with turns.of("1", Unwanted()):
        pass
