"""After sleep and on another network the whole program asks again at once, and each thing once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from chekt_console.background.feed import Freshness
from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow

_SEARCH = "/ext/v1/activity-logs/search"
_LONG_MS = 3_600_000


@pytest.fixture
def running(qtbot: QtBot, tmp_path: Path) -> Iterator[RunningConsole]:
    running = RunningConsole(qtbot, tmp_path / "data")
    running.wait_filled()
    running.console.selection.select_site(running.site())
    running.wait(
        lambda: running.session.feed.freshness is Freshness.POLLING, 120_000
    )  # its first, long reading is done
    running.session.retry()  # the history of all sites is read now, and not again by what a test does
    running.wait(lambda: _is_quiet(running), 120_000)
    yield running
    running.close()


def _is_quiet(running: RunningConsole) -> bool:
    runner = running.session.runner
    return not (runner._running or runner._waiting)


def _asked(running: RunningConsole) -> Counter[str]:
    return Counter(one["path"] for one in running.control("record", method="GET")["requests"])


def _falls_asleep(running: RunningConsole) -> None:
    """Nothing is due for an hour: what is asked from here on is asked because it woke."""
    session = running.session
    session._budget_timer.stop()
    running.wait(session.feed._timer.isActive)
    session.feed._timer.start(_LONG_MS)
    running.control("record", method="DELETE")


def _settled(running: RunningConsole) -> Counter[str]:
    """All that was asked, once the feed has its answer and nothing else is under way."""
    feed = running.session.feed
    running.wait(lambda: _asked(running)[_SEARCH])
    running.wait(lambda: feed._timer.isActive() and _is_quiet(running))
    return _asked(running)


def _is_each_asked_once(running: RunningConsole, asked: Counter[str]) -> None:
    site = f"/ext/v1/sites/{running.site().site_id}"
    for path in ("/ext/v1/sites", f"{site}/arming", f"{site}/schedule", f"{site}/cameras"):
        assert asked[path] == 1
    assert max(asked[path] for path in asked if path != _SEARCH) == 1
    # New events of all sites and of this one, and alarms by their few categories.
    assert asked[_SEARCH] <= 8


def test_a_computer_that_slept_asks_for_everything_on_screen_once(running: RunningConsole) -> None:
    _falls_asleep(running)
    watch = running.session.sleep_watch
    watch._wall_ms -= _LONG_MS  # as if the wall clock had gone on for an hour while the program stood still
    watch.look()
    _is_each_asked_once(running, _settled(running))


def test_a_network_that_changed_asks_as_well_and_forgets_no_alarm(
    running: RunningConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = running.session.live
    assert live is not None
    forgotten: list[int] = []
    monkeypatch.setattr(live.desktop, "forget_before", forgotten.append)
    _falls_asleep(running)
    running.session.network_watch.changed.emit()
    _is_each_asked_once(running, _settled(running))
    assert forgotten == []
