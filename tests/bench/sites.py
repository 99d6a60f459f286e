"""Keystroke to painted result in the sites pane, beside QSortFilterProxyModel with the same delegate in the same run."""

from __future__ import annotations

import argparse
import json
import os
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSortFilterProxyModel, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit

from chekt_console.domain.natural_order import fold
from chekt_console.ui.shared.selection import Selection
from chekt_console.ui.shared.style import palette, stylesheet, window_font
from chekt_console.ui.shared.theme import DARK, Theme
from chekt_console.ui.sites.site_facts import SiteFacts
from chekt_console.ui.sites.sites_index import SitesIndex
from chekt_console.ui.sites.sites_list import SitesList
from chekt_console.ui.sites.sites_model import SitesModel
from chekt_console.ui.sites.sites_pane import SitesPane
from tests.ui.sites.site_world import NOW, make_arming, make_sites

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QWidget

_QUERIES = ("harbor 123", "cafe zurich", "a-1004", "san jose 77", "oakland", "oneill", "zzz", "st. mark sch")
_ROUNDS = 4
_SIZE = (320, 600)


class TextModel(SitesModel):
    """The same rows with the searched text as a role, as a proxy needs it."""

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role == Qt.ItemDataRole.UserRole + 9:
            return self._index.haystacks[index.row()]
        return super().data(index, role)


def p(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class PaintWatch(QObject):
    """Counts paints of a widget, so that no keystroke is timed that did not reach the screen."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.paints = 0
        watched.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        self.paints += event.type() == QEvent.Type.Paint
        return False


def type_and_paint(field: QLineEdit, view: SitesList, queries: tuple[str, ...]) -> list[float]:
    """Milliseconds of every keystroke that changes the rows: from the key event until the window has painted them."""
    keys = [key for query in queries for key in (*query, *("\b" * len(query)))]
    watch = PaintWatch(view.viewport())
    times = []
    for key in keys:
        code = Qt.Key.Key_Backspace if key == "\b" else Qt.Key.Key_A
        text = "" if key == "\b" else key
        rows, paints = view.model().rowCount(), watch.paints
        start = time.perf_counter()
        QApplication.sendEvent(
            field, QKeyEvent(QEvent.Type.KeyPress, code, Qt.KeyboardModifier.NoModifier, text)
        )
        QApplication.processEvents()
        while watch.paints == paints and view.model().rowCount() != rows and view.isVisible():
            QApplication.processEvents()
        took = (time.perf_counter() - start) * 1000
        QApplication.processEvents()
        if watch.paints != paints or not view.isVisible():
            times.append(took)
    watch.deleteLater()
    return times


def measure_pane(count: int) -> tuple[list[float], float]:
    """Keystrokes, and how long a whole new list takes to show."""
    sites = make_sites(count)
    pane = SitesPane(Selection(), Theme(), now=lambda: NOW)
    pane.resize(*_SIZE)
    pane.show()
    index, facts = SitesIndex.of(sites), SiteFacts(make_arming(sites), {"site_5": 1}, {"site_7": 2})
    start = time.perf_counter()
    pane.show_sites(index, facts, NOW, is_stale=False)
    QApplication.processEvents()
    shown_ms = (time.perf_counter() - start) * 1000
    pane.filter.setFocus()
    type_and_paint(pane.filter, pane.list, _QUERIES[:1])
    times = type_and_paint(pane.filter, pane.list, _QUERIES * _ROUNDS)
    pane.close()
    return times, shown_ms


def measure_proxy(count: int, queries: tuple[str, ...]) -> list[float]:
    """The usual design: a proxy over the Python model, one column, same view and delegate."""
    sites = make_sites(count)
    model = TextModel(now=lambda: NOW)
    model.show(SitesIndex.of(sites), SiteFacts(make_arming(sites), {"site_5": 1}, {"site_7": 2}))
    proxy = QSortFilterProxyModel()
    proxy.setSourceModel(model)
    proxy.setFilterRole(Qt.ItemDataRole.UserRole + 9)
    view = SitesList(Theme())
    view.setModel(proxy)
    view.resize(*_SIZE)
    view.show()
    field = QLineEdit()
    field.textChanged.connect(lambda text: proxy.setFilterFixedString(fold(text)))
    times = type_and_paint(field, view, queries)
    view.close()
    return times


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
    small, small_shown = measure_pane(10_000)
    large, large_shown = measure_pane(100_000)
    proxy = measure_proxy(100_000, _QUERIES[3:5])
    print(f"{'keystroke to painted result':34}{'p50 ms':>9}{'p99 ms':>9}   goal p99")
    for name, times, goal in (
        ("sites pane, 10,000 sites", small, "8"),
        ("sites pane, 100,000 sites", large, "33"),
        ("QSortFilterProxyModel, 100,000", proxy, "-"),
    ):
        print(f"{name:34}{p(times, 0.5):9.1f}{p(times, 0.99):9.1f}   {goal}")
    print(f"a whole new list shown: {small_shown:.0f} ms (10,000), {large_shown:.0f} ms (100,000)")
    figures = {
        "keystroke_p99_ms_10k": round(p(small, 0.99), 2),
        "keystroke_p99_ms_100k": round(p(large, 0.99), 2),
        "proxy_p99_ms_100k": round(p(proxy, 0.99), 2),
        "keystroke_p50_ms_10k": round(p(small, 0.5), 2),
        "keystroke_p50_ms_100k": round(p(large, 0.5), 2),
    }
    if options.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
