"""How long a frame of a drag takes with 90 days of bars, and how long a replay of a million events."""

from __future__ import annotations

import argparse
import json
import os
import time
from datetime import UTC, datetime
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chekt_console.domain.armed_times import ArmedTimes
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_columns import HistoryColumns, hours_of_week, what_if
from chekt_console.domain.site import Site
from chekt_console.ui.schedule.hour_bars import HourBars
from chekt_console.ui.schedule.schedule_pane import SchedulePane
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.style import palette, stylesheet, window_font
from chekt_console.ui.shared.theme import DARK, Theme
from tests.bench.schedule_preview import preview_1000_sites_ms

_EVENTS = 1_000_000
_PASSES = 5  # of a drag: one alone is mostly what else the computer did
_DAYS = 90
_FRAMES = 400
_SIZE = (1100, 760)
_DAY_MS = 86_400_000
_NOW_MS = round(datetime(2026, 4, 1, tzinfo=UTC).timestamp() * 1000)
_ZONE = ZoneInfo("America/Los_Angeles")
SAVED = WeekSchedule(tuple(ArmedPeriod(day * DAY_MIN + 1080, 780, ArmingMode.AWAY) for day in range(7)))
DRAFT = WeekSchedule(
    (
        *(ArmedPeriod(day * DAY_MIN + 1140, 660, ArmingMode.AWAY) for day in range(4)),
        ArmedPeriod(4 * DAY_MIN + 1080, 3660, ArmingMode.STAY),
    )
)


def p(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def make_columns(count: int) -> HistoryColumns:
    dice = np.random.default_rng(7)
    instants = np.sort(dice.integers(_NOW_MS - _DAYS * _DAY_MS, _NOW_MS, count))
    kinds = dice.integers(0, len(EventKind), count).astype(np.uint8)
    return HistoryColumns(instants, kinds, dice.integers(0, 4, count).astype(np.uint8), np.arange(count))


def measure_drag(columns: HistoryColumns) -> list[float]:
    """Milliseconds from a move of the mouse until the pane is painted."""
    pane = SchedulePane(Selection(), Theme(), now_ms=lambda: _NOW_MS)
    pane.resize(*_SIZE)
    pane.show()
    pane.show_week(Site("s1", "Harbor Point Warehouse", timezone=_ZONE.key), SAVED)
    grid = pane.grid
    grid.set_editable(True)
    grid.set_bars(HourBars.of(hours_of_week(columns, _ZONE).tolist(), _DAYS))
    QApplication.processEvents()
    geometry = grid.geometry_now
    at = QPointF(geometry.x_of(600), geometry.row_box(1).middle)
    QTest.mousePress(grid, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at.toPoint())
    times = []
    for frame in range(_FRAMES):
        share = frame % 100 / 100
        to = QPointF(geometry.x_of(600 + 700 * share), geometry.row_box(1 + frame // 100).middle)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            to,
            QPointF(grid.mapToGlobal(to)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        start = time.perf_counter()
        QApplication.sendEvent(grid, event)
        grid.repaint()
        QApplication.processEvents()
        times.append((time.perf_counter() - start) * 1000)
    assert grid.is_dragging
    QTest.keyClick(grid, Qt.Key.Key_Escape)
    pane.close()
    return times[5:]


def measure_what_if(columns: HistoryColumns) -> float:
    """The best of some: the whole replay with the sums and the list of what it concerns."""
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        found = what_if(columns, SAVED, DRAFT, _ZONE)
        for change in ("lost", "gained", "moved"):
            for decision in ("", "real", "false", "unsure"):
                found.alarms(change, decision)
        found.concerned()
        best = min(best, (time.perf_counter() - start) * 1000)
    return best


def measure_loop(columns: HistoryColumns) -> float:
    """The plain way over all the events, once."""
    instants = columns.instants.tolist()
    kinds = columns.kinds.tolist()
    decisions = columns.decisions.tolist()
    start = time.perf_counter()
    before = ArmedTimes(SAVED, _ZONE, instants[0], instants[-1])
    after = ArmedTimes(DRAFT, _ZONE, instants[0], instants[-1])
    counts: dict[tuple[str, int], int] = {}
    concerned = []
    for place, (instant, kind, decision) in enumerate(zip(instants, kinds, decisions, strict=True)):
        was, is_now = before.mode_at(instant), after.mode_at(instant)
        if was is is_now:
            continue
        change = "lost" if is_now is None else "gained" if was is None else "moved"
        concerned.append(place)
        if kind == EventKind.ALARM:
            counts[change, decision] = counts.get((change, decision), 0) + 1
    return (time.perf_counter() - start) * 1000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    app.setStyle("Fusion")
    app.setFont(window_font(app.font()))
    app.setPalette(palette(DARK))
    app.setStyleSheet(stylesheet(DARK))
    columns = make_columns(_EVENTS)
    passes = [measure_drag(columns) for _ in range(_PASSES)]
    slowest = sorted(p(drag, 0.99) for drag in passes)
    p50 = median(p(drag, 0.5) for drag in passes)
    fast, slow = measure_what_if(columns), measure_loop(columns)
    preview_ms = preview_1000_sites_ms()
    print(
        f"drag frame, {_DAYS} days of bars, {_PASSES} passes: p50 {p50:.1f} ms,"
        f" p99 {median(slowest):.1f} ms, in the best pass {slowest[0]:.1f} ms (goal under 8)"
    )
    print(f"what if, {_EVENTS:,} events: {fast:.1f} ms (goal under 100); plain loop {slow:.0f} ms")
    print(f"preview of one schedule at 1,000 sites: {preview_ms:.0f} ms (goal under 1,000)")
    if options.json:
        figures = {
            "drag_frame_p99_ms": round(median(slowest), 2),
            "drag_frame_p99_best_ms": round(slowest[0], 2),
            "drag_frame_p50_ms": round(p50, 2),
            "what_if_ms": round(fast, 2),
            "what_if_loop_ms": round(slow, 1),
            "preview_1000_sites_ms": round(preview_ms, 1),
        }
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
