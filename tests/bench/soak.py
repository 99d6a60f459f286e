"""Hours in minutes: events without end, a new clip and another site all the time; what memory, files and threads do."""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import cast

import httpx
from PySide6.QtWidgets import QApplication

from tests.bench.live import _Bot
from tests.support.console import RunningConsole

_SITES = 20
_STEP_S = 3.0  # a site and a clip; eight hours of work have 500 clips
_PERSPECTIVES = ("review", "schedule", "review", "fleet")


def _state() -> dict[str, float]:
    """Of this process: resident megabytes, open files, threads."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "rss_mb": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "files": len(os.listdir("/proc/self/fd")),
        "threads": threading.active_count(),
        "none_refs_k": sys.getrefcount(None) / 1000,
    }


def run(
    bot: _Bot, running: RunningConsole, minutes: float, events_per_s: int
) -> tuple[list[dict[str, float]], float]:
    """The state after each tenth of the time, and the longest turn of the window in milliseconds."""
    running.wait_filled()
    window, selection = running.console.window, running.console.selection
    sites = running.session.sites.cached().sites[:_SITES]
    address = running.address
    with httpx.Client(base_url=address.url, headers={"X-Control-Token": address.control_token}) as client:
        for site in sites:
            asked = client.post(
                "/_simulator/scenario",
                json={"name": "storm", "site_id": site.site_id, "events_per_s": max(1, events_per_s // _SITES),
                      "seconds": min(5000, round(minutes * 60) + 60)},
            )  # fmt: skip
            asked.raise_for_status()
    states: list[dict[str, float]] = []
    worst_ms = 0.0
    bot.take_frames()
    began = time.monotonic()
    for step in itertools.count():
        window.show_perspective(_PERSPECTIVES[step % len(_PERSPECTIVES)])
        site = sites[step % len(sites)]
        selection.select_site(site)
        events = running.session.events.cached(site.site_id).events
        with_video = [event for event in events if event.has_video]
        if with_video:
            selection.select_event(with_video[step % min(len(with_video), 4)])
        ends_at = time.monotonic() + _STEP_S
        bot.waitUntil(lambda ends_at=ends_at: time.monotonic() > ends_at)  # type: ignore[misc]
        worst_ms = max(worst_ms, *bot.take_frames())
        passed = (time.monotonic() - began) / (minutes * 60)
        if passed * 10 >= len(states) + 1:
            states.append(_state())
            print("  ".join(f"{name} {value:>8.1f}" for name, value in states[-1].items()), flush=True)
        if passed >= 1:
            break
    return states, worst_ms


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    # The feed keeps ten minutes of events to know what it told: before that memory grows.
    parser.add_argument("--minutes", type=float, default=24.0)
    parser.add_argument("--events", type=int, default=100, help="events a second")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    _app = QApplication([])
    bot = _Bot()
    with tempfile.TemporaryDirectory() as folder:
        running = RunningConsole(cast("object", bot), Path(folder))  # type: ignore[arg-type]
        states, worst_ms = run(bot, running, options.minutes, options.events)
        running.close()
    warm, last = states[len(states) // 2], states[-1]
    figures = {
        "minutes": options.minutes,
        "events": round(options.minutes * 60 * options.events),
        "rss_half_mb": round(warm["rss_mb"], 1),
        "rss_end_mb": round(last["rss_mb"], 1),
        "rss_growth_percent": round((last["rss_mb"] / warm["rss_mb"] - 1) * 100, 1),
        "files_growth": last["files"] - warm["files"],
        "threads_growth": last["threads"] - warm["threads"],
        "none_refs_growth_k": round(last["none_refs_k"] - warm["none_refs_k"], 1),
        "worst_turn_ms": round(worst_ms, 1),
    }
    for name, value in figures.items():
        print(f"{name:<20} {value:>10,}")
    if options.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
