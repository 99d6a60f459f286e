"""Sleep is noticed whichever of the computer's clocks goes on meanwhile."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from chekt_console.background.sleep_watch import SleepWatch
from tests.support.fake_clock import FakeClock


def test_a_clock_that_jumped_tells_of_sleep(qtbot: QtBot) -> None:
    clock = FakeClock()
    watch = SleepWatch(clock)
    heard: list[float] = []
    watch.resumed.connect(heard.append)
    watch.start()
    for _ in range(20):
        clock.advance(5)
        watch.look()
    assert heard == []
    clock.start_ms += 3_600_000  # the wall clock went on, the other stood still
    clock.advance(5)
    watch.look()
    clock.advance(7200)  # both went on, and the beat came late
    watch.look()
    clock.start_ms -= 60_000  # set back: nothing is missing
    clock.advance(5)
    watch.look()
    watch.stop()
    assert [round(one) for one in heard] == [3600, 7195]
