"""Drives every perspective on the simulator, saves a picture of each, and says which pane did not fill."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from chekt_console.ui.shared.theme import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from chekt_console.tour_views import Sights
    from chekt_console.ui.shared.theme import Colors

_LARGE, _SMALL = (1440, 900), (1280, 720)
_LOOKS = {
    4: ((DARK, "dark", (_LARGE, _SMALL)), (LIGHT, "light", (_LARGE, _SMALL))),
    2: ((DARK, "dark", (_LARGE,)), (LIGHT, "light", (_SMALL,))),
}
_STEP_LIMIT_S = 120.0
_BEAT_MS = 5
_LONG_MS = 50


class Heartbeat(QObject):
    """Measures how long the window's thread was away, in ms, leaving out the time the tour takes for its pictures."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stalls_ms: list[float] = []
        self.long_stalls: list[tuple[float, str]] = []  # ms, what was being shown
        self.showing = ""
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def forgive(self) -> None:
        """What happened since the last beat was the tour's own work."""
        self._last = time.perf_counter()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        stall_ms = (now - self._last) * 1000 - _BEAT_MS
        self.stalls_ms.append(stall_ms)
        if stall_ms > _LONG_MS:
            self.long_stalls.append((round(stall_ms, 1), self.showing))
        self._last = now


class Tour(QObject):
    """Runs by itself once started; `finished` carries the exit code."""

    finished = Signal(int)

    def __init__(
        self,
        window: QWidget,
        sights: Sights,
        use_colors: Callable[[Colors], None],
        folder: Path,
        looks: int,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._sights = sights
        self._use_colors = use_colors
        self._folder = folder
        self._looks = _LOOKS[looks]
        self._missing: list[str] = []
        self._pictures: list[str] = []
        self._heartbeat = Heartbeat(self)
        self._steps = self._walk()
        self._condition: Callable[[], bool] = lambda: True
        self._name = ""
        self._deadline = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._heartbeat.start()
        self._timer.start()

    def _walk(self) -> Iterator[tuple[str, Callable[[], bool]]]:
        yield "start", self._sights.is_ready
        for colors, word, sizes in self._looks:
            self._heartbeat.showing = f"change to {word}"
            self._use_colors(colors)
            for width, height in sizes:
                self._window.resize(width, height)
                for view in self._sights.views():
                    if view.is_once and (width, height) != _LARGE:
                        continue
                    self._heartbeat.showing = f"{view.name} {word} {width}"
                    view.prepare()
                    yield view.name, view.is_filled
                    settled = time.monotonic() + 0.25
                    yield view.name, lambda settled=settled: time.monotonic() > settled  # type: ignore[misc]
                    self._save(f"{view.name}-{word}-{width}x{height}.png", view.dialog() or self._window)

    def _on_tick(self) -> None:
        if not self._condition():
            if time.monotonic() < self._deadline:
                return
            self._missing.append(self._name)
            sys.stderr.write(f"tour: {self._name} did not fill\n")
        try:
            self._name, self._condition = next(self._steps)
        except StopIteration:
            self._timer.stop()
            self._tell()
            self.finished.emit(1 if self._missing else 0)
            return
        self._deadline = time.monotonic() + _STEP_LIMIT_S

    def _save(self, name: str, widget: QWidget) -> None:
        widget.grab().save(str(self._folder / name))
        self._pictures.append(name)
        self._heartbeat.forgive()

    def _tell(self) -> None:
        stalls = self._heartbeat.stalls_ms
        summary = {
            "pictures": self._pictures,
            "missing": sorted(set(self._missing)),
            "worst_stall_ms": round(max(stalls, default=0.0), 1),
            "stalls_over_50_ms": len(self._heartbeat.long_stalls),
            "long_stalls": self._heartbeat.long_stalls,
            "beats": len(stalls),
        }
        sys.stdout.write(json.dumps(summary) + "\n")
        sys.stdout.flush()
