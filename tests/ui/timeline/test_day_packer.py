"""Days of which an event changed are packed a while after, in a worker."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from chekt_console.background.runner import Runner
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.progress import NoProgress, Progress
from chekt_console.services.event_service import EventService
from chekt_console.services.overview_service import OverviewService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.timeline.day_packer import DayPacker
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


class _Overview(OverviewService):
    packed = 0

    def pack(self, days: int, progress: Progress) -> int:
        found = super().pack(days, progress)
        self.packed += 1
        return found


def test_events_that_changed_are_packed_a_while_after(tmp_path: Path, qtbot: QtBot) -> None:
    cache, clock = Cache(tmp_path / "cache.sqlite"), FakeClock()
    with closing(cache), closing(LocalStore(tmp_path / "local.sqlite")) as local:
        overview = _Overview(cache, EventService(FakeServer(), cache, local, clock), clock)
        runner = Runner()
        packer = DayPacker(runner, overview, 3, runner, after_ms=5)
        for number in range(1, 3):
            cache.put_events([Event(str(number), "1", clock.now_ms() - number, EventKind.ALARM)])
            packer.events_changed()
            packer.events_changed()
            qtbot.waitUntil(lambda number=number: overview.packed == number)
            assert overview.pack(3, NoProgress()) == 0
            overview.packed -= 1
        assert runner.stop()
