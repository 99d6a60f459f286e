"""From a trigger in the gateway to the row on screen by webhook, and what a burst of deliveries does to the window."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication

from tests.support.console import RunningConsole
from tests.support.webhooks import signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.ui.timeline.event_list import EventList

_CONNECTIONS = 16


class _Bot:
    """Waits as pytest-qt does, and keeps the longest time between two turns of the event loop."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.worst_ms = 0.0

    def waitUntil(self, what: Callable[[], bool], timeout: int = 20_000) -> None:
        ends_at = time.perf_counter() + timeout / 1000
        while not what():
            before = time.perf_counter()
            self._app.processEvents()
            self.worst_ms = max(self.worst_ms, (time.perf_counter() - before) * 1000)
            if before > ends_at:
                raise TimeoutError
            time.sleep(0.001)


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


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
        event_id = str(client.post("/_simulator/events", json=body).json()["event_id"])
        painted.wait_for(event_id)
        running.wait(lambda: painted.at_s)
        found.append((painted.at_s - began) * 1000)
    client.close()
    return found


async def _flood(port: int, secret: str, site_id: str, count: int) -> None:
    """Over a few connections that stay open; each waits for its answer before the next."""
    numbers = iter(range(count))
    now = time.time()

    async def send() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now))
            data = {
                "site_id": site_id,
                "event_id": f"burst-{number}",
                "event_time": moment,
                "event_subtype": "motion",
            }
            body = json.dumps({"id": f"b{number}", "type": "event.created", "data": data}).encode()
            headers = signed(secret, body, int(time.time())) | {"Host": "x", "Content-Length": str(len(body))}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"POST /webhooks HTTP/1.1\r\n{head}\r\n".encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert b" 200 " in answer, answer
            length = int(answer.lower().split(b"content-length: ")[1].split(b"\r")[0])
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(send() for _ in range(_CONNECTIONS)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, default=60)
    parser.add_argument("--burst", type=int, default=10_000)
    parser.add_argument("--flood", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.flood:
        port, secret, site_id, count = options.flood
        asyncio.run(_flood(int(port), secret, site_id, int(count)))
        return 0
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    app = QApplication([])
    bot = _Bot(app)
    with tempfile.TemporaryDirectory() as folder:
        figures = _measure(bot, Path(folder), options.rows, options.burst)
    for name, value in figures.items():
        print(f"{name:<24} {value:>10}")
    if options.json:
        print(json.dumps(figures))
    return 0


def _measure(bot: _Bot, folder: Path, rows: int, burst: int) -> dict[str, float]:
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
    delays = _rows(running, site.site_id, rows)
    bot.worst_ms = 0.0
    began = time.perf_counter()
    command = [sys.executable, "-m", "tests.bench.live", "--flood", str(live.feed.process.port)]
    flood = subprocess.Popen([*command, live.feed._secret.reveal(), site.site_id, str(burst)])
    running.wait(lambda: flood.poll() is not None, 120_000)
    sent_s = time.perf_counter() - began
    running.wait(lambda: not live.inbox.unhandled(1) and not live.feed._is_taking, 120_000)
    handled_s = time.perf_counter() - began
    stored = sum(running.session.events.find(f"burst-{number}") is not None for number in range(burst))
    worst_ms = bot.worst_ms
    running.close()
    return {
        "webhook_to_row_p50_ms": round(statistics.median(delays), 1),
        "webhook_to_row_p99_ms": round(_percentile(delays, 0.99), 1),
        "burst_events": burst,
        "burst_lost": burst - stored,
        "burst_sent_s": round(sent_s, 2),
        "burst_shown_s": round(handled_s, 2),
        "burst_worst_frame_ms": round(worst_ms, 1),
    }


if __name__ == "__main__":
    raise SystemExit(main())
