"""Start of the console in fresh processes, cold and warm, beside a bare PySide6 window in the same run."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BARE = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, lambda: (print(time.time_ns(), flush=True), app.quit()))
app = QApplication(sys.argv)
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""


def _bare_ms() -> float:
    start = time.time_ns()
    said = subprocess.run(
        [sys.executable, "-c", _BARE], capture_output=True, text=True, check=True, timeout=60
    )
    return (int(said.stdout.split()[0]) - start) / 1e6


def _console_ms(data_dir: Path) -> dict[str, float]:
    """The console reports its own milestones as lines `milestone NAME UNIX_NS` when asked to by the environment."""
    environment = {**os.environ, "CHEKT_CONSOLE_MILESTONES": "1"}
    command = [sys.executable, "-m", "chekt_console", "--simulator", "--data-dir", str(data_dir)]
    start = time.time_ns()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        seen: dict[str, float] = {}
        for line in process.stdout:
            words = line.split()
            if words[:1] == ["milestone"]:
                seen[words[1]] = (int(words[2]) - start) / 1e6
            if {"filled", "sites_shown"} <= seen.keys():
                break
        process.terminate()
        process.wait(timeout=20)
    return seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder)
        cold = _console_ms(data_dir)
        _console_ms(data_dir)
        bare: list[float] = []
        warm: list[dict[str, float]] = []
        for _ in range(options.runs):
            bare.append(_bare_ms())
            warm.append(_console_ms(data_dir))
    bare_ms = statistics.median(bare)
    first_paint_ms = statistics.median(run["first_paint"] for run in warm)
    sites_shown_ms = statistics.median(run["sites_shown"] for run in warm)
    figures = {
        "bare_window_ms": round(bare_ms, 1),
        "first_paint_ms": round(first_paint_ms, 1),
        "sites_shown_ms": round(sites_shown_ms, 1),
        "first_paint_ratio": round(first_paint_ms / bare_ms, 2),
        "sites_shown_ratio": round(sites_shown_ms / bare_ms, 2),
        "cold_first_paint_ms": round(cold["first_paint"], 1),
        "runs": options.runs,
    }
    print(f"{'':28}{'median of ' + str(options.runs):>14}   goal")
    print(f"{'bare PySide6 window':28}{figures['bare_window_ms']:>11} ms")
    print(
        f"{'console, first paint':28}{figures['first_paint_ms']:>11} ms   {figures['first_paint_ratio']} x bare (1.5)"
    )
    print(
        f"{'console, cached sites':28}{figures['sites_shown_ms']:>11} ms   {figures['sites_shown_ratio']} x bare (2.5)"
    )
    print(f"{'first start ever, paint':28}{figures['cold_first_paint_ms']:>11} ms")
    if options.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
