"""The timeline with 1 and 10 million events: memory, first paint, frames while zooming and panning; beside its rivals."""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from chekt_console.domain.site import Site
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.style import window_font
from chekt_console.ui.shared.theme import Theme
from chekt_console.ui.timeline.minimap import HEIGHT_PX as MINIMAP_PX
from chekt_console.ui.timeline.timeline_pane import TimelinePane
from tests.bench.timeline_day import day_figures
from tests.bench.timeline_filters import filter_figures
from tests.bench.timeline_rivals import (
    HEIGHT,
    WIDTH,
    naive_frames,
    pyqtgraph_frames,
    scene_frames,
)
from tests.bench.timeline_world import NOW_MS, content_of, raw_events

if TYPE_CHECKING:
    from chekt_console.ui.timeline.timeline_content import TimelineContent

_SITE = Site("site_1", "Bench", timezone="America/Los_Angeles")
_HEADER_PX = 34
_FRAMES = 400


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * share) - 1)]


def _pane() -> TimelinePane:
    """The lanes are 1440 x 400; header and strip of the whole history come on top."""
    selection = Selection()
    pane = TimelinePane(selection, Theme(), now_ms=lambda: NOW_MS)
    selection.setParent(pane)
    pane.resize(WIDTH, HEIGHT + _HEADER_PX + MINIMAP_PX)
    pane.show()
    QApplication.processEvents()
    return pane


def _wheel(pane: TimelinePane, x: float, notches: int) -> None:
    timeline = pane.timeline
    place = QPointF(x, 120)
    event = QWheelEvent(
        place, timeline.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def _frames(pane: TimelinePane, frames: int) -> tuple[list[float], list[float]]:
    """Wheel from all to seconds and back with pans between: from the gesture to everything of the pane painted.
    By the clock, and by the processor: on a busy machine the first also tells of the others."""
    timeline = pane.timeline
    timeline.fit()
    QApplication.processEvents()
    taken, worked = [], []
    way = 1
    for step in range(frames):
        began, began_work = time.perf_counter(), time.process_time()
        if step % 3 == 2:
            timeline.pan(40 * (1 if step % 2 else -1))
        else:
            _wheel(pane, 700 + 200 * math.sin(step), way)
        timeline.repaint()
        pane.minimap.repaint()
        QApplication.processEvents()
        taken.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
        if timeline.axis.span_ms < 60_000:
            way = -1
        elif timeline.axis.span_ms > 300 * 86_400_000:
            way = 1
    return taken, worked


def _shown(pane: TimelinePane, content: TimelineContent) -> None:
    pane.show_events(content, _SITE)
    pane.timeline.fit()
    pane.timeline.repaint()


def measure(count: int, frames: int) -> dict[str, float]:
    raw = raw_events(count)
    pane = _pane()
    gc.collect()
    began = time.perf_counter()
    content = content_of(raw)
    loaded = time.perf_counter()
    _shown(pane, content)
    painted = time.perf_counter()
    taken, worked = _frames(pane, frames)
    beside, in_window = filter_figures(pane)
    figures = {
        "bytes_per_event": content.nbytes / count,
        "load_ms": (painted - began) * 1000,
        "first_paint_ms": (painted - loaded) * 1000,
        "frame_p50_ms": statistics.median(taken),
        "frame_p99_ms": percentile(taken, 0.99),
        "frame_cpu_p99_ms": percentile(worked, 0.99),
        "filter_p50_ms": statistics.median(beside.taken),
        "filter_p99_ms": percentile(beside.taken, 0.99),
        "window_blocked_ms": max(beside.blocked),
        "filter_in_window_p99_ms": percentile(in_window.taken, 0.99),
        "filter_in_window_blocked_ms": max(in_window.blocked),
    }
    pane.close()
    pane.deleteLater()
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--frames", type=int, default=_FRAMES)
    parser.add_argument("--most", type=int, default=10_000_000, help="events of the largest run")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    ZoneInfo(_SITE.timezone)
    app = QApplication([])
    app.setFont(window_font(app.font()))
    million = measure(1_000_000, options.frames)
    most = measure(options.most, options.frames)
    rival_raw = raw_events(1_000_000)
    naive = naive_frames(rival_raw, 7)
    charted = pyqtgraph_frames(rival_raw, 7)
    scene = scene_frames(raw_events(100_000), 15)
    with tempfile.TemporaryDirectory() as folder:
        day = day_figures(Path(folder))
    figures: dict[str, float | None] = {
        "bytes_per_event": most["bytes_per_event"],
        "load_ms_1m": million["load_ms"],
        "load_ms_10m": most["load_ms"],
        "first_paint_ms_10m": most["first_paint_ms"],
        "frame_p50_ms_1m": million["frame_p50_ms"],
        "frame_p99_ms_1m": million["frame_p99_ms"],
        "frame_p50_ms_10m": most["frame_p50_ms"],
        "frame_p99_ms_10m": most["frame_p99_ms"],
        "frame_cpu_p99_ms_10m": most["frame_cpu_p99_ms"],
        "filter_p99_ms_1m": million["filter_p99_ms"],
        "filter_p50_ms_10m": most["filter_p50_ms"],
        "filter_p99_ms_10m": most["filter_p99_ms"],
        "window_blocked_ms": most["window_blocked_ms"],
        "filter_in_window_p99_ms_10m": most["filter_in_window_p99_ms"],
        "filter_in_window_blocked_ms_10m": most["filter_in_window_blocked_ms"],
        "naive_frame_p50_ms_1m": statistics.median(naive),
        "scene_frame_p50_ms_100k": statistics.median(scene),
        "pyqtgraph_frame_p50_ms_1m": statistics.median(charted) if charted else None,
        **day,
    }
    rounded = {name: None if value is None else round(value, 2) for name, value in figures.items()}
    for name, value in rounded.items():
        words = "not installed here" if value is None else f"{value:,}"
        print(f"{name:<28} {words:>18}")
    if options.json:
        print(json.dumps(rounded))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
