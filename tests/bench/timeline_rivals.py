"""The same events drawn in other ways: one mark each by hand, a QGraphicsScene, pyqtgraph where it is installed."""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView

if TYPE_CHECKING:
    from tests.bench.timeline_world import Raw

WIDTH, HEIGHT, LANE_PX = 1440, 400, 28
_COLORS = ("#9aa3af", "#2bb39b", "#ffcb47", "#ff5a52")


def spans(first: int, last: int, frames: int) -> list[tuple[float, float]]:
    """From all of the time to an hour and back, moving on a little at each step."""
    found = []
    whole, hour = float(last - first), 3_600_000.0
    for step in range(frames):
        share = abs(1 - 2 * step / max(1, frames - 1))  # 1 wide, 0 close
        span = hour * (whole / hour) ** share
        middle = first + whole * (0.35 + 0.3 * step / frames)
        found.append((middle - span / 2, middle + span / 2))
    return found


def naive_frames(raw: Raw, frames: int) -> list[float]:
    """Every event looked at and drawn in every frame."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    colors = [QColor(name) for name in _COLORS]
    rows = list(zip(raw.instants.tolist(), raw.lanes.tolist(), raw.kinds.tolist(), strict=True))
    taken = []
    for start, end in spans(int(raw.instants.min()), int(raw.instants.max()), frames):
        began = time.perf_counter()
        image.fill(0)
        painter = QPainter(image)
        scale = WIDTH / (end - start)
        for at, lane, kind in rows:
            if start <= at < end:
                painter.fillRect(QRectF((at - start) * scale, lane * LANE_PX + 6, 2, 16), colors[kind])
        painter.end()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def scene_frames(raw: Raw, frames: int) -> list[float]:
    """One QGraphicsItem an event."""
    scene = QGraphicsScene()
    first = int(raw.instants.min())
    whole = int(raw.instants.max()) - first
    pen = QPen(Qt.PenStyle.NoPen)
    colors = [QColor(name) for name in _COLORS]
    for at, lane, kind in zip(raw.instants.tolist(), raw.lanes.tolist(), raw.kinds.tolist(), strict=True):
        scene.addRect((at - first) / 1000, lane * LANE_PX + 6, 60, 16, pen, colors[kind])
    view = QGraphicsView(scene)
    view.resize(WIDTH, HEIGHT)
    view.show()
    QApplication.processEvents()
    taken = []
    for start, end in spans(first, first + whole, frames):
        began = time.perf_counter()
        view.setTransform(QTransform.fromScale(WIDTH / ((end - start) / 1000), 1))
        view.centerOn(((start + end) / 2 - first) / 1000, HEIGHT / 2)
        view.viewport().repaint()
        taken.append((time.perf_counter() - began) * 1000)
    view.close()
    scene.clear()
    return taken


def pyqtgraph_frames(raw: Raw, frames: int) -> list[float] | None:
    """A scatter of the same instants; None where pyqtgraph is not installed."""
    try:
        pyqtgraph: Any = importlib.import_module("pyqtgraph")
    except ImportError:
        return None
    plot = pyqtgraph.PlotWidget()
    plot.resize(WIDTH, HEIGHT)
    x = (raw.instants - raw.instants.min()).astype(float)
    plot.addItem(pyqtgraph.ScatterPlotItem(x=x, y=raw.lanes.astype(float), size=4, pen=None, brush="r"))
    plot.show()
    QApplication.processEvents()
    taken = []
    for start, end in spans(int(raw.instants.min()), int(raw.instants.max()), frames):
        began = time.perf_counter()
        plot.setXRange(start - int(raw.instants.min()), end - int(raw.instants.min()), padding=0)
        plot.viewport().repaint()
        taken.append((time.perf_counter() - began) * 1000)
    plot.close()
    return taken
