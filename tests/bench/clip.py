"""From the click to the picture: first frame from the disk and over loopback, single steps and scrubbing of a 720p clip.

Beside bare libVLC, mpv and QtMultimedia, each null where it is not installed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

from PySide6.QtWidgets import QApplication

from chekt_console.background.player import Player
from chekt_console.simulator.clip_encoder import encode
from chekt_console.simulator.clip_spec import ClipSpec
from tests.bench.clip_rivals import libvlc_ms, mpv_ms, qtmultimedia_ms
from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Callable

_RUNS = 15
_COLD_RUNS = 9
_MAKING_S = 120.0  # the gateway encodes the clip at its leisure


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class _Watcher:
    """Waits for the next picture of a player, in ms."""

    def __init__(self, app: QApplication, player: Player) -> None:
        self._app = app
        self._frames = 0
        player.frame_arrived.connect(self._on_frame)

    def _on_frame(self, _image: object) -> None:
        self._frames += 1

    def next_ms(self, act: object, limit_s: float = 10.0) -> float:
        seen, started = self._frames, time.perf_counter()
        act()  # type: ignore[operator]
        while self._frames == seen:
            self._app.processEvents()
            if time.perf_counter() - started > limit_s:
                raise TimeoutError(f"no picture within {limit_s:.0f} seconds")
            time.sleep(0.0005)
        return (time.perf_counter() - started) * 1000


class _Bot:
    """Waits as pytest-qt does."""

    def __init__(self, app: QApplication) -> None:
        self._app = app

    def waitUntil(self, what: Callable[[], bool], timeout: int = 20_000) -> None:
        ends_at = time.perf_counter() + timeout / 1000
        while not what():
            self._app.processEvents()
            if time.perf_counter() > ends_at:
                raise TimeoutError
            time.sleep(0.0005)


def _loopback_ms(app: QApplication, folder: Path) -> float:
    """From choosing an alarm to its first picture through the whole console and the gateway on loopback: the link asked
    for, the clip downloaded, checked and opened. The gateway has each clip made already, as a real one has."""
    running = RunningConsole(cast("Any", _Bot(app)), folder)
    running.wait_filled()
    site, review = running.site(), running.review
    selection = running.console.selection
    selection.select_site(site)
    known = running.session.events
    running.wait(lambda: sum(one.has_video for one in known.cached(site.site_id).events) >= _COLD_RUNS)
    alarms = [one for one in known.cached(site.site_id).events if one.has_video][:_COLD_RUNS]
    watcher = _Watcher(app, review.player)
    figures = []
    for alarm in alarms:
        watcher.next_ms(partial(selection.select_event, alarm), _MAKING_S)
        selection.select_event(None)
        running.wait(lambda: review.player.state == "closed")
        review.clips.forget(alarm)
        figures.append(watcher.next_ms(partial(selection.select_event, alarm)))
        selection.select_event(None)
    running.close()
    return statistics.median(figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder, "clip.mp4")
        now = time.time_ns() // 1_000_000
        encode(
            ClipSpec(
                "1", "Harbor Point", "Loading dock", "person", now, now + 6_000, 15.0, "America/Los_Angeles"
            ),
            clip,
        )
        player = Player(Path(folder, "player"))
        watcher = _Watcher(app, player)
        player.warm()
        watcher.next_ms(lambda: player.open(clip))  # the helper itself starts once
        first = [watcher.next_ms(lambda: player.open(clip)) for _ in range(_RUNS)]
        steps = [watcher.next_ms(lambda: player.step(1)) for _ in range(60)]
        steps += [watcher.next_ms(lambda: player.step(-1)) for _ in range(40)]
        dice = random.Random(1)
        places = [dice.uniform(0.2, 14.5) for _ in range(80)]
        scrub = [watcher.next_ms(lambda at=at: player.seek(at)) for at in places]
        player.close()
        rivals = {
            "libvlc_first_frame_p50_ms": libvlc_ms(clip, _RUNS),
            "mpv_first_frame_p50_ms": mpv_ms(clip, _RUNS),
            "qtmultimedia_first_frame_p50_ms": qtmultimedia_ms(app, clip, _RUNS),
        }
        loopback = _loopback_ms(app, Path(folder, "data"))
    figures = {
        "cached_first_frame_p50_ms": round(statistics.median(first), 1),
        "loopback_first_frame_p50_ms": round(loopback, 1),
        "step_p99_ms": round(_percentile(steps, 0.99), 1),
        "step_p50_ms": round(statistics.median(steps), 1),
        "scrub_p99_ms": round(_percentile(scrub, 0.99), 1),
        "scrub_p50_ms": round(statistics.median(scrub), 1),
        **{name: None if found is None else round(found, 1) for name, found in rivals.items()},
    }
    print(f"click to first frame, cached   {figures['cached_first_frame_p50_ms']:>7} ms p50   (goal 120)")
    print(f"the same, cold, over loopback  {figures['loopback_first_frame_p50_ms']:>7} ms p50   (goal 300)")
    print(f"one frame on or back           {figures['step_p99_ms']:>7} ms p99   (goal 33)")
    print(f"scrub to any instant           {figures['scrub_p99_ms']:>7} ms p99   (goal 50)")
    print(f"bare libVLC, first frame       {figures['libvlc_first_frame_p50_ms']!s:>7} ms p50")
    print(f"bare mpv, first frame          {figures['mpv_first_frame_p50_ms']!s:>7} ms p50")
    print(f"bare QtMultimedia, first frame {figures['qtmultimedia_first_frame_p50_ms']!s:>7} ms p50")
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
