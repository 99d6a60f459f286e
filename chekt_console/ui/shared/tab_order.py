"""The order in which Tab goes through a window: as it is seen, row by row and part by part, whenever the parts were made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class _Item:
    """A stop, or a part of the window that is gone through as a whole."""

    rect: QRect
    stops: list[QWidget]


def tab_stops(window: QWidget) -> list[QWidget]:
    """Every widget that Tab comes to."""
    # Not by Qt's chain: PySide takes what nextInFocusChain() returns for a child of the widget asked, and lets it die
    # with it.
    stops = [widget for widget in window.findChildren(QWidget) if _is_stop(widget, window)]
    return _ordered(stops, _parts(window), window)


def next_stop(window: QWidget, current: QWidget | None, *, forward: bool) -> QWidget | None:
    """Goes on from `current`, around at the ends. None when nothing can have the focus."""
    stops = tab_stops(window)
    if not stops:
        return None
    if current in stops:
        return stops[(stops.index(current) + (1 if forward else -1)) % len(stops)]
    return stops[0 if forward else -1]


def _parts(window: QWidget) -> list[QWidget]:
    """What is gone through as a whole: the visible parts of splitters, and what is scrolled."""
    parts: list[QWidget | None] = [*window.findChildren(QScrollArea)]
    for splitter in window.findChildren(QSplitter):
        parts += [splitter.widget(row) for row in range(splitter.count())]
    return [part for part in parts if part is not None and part.isVisible()]


def _ordered(stops: list[QWidget], parts: list[QWidget], window: QWidget) -> list[QWidget]:
    items: list[_Item] = []
    left = stops
    outer = [part for part in parts if not any(_holds(other, part) for other in parts)]
    for part in outer:
        inside = [one for one in left if part.isAncestorOf(one)]  # itself too
        if not inside:
            continue
        left = [one for one in left if one not in inside]
        deeper = [other for other in parts if _holds(part, other)]
        own = [part] if part in inside else []
        below = [one for one in inside if one is not part]
        items.append(_Item(_rect(part, window), own + _ordered(below, deeper, window)))
    items += [_Item(_rect(one, window), [one]) for one in left]
    return [stop for item in _by_rows(items) for stop in item.stops]


def _by_rows(items: Iterable[_Item]) -> list[_Item]:
    """From the top; what begins beside something and has its middle there is in its row, from left to right."""
    found: list[_Item] = []
    row: list[_Item] = []
    for item in sorted(items, key=lambda one: (one.rect.top(), one.rect.left())):
        if row and item.rect.center().y() > row[0].rect.bottom():
            found += sorted(row, key=lambda one: (one.rect.left(), one.rect.top()))
            row = []
        row.append(item)
    return found + sorted(row, key=lambda one: (one.rect.left(), one.rect.top()))


def _holds(outer: QWidget, inner: QWidget) -> bool:
    return outer is not inner and outer.isAncestorOf(inner)


def _rect(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def _is_stop(widget: QWidget, window: QWidget) -> bool:
    return (
        bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isEnabled()
        and widget.isVisible()
        and widget.focusProxy() is None
        and widget.window() is window
    )
