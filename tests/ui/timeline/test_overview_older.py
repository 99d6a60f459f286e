"""All sites before the last month: three months, then a year; its progress, stopping it, and a server that does not answer."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.site import Site
from chekt_console.errors import NotAllowed, Unreachable
from chekt_console.ui.timeline.lane_arrangement import Grouping, LaneArrangement
from tests.ui.timeline.test_older import DAY_MS, OlderWorld
from tests.ui.timeline.timeline_world import SITE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_OTHER = Site("site_2", "Maple Street Bakery", timezone="America/Los_Angeles")
_90, _365 = "Read 90 days of all sites", "Read 365 days of all sites"


class OverviewWorld(OlderWorld):
    """Two sites with 100 days each on the server; all sites are shown, of which one was read."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        super().__init__(folder, qtbot)
        self.server.log += [
            replace(event, event_id=f"{event.event_id}.2", site_id=_OTHER.site_id)
            for event in self.server.log
        ]
        self.cache.put_sites((SITE, _OTHER), datetime.now(UTC))
        self.pane.timeline.arrange(LaneArrangement(Grouping.SITE))
        qtbot.waitUntil(lambda: self.pane.timeline.content.is_overview)
        self.pane.timeline.fit()

    def click(self) -> None:
        self.qtbot.mouseClick(self.pane.older, Qt.MouseButton.LeftButton)

    def wait_words(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: self.pane.older.text() == words and self.pane.older.isVisible())

    def wait_note(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: words in self.pane.header.summary.whole_text)

    def wait_events(self, count: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.pane.timeline.content) == count)


@pytest.fixture
def world(tmp_path: Path, qtbot: QtBot) -> Iterator[OverviewWorld]:
    world = OverviewWorld(tmp_path, qtbot)
    yield world
    world.close()


def test_three_months_then_a_year_of_all_sites(world: OverviewWorld) -> None:
    world.wait_words(_90)
    world.click()
    world.wait_events(2 * 90)
    world.wait_words(_365)
    assert world.known_days == 90
    assert world.pane.timeline.axis.shows(world.now - 89 * DAY_MS)
    world.click()
    world.wait_events(2 * 100)
    world.qtbot.waitUntil(world.pane.older.isHidden)  # there is no more to be asked for
    sent = len(world.server.sent)
    world.pane.timeline.arrange(LaneArrangement(Grouping.DEVICE))
    world.qtbot.waitUntil(lambda: not world.pane.timeline.content.is_overview)
    world.wait_days(29)
    assert world.pane.older.text() == "Read older"
    world.pane.timeline.arrange(LaneArrangement(Grouping.SITE))
    world.wait_events(2 * 100)  # what was asked for once stays
    assert not [name for name in world.server.sent[sent:] if _OTHER.site_id in str(name)]


def test_it_tells_how_far_it_is_and_a_click_stops_it(world: OverviewWorld) -> None:
    gate, real = threading.Event(), world.server.fail
    begun: list[str] = []

    def slow(name: str) -> None:
        begun.append(name)
        if len(begun) > 8:  # past the first site
            gate.wait(20)
        real(name)

    world.server.fail = slow  # type: ignore[method-assign]
    try:
        world.click()
        world.wait_words("Reading older, 50 % · Stop")
        assert [job.title for job in world.runner.jobs()] == ["90 days of all sites"]
        world.click()
        world.wait_words(_90)
    finally:
        gate.set()
    world.qtbot.waitUntil(lambda: not world.runner._running)
    assert len(world.pane.timeline.content) < 2 * 90
    world.click()  # goes on where it was stopped
    world.wait_events(2 * 90)


def test_without_an_answer_it_says_so_and_can_be_asked_again(world: OverviewWorld) -> None:
    world.server.failures["search"] = [Unreachable("No answer.")]
    world.click()
    world.wait_note("older events could not be read: No answer.")
    world.wait_words(_90)
    world.click()
    world.wait_words(_365)
    assert "could not be read" not in world.pane.header.summary.whole_text


def test_a_site_that_is_refused_holds_up_no_other(world: OverviewWorld) -> None:
    world.server.failures["search"] = [NotAllowed("Not yours.", status=403)]
    world.click()
    world.wait_note("older events of 1 site could not be read")
    assert len(world.pane.timeline.content) > 90
