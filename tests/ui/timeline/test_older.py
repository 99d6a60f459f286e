"""The history before the last month: read by a button or where the view is moved to, with its progress, and stopped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import Qt

from chekt_console.background.runner import Runner
from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Unreachable
from chekt_console.services.event_service import EventService
from chekt_console.services.overview_service import OverviewService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.timeline_controller import TimelineController
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.support.shown import show_active
from tests.ui.timeline.timeline_world import HOUR_MS, SITE, alarm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.services.ports import Client

DAY_MS = 24 * HOUR_MS


class OlderWorld:
    """A site with 100 days of events on the server, of which the last 30 are shown."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.qtbot, self.clock, self.server = qtbot, FakeClock(), FakeServer(page_size=10)
        self.now = self.clock.now_ms()
        self.server.log = [alarm(f"d{day}", self.now - day * DAY_MS) for day in range(1, 101)]
        self.cache, self.local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
        self.events = EventService(cast("Client", self.server), self.cache, self.local, self.clock)
        self.runner = Runner()
        selection = Selection()
        self.pane = TimelinePane(selection, Theme(), now_ms=self.clock.now_ms)
        qtbot.addWidget(self.pane)
        self.pane.resize(1100, 300)
        show_active(qtbot, self.pane)
        overview = OverviewService(self.cache, self.events, self.clock)
        self.controller = TimelineController(self.pane, selection, self.runner, self.events, overview)
        selection.select_site(SITE)
        self.wait_days(29)

    @property
    def known_days(self) -> float:
        content = self.pane.timeline.content
        return (self.now - content.known_from_ms) / DAY_MS if content.known_to_ms else 0.0

    def wait_days(self, count: int) -> None:
        """Until so many daily events are shown and nothing is being read."""
        self.qtbot.waitUntil(
            lambda: len(self.pane.timeline.content) >= count and not self.controller._older.is_reading
        )

    def close(self) -> None:
        assert self.runner.stop()
        self.cache.close()
        self.local.close()


@pytest.fixture
def world(tmp_path: Path, qtbot: QtBot) -> Iterator[OlderWorld]:
    world = OlderWorld(tmp_path, qtbot)
    yield world
    world.close()


def test_the_button_at_the_left_end_reads_another_month(world: OlderWorld) -> None:
    timeline, button = world.pane.timeline, world.pane.older
    assert button.isHidden()  # the last hours: the left end of what is known is far
    timeline.go_to_start()
    assert button.isVisible()
    assert button.text() == "Read older"
    assert world.known_days == 30
    world.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    world.wait_days(59)
    assert world.known_days == 60
    world.qtbot.keyClick(timeline, Qt.Key.Key_Home)  # reaches the new first event
    assert timeline.axis.shows(world.now - 60 * DAY_MS)
    assert world.pane.minimap.axis.from_ms <= world.now - 60 * DAY_MS + DAY_MS
    sent = len(world.server.sent)
    again = world.events.read_older(SITE, world.now - 60 * DAY_MS, NoProgress())
    assert len(again.events) >= 59
    assert len(world.server.sent) == sent  # what the disk has needs no server


def test_going_to_an_old_time_reads_up_to_it(world: OlderWorld) -> None:
    world.pane.timeline.go_to(world.now - 90 * DAY_MS)
    world.wait_days(90)
    assert world.known_days >= 90
    assert not world.pane.timeline.view.unknown_spans(
        world.pane.timeline.axis.from_ms, world.pane.timeline.axis.to_ms
    )
    assert world.pane.timeline.count_in_view() == 1


def test_a_look_at_everything_reads_nothing(world: OlderWorld) -> None:
    sent = len(world.server.sent)
    world.pane.timeline.fit()
    assert not world.controller._older._settled.isActive()
    assert len(world.server.sent) == sent


def test_it_tells_how_far_it_is_and_a_click_stops_it(world: OlderWorld) -> None:
    gate, pages = threading.Event(), []
    real = world.server.fail

    def slow(name: str) -> None:
        pages.append(name)
        if len(pages) > 3:
            gate.wait(20)
        real(name)

    world.server.fail = slow  # type: ignore[method-assign]
    try:
        world.pane.timeline.go_to(world.now - 90 * DAY_MS)
        button = world.pane.older
        # Three pages of ten days, of the sixty that lie before the known ones.
        world.qtbot.waitUntil(lambda: button.text() == "Reading older, 50 % · Stop")
        assert button.isVisible()
        jobs = [job.title for job in world.runner.jobs()]
        assert jobs == [f"Older events of {SITE.name}"]
        world.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        assert button.text() == "Read older"
    finally:
        gate.set()
    world.qtbot.waitUntil(lambda: not world.runner._running)
    assert not world.controller._older._settled.isActive()  # only when asked
    assert not world.controller._older.is_reading
    # What was read stays, and the next reading goes on there.
    known = world.cache.known_span(SITE.site_id)
    assert known is not None
    assert known.from_ms < world.now - 50 * DAY_MS
    # Neither does reading the site again: nothing that lies before what was stopped at is asked for.
    asked: list[int] = []
    world.server.on_search = asked.append
    with world.qtbot.waitSignal(world.controller.history_read):
        world.controller.refresh()
    assert asked
    assert min(asked) >= known.from_ms
    world.qtbot.mouseClick(world.pane.older, Qt.MouseButton.LeftButton)
    world.wait_days(90)


def test_without_a_network_it_says_so_and_does_not_try_by_itself(world: OlderWorld) -> None:
    world.server.failures["search"] = [Unreachable("No answer.")]
    world.pane.timeline.go_to(world.now - 90 * DAY_MS)
    world.qtbot.waitUntil(
        lambda: "older events could not be read: No answer." in world.pane.header.summary.whole_text
    )
    world.pane.timeline.pan(30)
    assert not world.controller._older._settled.isActive()
    assert world.pane.older.text() == "Read older"
    asked: list[int] = []
    world.server.on_search = asked.append
    with world.qtbot.waitSignal(world.controller.history_read):
        world.controller.refresh()
    assert min(asked) >= world.now - 30 * DAY_MS
    world.qtbot.keyClick(world.pane.timeline, Qt.Key.Key_O)  # it goes on when asked
    world.wait_days(59)


def test_the_key_reads_older_and_stops_only_at_the_left_end(world: OlderWorld) -> None:
    sent = len(world.server.sent)
    world.qtbot.keyClick(world.pane.timeline, Qt.Key.Key_O)
    assert not world.controller._older.is_reading
    assert len(world.server.sent) == sent
    world.pane.timeline.go_to_start()
    world.qtbot.keyClick(world.pane.timeline, Qt.Key.Key_O)
    assert world.controller._older.is_reading
    world.qtbot.keyClick(world.pane.timeline, Qt.Key.Key_O)
    assert not world.controller._older.is_reading
    assert world.pane.older.text() == "Read older"


def test_what_is_held_is_counted_with_the_events(world: OlderWorld) -> None:
    """No object for each event: its lane, kind, instant and number, what it shares with others, and its filter."""
    content: Any = world.pane.timeline.content
    assert 30 < content.nbytes / len(content) < 60
