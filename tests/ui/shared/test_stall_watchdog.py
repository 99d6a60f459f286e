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


def _is_named(_length_ms: float, stack: str) -> bool:
    return "block_the_window" in stack


def test_a_stall_is_reported_with_its_stack(qtbot: QtBot) -> None:
    watchdog = StallWatchdog()
    watchdog.start()
    try:
        with qtbot.waitSignal(watchdog.stalled, check_params_cb=_is_named) as told:
            for _ in range(5):  # the watching thread of a busy computer may come too late for one
                block_the_window(0.2)
                qtbot.wait(60)
    finally:
        watchdog.stop()
    assert told.args is not None
    length_ms, stack = told.args
    assert length_ms > 150
    assert (length_ms, stack) in watchdog.stalls


def test_it_leaves_no_thread(qtbot: QtBot) -> None:
    watchdog = StallWatchdog()
    watchdog.start()
    watchdog.start()
    watchdog.stop()
    watchdog.stop()
    assert "stall-watchdog" not in [thread.name for thread in threading.enumerate()]
