"""The whole window while another program holds its files: it goes on beating, and what was done meanwhile is written after."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import Qt, QTimer

from chekt_console.settings import DataPaths
from chekt_console.store.database import _BUSY_S
from tests.support.console import RunningConsole
from tests.support.ending import running_child
from tests.ui.schedule.week_hand import WeekHand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow

_HELD_S = 10
_HOLDER = """
import sqlite3, sys
held = [sqlite3.connect(name, isolation_level=None, timeout=30) for name in sys.argv[1:]]
for one in held:
    one.execute("begin exclusive")
print("held", flush=True)
sys.stdin.readline()
for one in held:
    one.execute("commit")
"""


class Heart:
    """Beats in the window's thread; `longest_s` between two beats."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._last_s = time.monotonic()
        self._timer = QTimer()
        self._timer.timeout.connect(self._on_beat)
        self._timer.start(10)

    def stop(self) -> None:
        self._on_beat()
        self._timer.stop()

    def _on_beat(self) -> None:
        now_s = time.monotonic()
        self.longest_s, self._last_s = max(self.longest_s, now_s - self._last_s), now_s


@contextmanager
def _held(*files: Path) -> Iterator[None]:
    command = [sys.executable, "-c", _HOLDER, *map(str, files)]
    with running_child(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield  # the pipe closes behind, and the holder lets go


def _raise_alarm(running: RunningConsole, site_id: str) -> str:
    address = running.address
    answer = httpx.post(
        f"{address.url}/_simulator/events",
        json={"site_id": site_id, "kind": "alarm"},
        headers={"X-Control-Token": address.control_token},
    )
    return str(answer.json()["event_id"])


def test_the_window_never_stalls_while_another_program_holds_its_files(
    qtbot: QtBot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """faults.md: database locked 10 s by another process: UI never stalls; write waits."""
    assert _BUSY_S > _HELD_S  # how long a write waits
    running = RunningConsole(qtbot, tmp_path / "data")
    try:
        running.wait_filled()
        selection, session = running.console.selection, running.session
        running.wait(lambda: session.queue is not None and session.queue.pane.model.alarms)
        assert session.queue is not None
        alarm = session.queue.pane.model.alarms[0].event
        site = next(one for one in session.sites.cached().sites if one.site_id == alarm.site_id)
        selection.select_site(site)
        schedule = running.schedule.schedule_controller
        running.wait(lambda: schedule.work and schedule.work.base and schedule.work.is_fresh)
        work = schedule.work
        assert work is not None
        selection.select_event(alarm)
        box = running.review.event_panel.decision
        running.wait(lambda: box.buttons["real"].isEnabled())
        folder = DataPaths(tmp_path / "data").connection_dir(session.connection.name)
        files = [folder / name for name in ("cache.sqlite", "local.sqlite", "inbox.sqlite")]
        assert all(file.exists() for file in files)
        others = [one for one in session.sites.cached().sites if one.site_id != site.site_id]
        with _held(*files):
            raised = _raise_alarm(running, others[0].site_id)
            heart, began_s = Heart(), time.monotonic()
            qtbot.mouseClick(box.buttons["real"], Qt.MouseButton.LeftButton)
            running.console.window.show_perspective("schedule")
            hand = WeekHand(running.schedule.schedule_pane.grid)
            end_row, end_min = divmod(work.current.periods[0].end_min % 10_080, 1440)
            hand.click(end_row, end_min / 60 - 1)
            hand.drag((end_row, end_min / 60 - 0.01), (end_row, end_min / 60 + 1))
            assert work.has_draft
            drawn = work.current
            selection.select_site(others[0])  # the draft is kept, and everything of the next site is read
            running.wait(lambda: time.monotonic() - began_s > _HELD_S)
            heart.stop()
            assert session.local.draft(site.site_id) is None
            assert session.local.decision(alarm.event_id) is None  # nothing could be written
        with capsys.disabled():
            print(f"\nlongest gap between two beats of the window: {heart.longest_s * 1000:.0f} ms")
        assert heart.longest_s < 2
        running.wait(lambda: session.local.decision(alarm.event_id) is not None)
        running.wait(lambda: session.local.draft(site.site_id) is not None)
        kept = session.local.draft(site.site_id)
        assert kept is not None
        assert kept.schedule == drawn
        running.wait(lambda: session.events.find(raised) is not None, 60_000)
    finally:
        running.close()
