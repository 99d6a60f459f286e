"""Very many events are filtered beside the window: what is seen is always of one filter, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_filter import EventFilter
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.ui.timeline.test_older import OlderWorld
from tests.ui.timeline.timeline_world import NOW_MS, SITE, alarm, history

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.event_columns import EventColumns

_DOCK = EventFilter(text="dock")
_OPEN = EventFilter(is_decided=False, kinds=frozenset({EventKind.ALARM}))


class SlowPane(TimelinePane):
    """Every filter is worked out elsewhere, when the test says so."""

    def __init__(self) -> None:
        super().__init__(Selection(), Theme(), now_ms=lambda: NOW_MS)
        self.waiting: list[Callable[[], None]] = []
        self.timeline.filtering.at_once = 0
        self.timeline.filtering.elsewhere = self._later
        self.show_events(TimelineContent.of(history()), SITE)

    def _later(self, work: Callable[[], EventColumns], done: Callable[[EventColumns], None]) -> None:
        found = work()  # of the events as they are now
        self.waiting.append(lambda: done(found))

    @property
    def shown(self) -> int:
        return self.timeline.view.total()

    def passing(self, wanted: EventFilter) -> int:
        return sum(map(wanted.matches, self.timeline.content.events))


@pytest.fixture
def pane(qtbot: QtBot) -> SlowPane:
    pane = SlowPane()
    qtbot.addWidget(pane)
    pane.resize(1100, 400)
    pane.show()
    pane.show_list(True)
    return pane


def test_until_it_is_worked_out_the_filter_before_is_in_force(pane: SlowPane, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: pane.event_list.model.total == pane.shown)
    everything = pane.shown
    pane.event_filter.use(_OPEN)
    assert (pane.shown, pane.timeline.view.filter) == (everything, EventFilter())
    assert pane.filter_bar.count.text() == "counting…"
    assert "counting" in pane.header.summary.text()
    pane.waiting.pop()()
    count = pane.passing(_OPEN)
    assert 0 < count < everything
    assert (pane.shown, pane.timeline.view.filter) == (count, _OPEN)
    assert pane.filter_bar.count.text() == f"{count:,} of {everything:,}"
    qtbot.waitUntil(lambda: pane.event_list.model.total == count)
    pane.timeline.fit()
    assert pane.timeline.count_in_view() == count


def test_what_is_no_longer_wanted_is_dropped(pane: SlowPane) -> None:
    everything = pane.shown
    for wanted in (_OPEN, _DOCK):
        pane.event_filter.use(wanted)
    first, second = pane.waiting
    first()
    assert pane.shown == everything
    second()
    assert pane.shown == pane.passing(_DOCK)
    first()
    assert pane.shown == pane.passing(_DOCK)
    pane.event_filter.use(_OPEN)
    pane.event_filter.clear()  # needs nothing worked out
    assert pane.shown == everything
    pane.waiting[-1]()
    assert pane.shown == everything
    assert pane.filter_bar.count.text() == f"{everything:,} of {everything:,}"


def test_an_event_that_comes_meanwhile_is_not_lost(pane: SlowPane) -> None:
    pane.event_filter.use(_DOCK)
    event = Event(
        "new", SITE.site_id, NOW_MS - 5, EventKind.ALARM, "person", "the dock", device_key="camera:new"
    )
    pane.add_events((event,), NOW_MS)
    assert len(pane.waiting) == 1
    pane.timeline.repaint()
    pane.waiting.pop(0)()
    pane.timeline.repaint()  # there is a lane more than when it was begun
    pane.waiting.pop(0)()
    assert not pane.waiting
    assert pane.shown == pane.passing(_DOCK)
    assert pane.timeline.view.columns.preceding(frozenset(EventKind), NOW_MS, 2**31 - 1) is not None
    newest = pane.timeline.view.columns.newest(frozenset(EventKind), 1)[1]
    assert pane.timeline.content.events[int(newest[0])] == event


def test_other_events_are_never_shown_by_rows_of_the_ones_before(pane: SlowPane) -> None:
    pane.event_filter.use(_DOCK)
    pane.waiting.pop()()
    pane.show_events(TimelineContent.of(history(300, seed=5)), SITE)
    assert pane.shown == 0
    assert pane.timeline.view.message == "Filtering the events…"
    assert pane.filter_bar.count.text() == "counting…"
    pane.waiting.pop()()
    assert pane.shown == pane.passing(_DOCK) > 0
    pane.show_events(TimelineContent.of(history(400, seed=6), _DOCK), SITE)  # worked out before it came
    assert not pane.waiting
    assert pane.shown == pane.passing(_DOCK) > 0


def test_kinds_that_were_off_come_back_with_words_in_force(pane: SlowPane) -> None:
    pane.event_filter.use(replace(_DOCK, kinds=frozenset({EventKind.ALARM})))
    pane.waiting.pop()()
    pane.event_filter.use(_DOCK)
    assert not pane.waiting  # kinds need nothing worked out
    assert pane.shown == pane.passing(_DOCK)


def test_a_worker_filters(tmp_path: Path, qtbot: QtBot) -> None:
    world = OlderWorld(tmp_path, qtbot)
    world.pane.timeline.filtering.at_once = 0
    world.cache.put_events([alarm("decided", world.now - 60_000, decision="real")])
    world.controller.refresh()
    world.wait_days(30)
    wanted = EventFilter(is_decided=True)
    world.pane.event_filter.use(wanted)
    assert world.pane.timeline.view.is_counting
    qtbot.waitUntil(lambda: not world.pane.timeline.view.is_counting)
    assert world.pane.timeline.view.total() == 1
    world.close()
