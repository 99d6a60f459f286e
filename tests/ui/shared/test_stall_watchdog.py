"""faults.md, UI thread blocked by a slot: it is told of, with the line that blocked it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from chekt_console.background.stall_watchdog import StallWatchdog

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def block_the_window(seconds: float) -> None:
    time.sleep(seconds)


def test_a_stall_is_reported_with_its_stack(qtbot: QtBot) -> None:
    watchdog = StallWatchdog()
    watchdog.start()
    try:
        with qtbot.waitSignal(watchdog.stalled) as told:
            block_the_window(0.2)
    finally:
        watchdog.stop()
    assert told.args is not None
    length_ms, stack = told.args
    assert length_ms > 150
    assert "block_the_window" in stack
    assert watchdog.stalls[0][0] == length_ms


def test_it_leaves_no_thread(qtbot: QtBot) -> None:
    watchdog = StallWatchdog()
    watchdog.start()
    watchdog.start()
    watchdog.stop()
    watchdog.stop()
    assert "stall-watchdog" not in [thread.name for thread in threading.enumerate()]
