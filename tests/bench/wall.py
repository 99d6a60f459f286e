"""One, four and nine cameras that send 720p at 25 pictures a second over RTSP: pictures shown, and what it costs.

On a wall, where pictures are small and ten a second, beside the same cameras in full. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from chekt_console.background.live_player import LivePlayer
from chekt_console.simulator.clip_encoder import encode
from chekt_console.simulator.clip_spec import ClipSpec
from tests.support.live_streams import rtsp_camera

_APART_S = 0.18  # as the wall starts them
_BEGIN_S = 60.0
_MEASURE_S = 10.0
_WALL = ((480, 270), 10.0)
_FULL = ((0, 0), 0.0)
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def _processor_s(pid: int) -> float:
    """Of a helper and the processes it started."""
    total = 0.0
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        total += sum(_processor_s(int(child)) for child in task.read_text().split())
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return total + (int(fields[11]) + int(fields[12])) / _TICKS


def _measure(
    app: QApplication, url: str, folder: Path, count: int, how: tuple[tuple[int, int], float]
) -> tuple[float, float, float, int]:
    """Pictures a second of the slowest camera, percent of one core by the helpers and by the window, restarts."""
    players: list[LivePlayer] = []
    shown = [0] * count
    restarts: list[str] = []

    def on_picture(place: int, _picture: object) -> None:
        shown[place] += 1

    def run(seconds: float, *, until_all: bool = False) -> None:
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at and not (until_all and all(shown)):
            app.processEvents()
            time.sleep(0.002)

    for place in range(count):
        player = LivePlayer(folder)
        player.picture_arrived.connect(partial(on_picture, place))
        player.replaced.connect(restarts.append)
        player.open(url, *how)
        players.append(player)
        run(_APART_S)
    run(_BEGIN_S, until_all=True)
    run(2.0)
    pictures, helpers = list(shown), [_processor_s(player.helper_pid) for player in players]
    window, began = time.process_time(), time.monotonic()
    run(_MEASURE_S)
    took_s = time.monotonic() - began
    spent = sum(
        _processor_s(player.helper_pid) - before for player, before in zip(players, helpers, strict=True)
    )
    rate = min(after - before for after, before in zip(shown, pictures, strict=True)) / took_s
    window_s = time.process_time() - window
    for player in players:
        player.close()
    return rate, 100 * spent / took_s, 100 * window_s / took_s, len(restarts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    app = QApplication(sys.argv[:1])
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder, "clip.mp4")
        now = time.time_ns() // 1_000_000
        encode(ClipSpec("1", "Dock", "Gate", "person", now, now + 6_000, 20.0, "UTC", fps=25), clip)
        with rtsp_camera(clip) as url:
            for count in (1, 4, 9):
                for name, how in (("wall", _WALL), ("full", _FULL)):
                    rate, helpers, window, restarts = _measure(app, url, Path(folder, "work"), count, how)
                    figures |= {
                        f"{name}_{count}_fps": round(rate, 1),
                        f"{name}_{count}_helpers_cpu": round(helpers),
                        f"{name}_{count}_window_cpu": round(window),
                        f"{name}_{count}_restarts": restarts,
                    }
                    print(
                        f"{count} in {name:<4}  {rate:>5.1f} fps   helpers {helpers:>4.0f} %   "
                        f"window {window:>3.0f} % of a core   {restarts} restarts"
                    )
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
