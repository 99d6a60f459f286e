"""From a trigger in the gateway to the row on screen by webhook, and what a burst of deliveries does to the window.

The burst: one process that signed its deliveries beforehand sends each as a request of its own over connections that stay
open, and each connection waits for its answer, so for the disk, before its next. A frame is the time between two turns of the
window's event loop while the burst is sent, read and shown. There are several bursts, and the figures are their medians.

What of a frame is the machine's doing: `idle_worst_frame_ms` is the worst one of a second before the burst,
`bare_worst_frame_ms` that of a window in a process of its own that has nothing to do with the burst, and
`burst_worst_own_ms` that of the console without the time for which its thread stood in line for a processor (where the system
tells it). On a machine that is busy with other things a window that computes waits longer than one that does not: with
`--busy-ms 9` the other window computes about as much as the console does in a burst. `burst_*_us`: processor time for each
event, of which a machine of two cores has 200 at 10,000 events a second.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.support.bare_window import BEAT_MS, BareWindow
from tests.support.console import RunningConsole
from tests.support.delivery_load import DeliveryLoad, Order, event_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.session_live import LiveParts
    from chekt_console.ui.timeline.event_list import EventList

_IDLE_S = 1.0


class _Bot:
    """Waits as pytest-qt does, and keeps how far the turns of the event loop are apart: what a frame can be late by."""

    def __init__(self) -> None:
        self._queued = _Queued()
        self._frames_ms: list[float] = []
        self._own_ms: list[float] = []

    def waitUntil(self, what: Callable[[], bool], timeout: int = 20_000) -> None:
        """A timer that is always due makes a turn of everything that else came."""
        loop, beat = QEventLoop(), QTimer(interval=BEAT_MS)
        beat.setTimerType(Qt.TimerType.PreciseTimer)
        turn_s = began = time.perf_counter()
        queued_s = self._queued.seconds()

        def on_beat() -> None:
            nonlocal turn_s, queued_s
            now, queued_by_now = time.perf_counter(), self._queued.seconds()
            self._frames_ms.append((now - turn_s) * 1000)
            self._own_ms.append((now - turn_s - (queued_by_now - queued_s)) * 1000)
            turn_s, queued_s = now, queued_by_now
            if now - began > timeout / 1000 or what():
                loop.quit()

        beat.timeout.connect(on_beat)
        if not what():
            beat.start()
            loop.exec()
            beat.stop()
            if not what():
                raise TimeoutError

    def take_frames(self) -> list[float]:
        frames, self._frames_ms, self._own_ms = self._frames_ms, [], []
        return frames

    @property
    def own_ms(self) -> list[float]:
        """Of the frames not yet taken: without what this thread waited for a processor."""
        return self._own_ms


class _Queued:
    """For how long this thread has stood in line for a processor; 0 where the system does not tell it in this way."""

    def __init__(self) -> None:
        path = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._file = os.open(path, os.O_RDONLY) if path.exists() else None

    def seconds(self) -> float:
        if self._file is None:
            return 0.0
        return int(os.pread(self._file, 100, 0).split()[1]) / 1e9


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _cpu_s(pid: int) -> float:
    """Of another process, user and system; 0 where the system does not tell it in this way."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class _Painted(QObject):
    """When the row of an event, or of the incident it was put into, has been painted in the list for the first time."""

    def __init__(self, events: EventList) -> None:
        super().__init__(events)
        self._list = events
        self.wanted = ""
        self.at_s = 0.0
        events.tree.viewport().installEventFilter(self)

    def wait_for(self, event_id: str) -> None:
        """It may have been painted before its number was known here: then it is painted once more, and that counts."""
        self.wanted, self.at_s = event_id, 0.0
        self._list.tree.viewport().update()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent) and self.wanted and self._is_in(event):
            self.wanted = ""
            QTimer.singleShot(0, self, self._on_painted)  # after this paint
        return False

    def _is_in(self, event: QPaintEvent) -> bool:
        tree = self._list.tree
        index = self._list.model.index_of(self.wanted)
        if index.isValid() and index.parent().isValid() and not tree.isExpanded(index.parent()):
            index = index.parent()
        return index.isValid() and event.region().intersects(tree.visualRect(index))

    def _on_painted(self) -> None:
        self.at_s = time.perf_counter()


