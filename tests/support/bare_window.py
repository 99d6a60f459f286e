"""A window that shows nothing: how late its event loop is tells what the machine does to any window.

`python -m tests.support.bare_window BUSY_MS` prints "ready", begins at the next line of its standard input, and prints at the
end of that how far the turns were apart, as a list of milliseconds in JSON. It computes for BUSY_MS every 45 ms.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import IO

BEAT_MS = 2
_WORK_EVERY_MS = 45


class BareWindow:
    """The process, from the bench's side."""

    def __init__(self, busy_ms: float = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.bare_window", str(busy_ms)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._output.readline() == "ready\n"

    def begin(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def end(self) -> list[float]:
        assert self._process.stdin is not None
        self._process.stdin.close()
        frames: list[float] = json.loads(self._output.readline())
        self._process.wait()
        return frames

    @property
    def _output(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout


def main() -> None:
    from PySide6.QtCore import QSocketNotifier, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    busy_s = float(sys.argv[1]) / 1000
    app, window = QApplication([]), QWidget()
    window.show()
    print("ready", flush=True)
    sys.stdin.readline()
    frames: list[float] = []
    beat = QTimer(interval=BEAT_MS)
    beat.setTimerType(Qt.TimerType.PreciseTimer)
    turn_s = time.perf_counter()

    def on_beat() -> None:
        nonlocal turn_s
        now = time.perf_counter()
        frames.append((now - turn_s) * 1000)
        turn_s = now

    def on_work() -> None:
        end_s = time.thread_time() + busy_s
        while time.thread_time() < end_s:
            pass

    beat.timeout.connect(on_beat)
    work = QTimer(interval=_WORK_EVERY_MS)
    work.timeout.connect(on_work)
    end = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    end.activated.connect(app.quit)
    beat.start()
    if busy_s:
        work.start()
    app.exec()
    print(json.dumps(frames), flush=True)


if __name__ == "__main__":
    main()
