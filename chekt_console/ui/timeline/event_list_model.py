"""The events of the timeline as rows, newest first, those of one incident under one row; virtual, no object per event.

A tree lays out all of its rows anew at each change, so that a live event would cost a frame and more in a long list. It is given
the newest ones, and more of them when somebody scrolls there or an older one is looked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from chekt_console.domain.event import EventKind
from chekt_console.domain.incident import Incidents
from chekt_console.ui.timeline.timeline_ticks import local_time
from chekt_console.ui.timeline.timeline_words import clean, event_lines, plain_tooltip, short_span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    import numpy.typing as npt

    from chekt_console.domain.event import Event
    from chekt_console.ui.timeline.timeline_content import TimelineContent
    from chekt_console.ui.timeline.timeline_view import TimelineView

    Index = QModelIndex | QPersistentModelIndex

MOST_ROWS = 100_000
ROWS_AT_ONCE = 100
COLUMNS: tuple[str, ...] = ("Time", "Event", "Where", "Decision")
EVENT_ROLE = Qt.ItemDataRole.UserRole
KIND_ROLE = Qt.ItemDataRole.UserRole + 1
_TOP = 0  # internal id of a top row; a row under one has the place of that row + 1


class EventListModel(QAbstractItemModel):
    """Rows are places in numpy arrays; texts are made when a row is looked at."""

    mark: Callable[[EventKind], Any] | None = None  # the picture of a kind, when there is a screen

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._content: TimelineContent | None = None
        self._zone: tzinfo | None = None
        self._rows: npt.NDArray[np.int32] = np.empty(0, np.int32)
        self._starts: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._ends: npt.NDArray[np.int64] = np.empty(0, np.int64)
        self._given = 0  # rows that the tree has
        self._incidents = Incidents()
        self.total = 0
        self.is_narrow = False  # where belongs to what: there is no column of its own

    def show_view(self, view: TimelineView, incidents: Incidents, down_to: str = "") -> None:
        """What the view's filter lets through, over all time; the newest of very many. `down_to`: id of an event that is to
        have its row at once."""
        instants, rows = view.columns.newest(view.kinds, MOST_ROWS)
        self.beginResetModel()
        self._content, self._zone = view.content, view.zone
        self.total = view.total()
        self._rows, self._incidents = rows, incidents
        self._starts = _group_starts(instants, incidents)
        self._ends = np.append(self._starts[1:], len(self._rows)).astype(np.int64)
        self._given = self._to_give(self._place_of(down_to)[0] if down_to else 0)
        self.endResetModel()

    @property
    def event_count(self) -> int:
        """Of those that have a row."""
        return len(self._rows)

    def event_at(self, index: Index) -> Event | None:
        """The event of a row; of an incident its worst and first signal."""
        if not index.isValid() or self._content is None:
            return None
        events = self._events(index)
        return min(events, key=lambda event: (-event.kind, event.instant_ms))

    def is_further_down(self, event_id: str) -> bool:
        """Listed, but below what the tree was given."""
        return self._place_of(event_id)[0] >= self._given

    def index_of(self, event_id: str) -> QModelIndex:
        """The row of an event, under its incident when it has one. The tree is given it when it had not."""
        top, place = self._place_of(event_id)
        if top < 0:
            return QModelIndex()
        if top >= self._given:
            self._give(self._to_give(top))
        if self._ends[top] - self._starts[top] == 1:
            return self.index(top, 0)
        return self.index(place - int(self._starts[top]), 0, self.index(top, 0))

    def give_all(self) -> None:
        self._give(len(self._starts))

    def _place_of(self, event_id: str) -> tuple[int, int]:
        """Top row and place; -1 when it is not listed."""
        row = self._content.row_of(event_id) if self._content is not None else None
        places = np.flatnonzero(self._rows == row).tolist() if row is not None else []
        if not places:
            return -1, -1
        place = places[0]
        return int(np.searchsorted(self._starts, place, side="right")) - 1, place

    def _to_give(self, top: int) -> int:
        """So many rows that this one is among them, and some below it."""
        return min(len(self._starts), top + ROWS_AT_ONCE)

    def _give(self, count: int) -> None:
        if count > self._given:
            self.beginInsertRows(QModelIndex(), self._given, count - 1)
            self._given = count
            self.endInsertRows()

    def is_incident(self, index: Index) -> bool:
        return index.isValid() and index.internalId() == _TOP and self.rowCount(index) > 0

    def _span(self, index: Index) -> tuple[int, int]:
        """Places of the events of a row."""
        if index.internalId() == _TOP:
            return int(self._starts[index.row()]), int(self._ends[index.row()])
        place = int(self._starts[index.internalId() - 1]) + index.row()
        return place, place + 1

    def _events(self, index: Index) -> list[Event]:
        assert self._content is not None
        start, end = self._span(index)
        return [self._content.events[row] for row in self._rows[start:end].tolist()[:_MOST_READ]]

    def _text(self, index: Index, events: list[Event], *, is_spoken: bool = False) -> str:
        column = index.column()
        first = events[-1]  # newest first
        if column == 0:
            moment = local_time(first.instant_ms, self._zone) if self._zone is not None else None
            return f"{moment.day} {moment:%b %H:%M:%S}" if moment else ""
        top = self.index(index.row(), 0, index.parent())
        if self.is_incident(top):
            return self._incident_text(column, events, self.rowCount(top))
        event = events[0]
        where = clean(event.device_name, 80) or _zone_words(event)
        if column == 1:
            what = event.subtype.replace("_", " ") if event.mode is None else event.mode.label
            if self.is_narrow and not is_spoken:  # its mark tells the kind
                return clean(" — ".join(part for part in (what or event.kind.label, where) if part))
            return clean(f"{event.kind.label} · {what}" if what else event.kind.label)
        if column == 2:
            return where
        return clean(event.decision, 40)

    def _incident_text(self, column: int, events: list[Event], count: int) -> str:
        alarms = [event for event in events if event.kind is EventKind.ALARM]
        if column == 1:
            whole = self._incidents.at(events[-1].instant_ms)
            if whole is not None and count < whole.event_count:  # the filter holds some of it back
                signals = f"{count} of {whole.event_count} signals shown"
            else:
                signals = f"{count} signals in {short_span(events[0].instant_ms - events[-1].instant_ms)}"
            what = clean((alarms[-1].subtype if alarms else "").replace("_", " "), 40)
            return f"Incident{f' · {what}' if what else ''} · {signals}"
        if column == 2:
            names = dict.fromkeys(clean(event.device_name, 60) for event in reversed(events))
            return ", ".join(name for name in names if name)
        decided = sorted({clean(event.decision, 40) for event in alarms if event.decision})
        is_open = any(not event.decision for event in alarms)
        return ", ".join([*decided, "undecided"] if is_open else decided)

    def index(self, row: int, column: int, parent: Index | None = None) -> QModelIndex:
        if parent is None or not parent.isValid():
            if 0 <= row < self._given and 0 <= column < len(COLUMNS):
                return self.createIndex(row, column, _TOP)
            return QModelIndex()
        if 0 <= row < self.rowCount(parent) and 0 <= column < len(COLUMNS):
            return self.createIndex(row, column, parent.row() + 1)
        return QModelIndex()

    def parent(self, index: Index) -> QModelIndex:  # type: ignore[override]
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(index.internalId() - 1, 0, _TOP)

    def rowCount(self, parent: Index | None = None) -> int:
        if parent is None or not parent.isValid():
            return self._given
        if parent.internalId() != _TOP or parent.column() != 0:
            return 0
        count = int(self._ends[parent.row()] - self._starts[parent.row()])
        return count if count > 1 else 0

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._given < len(self._starts)

    def fetchMore(self, parent: Index) -> None:
        if not parent.isValid():
            self._give(self._to_give(self._given))

    def columnCount(self, _parent: Index | None = None) -> int:
        return len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self._content is None or role not in _ROLES:
            return None
        events = self._events(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index, events)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._text(index, events, is_spoken=True)
        worst = min(events, key=lambda event: (-event.kind, event.instant_ms))
        if role == EVENT_ROLE:
            return worst
        if role == KIND_ROLE:
            return worst.kind
        if role == Qt.ItemDataRole.DecorationRole:
            return self.mark(worst.kind) if index.column() == 1 and self.mark is not None else None
        return plain_tooltip(event_lines(worst, self._zone)) if self._zone is not None else None


_MOST_READ = 200
_ROLES = frozenset(
    (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        EVENT_ROLE,
        KIND_ROLE,
    )
)


def _group_starts(newest_first: npt.NDArray[np.int64], incidents: Incidents) -> npt.NDArray[np.int64]:
    """Places at which a top row begins: each event of its own, those of one incident together."""
    if len(newest_first) == 0:
        return np.empty(0, np.int64)
    begins = np.ones(len(newest_first), np.bool_)
    if incidents.total:
        at = np.searchsorted(incidents.first_ms, newest_first, side="right") - 1
        inside = (at >= 0) & (newest_first <= incidents.last_ms[np.maximum(at, 0)])
        begins[1:] = ~(inside[1:] & inside[:-1] & (at[1:] == at[:-1]))
    return np.flatnonzero(begins).astype(np.int64)


def _zone_words(event: Event) -> str:
    return f"Zone {event.zone_number}" if event.zone_number is not None else ""
