"""The events a draft makes a difference for, newest first, one row each; words are made for the rows on the screen only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule_columns import CHANGES, mode_code
from chekt_console.domain.site_clock import wall_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.event import Event
    from chekt_console.domain.schedule_words import WordStyle
    from chekt_console.ui.schedule.site_history import Understanding

_HEADS = ("Site time", "What", "Decision", "Saved", "Draft")
_MODES = {0: "Disarmed", **{mode_code(mode): mode.label for mode in ArmingMode}}
_SAID = {
    "kept": "no difference",
    "lost": "would fall while disarmed",
    "gained": "would fall while armed",
    "moved": "armed in another mode",
}
_Index = QModelIndex | QPersistentModelIndex


class WhatIfModel(QAbstractTableModel):
    def __init__(self, style: WordStyle, parent: Any = None) -> None:
        super().__init__(parent)
        self._style = style
        self._shown: Understanding | None = None
        self._places: list[int] = []

    def show(self, understanding: Understanding | None, places: Sequence[int] | None = None) -> None:
        """`places` in the replay's columns; without them every event the draft makes a difference for."""
        self.beginResetModel()
        self._shown = understanding
        if places is None:
            places = understanding.what_if.concerned().tolist() if understanding is not None else []
        self._places = list(places)
        self.endResetModel()

    def event_at(self, row: int) -> Event | None:
        if self._shown is None or not 0 <= row < len(self._places):
            return None
        history = self._shown.history
        return history.events[int(history.columns.rows[self._places[row]])]

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._places)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        event = self.event_at(index.row())
        if event is None or self._shown is None:
            return None
        place = self._places[index.row()]
        change = CHANGES[int(self._shown.what_if.changes[place])]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(event, index.column(), place)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = " · ".join(self._words(event, column, place) for column in range(3))
            saved, draft = self._words(event, 3, place), self._words(event, 4, place)
            modes = f"saved {saved}, draft {draft}"
            return f"{words}\n{_SAID[change]} ({modes}). Enter opens it in Review."
        return None

    def _words(self, event: Event, column: int, place: int) -> str:
        assert self._shown is not None
        if column == 0:
            wall = wall_of(event.instant_ms, self._shown.history.zone)
            clock = self._style.clock(wall.hour * 60 + wall.minute)
            return f"{wall:%a} {wall.day} {wall:%b} {clock}"
        if column == 1:
            return event.text or event.subtype.replace("_", " ").capitalize() or event.kind.label
        if column == 2:
            return event.decision or ("undecided" if event.kind.label == "Alarm" else "")
        found = self._shown.what_if
        return _MODES[int((found.saved if column == 3 else found.draft)[place])]
