"""From the click to the picture: first frame, single steps and scrubbing of a 720p clip, beside bare libVLC."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from chekt_console.background.player import Player
from chekt_console.simulator.clip_encoder import encode
from chekt_console.simulator.clip_spec import ClipSpec

_RUNS = 15


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

    def next_ms(self, act: object) -> float:
        seen, started = self._frames, time.perf_counter()
        act()  # type: ignore[operator]
        while self._frames == seen:
            self._app.processEvents()
            if time.perf_counter() - started > 10:
                raise TimeoutError("no picture within ten seconds")
            time.sleep(0.0005)
        return (time.perf_counter() - started) * 1000


def _bare_libvlc_ms(clip: Path) -> float | None:
    """First frame into memory callbacks, instance already made; None without libVLC."""
    try:
        import vlc
    except (ImportError, OSError):
        return None
    instance = vlc.Instance("--quiet", "--no-audio")
    if instance is None:
        return None
    width, height = 1280, 720
    buffer = ctypes.create_string_buffer(width * height * 4)
    shown = threading.Event()

    @vlc.CallbackDecorators.VideoLockCb
    def lock(_opaque: object, planes: object) -> None:
        planes[0] = ctypes.cast(buffer, ctypes.c_void_p)  # type: ignore[index]

    @vlc.CallbackDecorators.VideoDisplayCb
    def display(_opaque: object, _picture: object) -> None:
        shown.set()

    figures = []
    for _ in range(_RUNS):
        player = instance.media_player_new()
        player.video_set_callbacks(lock, None, display, None)
        player.video_set_format("RV32", width, height, width * 4)
        shown.clear()
        started = time.perf_counter()
        player.set_media(instance.media_new(str(clip)))
        player.play()
        if not shown.wait(10):
            return None
        figures.append((time.perf_counter() - started) * 1000)
        player.stop()
        player.release()
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
        bare = _bare_libvlc_ms(clip)
    figures = {
        "cached_first_frame_p50_ms": round(statistics.median(first), 1),
        "step_p99_ms": round(_percentile(steps, 0.99), 1),
        "step_p50_ms": round(statistics.median(steps), 1),
        "scrub_p99_ms": round(_percentile(scrub, 0.99), 1),
        "scrub_p50_ms": round(statistics.median(scrub), 1),
        "libvlc_first_frame_p50_ms": None if bare is None else round(bare, 1),
    }
    print(f"click to first frame, cached   {figures['cached_first_frame_p50_ms']:>7} ms p50   (goal 120)")
    print(f"one frame on or back           {figures['step_p99_ms']:>7} ms p99   (goal 33)")
    print(f"scrub to any instant           {figures['scrub_p99_ms']:>7} ms p99   (goal 50)")
    print(f"bare libVLC, first frame       {figures['libvlc_first_frame_p50_ms']!s:>7} ms p50")
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