def _rows(running: RunningConsole, site_id: str, count: int) -> list[float]:
    """Milliseconds from asking the gateway for an event to its row being painted in the list of events."""
    address = running.address
    client = httpx.Client(base_url=address.url, headers={"X-Control-Token": address.control_token})
    pane = running.timeline.timeline
    running.console.window.show_perspective("review")
    pane.show_list(True)
    running.wait(lambda: pane.event_list.model.event_count > 0)
    painted = _Painted(pane.event_list)
    found = []
    for number in range(count):
        body = {"site_id": site_id, "kind": "trouble", "text": f"Bench {number}"}
        began = time.perf_counter()
        made = str(client.post("/_simulator/events", json=body).json()["event_id"])
        painted.wait_for(made)
        running.wait(lambda: painted.at_s)
        found.append((painted.at_s - began) * 1000)
    client.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--bursts", type=int, default=5, help="one after another")
    parser.add_argument(
        "--connections", type=int, default=64, help="of the sender, each with one request under way"
    )
    parser.add_argument("--busy-ms", type=float, default=0, help="what the other window computes in a turn")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    _app = QApplication([])
    bot = _Bot()
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(bot, Path(folder), options)
    for name, value in figures.items():
        print(f"{name:<24} {value:>10}")
    if options.json:
        print(json.dumps(figures))
    return 0


def _measure(bot: _Bot, folder: Path, options: argparse.Namespace) -> dict[str, float]:
    running = RunningConsole(cast("Any", bot), folder)
    running.wait_filled()
    running.wait(lambda: running.session.live is not None)
    live = running.session.live
    assert live is not None
    live.listen_action.trigger()
    running.wait(lambda: live.feed.is_live)
    site = running.site()
    running.console.selection.select_site(site)
    running.wait(lambda: len(running.timeline.timeline.timeline.content) > 0)
    delays = _rows(running, site.site_id, options.rows)
    taken: Counter[str] = Counter()
    live.feed.arrived.connect(lambda told: taken.update(told.kinds))
    bursts = []
    for number in range(options.bursts):
        order = Order(
            live.feed.process.port,
            live.feed.secret.reveal(),
            site.site_id,
            options.burst,
            options.connections,
            first=number * options.burst,
        )
        bursts.append(_burst(bot, running, live, order, taken, options.busy_ms))
    kept = [event.event_id for event in running.session.events.cached(site.site_id).events]
    found = Counter(one for one in kept if one.startswith(event_id(0)[:-1]))
    running.close()
    return {
        "webhook_to_row_p50_ms": round(statistics.median(delays), 1),
        "webhook_to_row_p99_ms": round(_percentile(delays, 0.99), 1),
        "bursts": options.bursts,
        "burst_events": options.burst,
        "burst_lost": options.burst * options.bursts - len(found),
        "burst_doubled": found.total() - len(found),
        **{name: round(statistics.median(one[name] for one in bursts), 1) for name in bursts[0]},
    }


def _burst(
    bot: _Bot,
    running: RunningConsole,
    live: LiveParts,
    order: Order,
    taken: Counter[str],
    busy_ms: float,
) -> dict[str, float]:
    load, bare = DeliveryLoad(order), BareWindow(busy_ms)
    bot.take_frames()
    idle_ends_at = time.perf_counter() + _IDLE_S
    running.wait(lambda: time.perf_counter() > idle_ends_at)
    idle = bot.take_frames()
    bare.begin()
    listener = live.feed.process.pid
    before = {"window": time.process_time(), "listener": _cpu_s(listener)}
    began, wanted = time.perf_counter(), taken["event.created"] + order.count
    load.begin()
    running.wait(lambda: load.has_ended, 120_000)
    running.wait(lambda: taken["event.created"] >= wanted, 120_000)
    shown_s = time.perf_counter() - began
    after = {"window": time.process_time(), "listener": _cpu_s(listener)}
    own, frames = bot.own_ms, bot.take_frames()
    others = bare.end()
    sent = load.outcome()
    cpu_s = {**{name: after[name] - before[name] for name in after}, "sender": sent["cpu_s"]}
    return {
        "burst_sent_in_s": sent["seconds"],
        "burst_events_per_s": order.count / sent["seconds"],
        "burst_shown_s": shown_s,
        "burst_worst_answer_ms": sent["worst_answer_ms"],
        "burst_worst_frame_ms": max(frames),
        "burst_worst_own_ms": max(own),
        "burst_p99_frame_ms": _percentile(frames, 0.99),
        "bare_worst_frame_ms": max(others),
        "bare_p99_frame_ms": _percentile(others, 0.99),
        "idle_worst_frame_ms": max(idle),
        **{f"burst_{name}_us": spent * 1e6 / order.count for name, spent in cpu_s.items()},
    }


if __name__ == "__main__":
    raise SystemExit(main())
