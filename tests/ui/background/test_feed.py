"""The feed: events once, stale when nobody answers, fresh again by itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import QTimer

from chekt_console.api.priority import is_anew
from chekt_console.background.feed import Feed, Freshness, Pace
from chekt_console.background.runner import Runner
from chekt_console.domain.event import Event, EventKind
from chekt_console.errors import Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from chekt_console.services.event_service import EventService


class _Events:
    def __init__(self) -> None:
        self.polls = 0
        self.anew: list[bool] = []
        self.gate = threading.Event()
        self.gate.set()
        self.answers: list[tuple[Event, ...] | Unreachable] = []

    def poll(self) -> tuple[Event, ...]:
        self.polls += 1
        self.anew.append(is_anew())
        assert self.gate.wait(10)
        answer = self.answers.pop(0) if self.answers else ()
        if isinstance(answer, Unreachable):
            raise answer
        return answer

    def conflict_words(self) -> str:
        return ""


def test_events_arrive_and_silence_is_told(qtbot: QtBot) -> None:
    event = Event("e1", "s1", 1, EventKind.ALARM)
    events = _Events()
    events.answers = [(event,), Unreachable("No answer."), Unreachable("No answer.")]
    runner = Runner()
    feed = Feed(runner, cast("EventService", events))
    arrived: list[object] = []
    fresh: list[Freshness] = []
    feed.events_arrived.connect(arrived.append)
    feed.freshness_changed.connect(lambda freshness, _: fresh.append(freshness))
    feed.start()
    qtbot.waitUntil(lambda: arrived == [(event,)])
    for _ in range(2):
        qtbot.waitUntil(lambda: feed._timer.isActive())
        feed._timer.start(0)
    qtbot.waitUntil(lambda: feed.freshness is Freshness.STALE)
    with qtbot.waitSignal(feed.recovered):
        qtbot.waitUntil(lambda: feed._timer.isActive())
        feed._timer.start(0)
    feed.stop()
    assert fresh == [Freshness.POLLING, Freshness.STALE, Freshness.POLLING, Freshness.STOPPED]
    assert runner.stop()


@pytest.fixture
def feed(qtbot: QtBot) -> Iterator[Feed]:
    runner = Runner()
    feed = Feed(runner, cast("EventService", _Events()))
    yield feed
    feed.stop()
    assert runner.stop()


def _asked(feed: Feed) -> _Events:
    return cast("_Events", feed._events)


def _poll_now(qtbot: QtBot, feed: Feed) -> None:
    """Ends when the poll has ended."""
    before = _asked(feed).polls
    qtbot.waitUntil(feed._timer.isActive)
    feed._timer.start(0)
    qtbot.waitUntil(lambda: _asked(feed).polls > before and feed._timer.isActive())


def test_hints_that_never_end_do_not_put_asking_off(qtbot: QtBot, feed: Feed) -> None:
    """Each hint used to start the wait anew: at ten a second nothing was asked any more."""
    hints = QTimer()
    hints.timeout.connect(feed.poll_soon)
    feed.start()
    qtbot.waitUntil(lambda: _asked(feed).polls == 1)
    hints.start(50)
    qtbot.waitUntil(lambda: _asked(feed).polls >= 3, timeout=10_000)
    hints.stop()


def test_a_hint_is_answered_soon_and_not_more_than_once_a_second(qtbot: QtBot, feed: Feed) -> None:
    feed.set_pace(Pace.AWAY)
    feed.start()
    _poll_now(qtbot, feed)
    assert feed._timer.interval() > 8_000
    feed.poll_soon()
    assert 500 < feed._timer.interval() <= 1_000


def test_a_hint_while_it_asks_is_not_lost(qtbot: QtBot, feed: Feed) -> None:
    feed.set_pace(Pace.AWAY)
    _asked(feed).gate.clear()
    feed.start()
    qtbot.waitUntil(lambda: _asked(feed).polls == 1)
    feed.poll_soon()
    _asked(feed).gate.set()
    qtbot.waitUntil(feed._timer.isActive)
    assert feed._timer.interval() <= 1_000


def test_it_asks_at_the_pace_of_who_looks_and_takes_its_share_only(qtbot: QtBot, feed: Feed) -> None:
    feed.start()
    _poll_now(qtbot, feed)
    assert feed._timer.interval() == 2_000
    feed.set_pace(
        Pace.WAITED_FOR, 1_000
    )  # an alarm of now was opened: at once, not after the wait that was planned
    assert feed._timer.interval() <= 1_000
    feed.set_pace(Pace.AWAY, 1_000)
    _poll_now(qtbot, feed)
    assert feed._timer.interval() == 10_000
    # Sixty requests a minute for everything: a tenth of them is one in ten seconds, whoever looks.
    feed.set_pace(Pace.WAITED_FOR, 60)
    _poll_now(qtbot, feed)
    assert feed._timer.interval() == 10_000


def test_an_alarm_that_only_a_poll_brought_is_told_while_webhooks_are_on(qtbot: QtBot, feed: Feed) -> None:
    told: list[bool] = []
    feed.missed_by_webhooks.connect(lambda: told.append(True))
    feed.start()
    _poll_now(qtbot, feed)
    _asked(feed).answers = [(Event("e1", "s1", 1, EventKind.ALARM),)]
    _poll_now(qtbot, feed)
    feed.set_live(True)
    _asked(feed).answers = [(Event("e2", "s1", 2, EventKind.ALARM),)]  # of before webhooks were on
    _poll_now(qtbot, feed)
    _poll_now(qtbot, feed)
    assert not told
    _asked(feed).answers = [
        (Event("e3", "s1", 3, EventKind.TROUBLE),),
        (Event("e4", "s1", 4, EventKind.ALARM),),
    ]
    _poll_now(qtbot, feed)
    assert not told
    _poll_now(qtbot, feed)
    assert told == [True]


def test_a_poll_is_tried_once_because_the_feed_asks_again_by_itself(qtbot: QtBot, feed: Feed) -> None:
    """Tried six times it called the screen up to date for half a minute after the network had gone."""
    feed.start()
    qtbot.waitUntil(lambda: _asked(feed).polls > 0)
    assert _asked(feed).anew == [True] * len(_asked(feed).anew)
