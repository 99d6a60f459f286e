"""The feed: events once, stale when nobody answers, fresh again by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from chekt_console.background.feed import Feed, Freshness
from chekt_console.background.runner import Runner
from chekt_console.domain.event import Event, EventKind
from chekt_console.errors import Unreachable

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from chekt_console.services.event_service import EventService


class _Events:
    def __init__(self) -> None:
        self.answers: list[tuple[Event, ...] | Unreachable] = []

    def poll(self) -> tuple[Event, ...]:
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
