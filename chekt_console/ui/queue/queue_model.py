"""The queue as a Qt list: takes a whole new queue and works out which rows came, went and changed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from chekt_console.ui.queue import queue_words as words
from chekt_console.ui.shared.event_title import event_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtCore import QObject

    from chekt_console.domain.review_queue import QueuedAlarm
    from chekt_console.domain.site import Site

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
ALARM_ROLE = Qt.ItemDataRole.UserRole + 1
_MOST_MOVES = 200  # beyond that many separate changes a reset is cheaper, and nothing stays in place anyway


class QueueModel(QAbstractListModel):
    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._alarms: list[QueuedAlarm] = []
        self._rows: dict[str, int] = {}
        self._sites: Mapping[str, Site] = {}
        self.now_ms = 0

    @property
    def alarms(self) -> Sequence[QueuedAlarm]:
        return self._alarms

    def row_of(self, event_id: str) -> int:
        return self._rows.get(event_id, -1)

    def site_of(self, site_id: str) -> Site | None:
        return self._sites.get(site_id)

    def set_sites(self, sites: Mapping[str, Site]) -> None:
        self._sites = sites
        self._tell_changed(0, len(self._alarms) - 1)

    def set_alarms(self, alarms: Sequence[QueuedAlarm]) -> None:
        """Rows that stay keep their place, so that selection and scrolling do."""
        wanted = {alarm.event.event_id: alarm for alarm in alarms}
        kept = [alarm.event.event_id for alarm in self._alarms if alarm.event.event_id in wanted]
        known = set(kept)
        gone = _ranges([row for row, alarm in enumerate(self._alarms) if alarm.event.event_id not in wanted])
        came = _ranges([row for row, alarm in enumerate(alarms) if alarm.event.event_id not in known])
        is_same_order = [one.event.event_id for one in alarms if one.event.event_id in known] == kept
        if not is_same_order or len(gone) + len(came) > _MOST_MOVES:
            self.beginResetModel()
            self._take(list(alarms))
            self.endResetModel()
            return
        for first, last in reversed(gone):
            self.beginRemoveRows(_NO_PARENT, first, last)
            del self._alarms[first : last + 1]
            self.endRemoveRows()
        for first, last in came:
            self.beginInsertRows(_NO_PARENT, first, last)
            self._alarms[first:first] = alarms[first : last + 1]
            self.endInsertRows()
        pairs = enumerate(zip(alarms, self._alarms, strict=True))
        changed = [row for row, (now, before) in pairs if now is not before and now != before]
        self._take(list(alarms))
        for first, last in _ranges(changed):
            self._tell_changed(first, last)

    def _take(self, alarms: list[QueuedAlarm]) -> None:
        self._alarms = alarms
        self._rows = {alarm.event.event_id: row for row, alarm in enumerate(alarms)}

    def _tell_changed(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first), self.index(last))

    def site_name(self, site_id: str) -> str:
        site = self._sites.get(site_id)
        return words.clean(site.name) if site is not None else site_id

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._alarms)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._alarms):
            return None
        alarm = self._alarms[index.row()]
        event = alarm.event
        if role == ALARM_ROLE:
            return alarm
        if role == Qt.ItemDataRole.DisplayRole:
            return event_title(event)
        site = self._sites.get(event.site_id)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            name = self.site_name(event.site_id)
            return f"{event_title(event)}, {name}, {words.when(event, site, self.now_ms)}, {alarm.reason}"
        if role == Qt.ItemDataRole.ToolTipRole:
            lines = [
                event_title(event),
                self.site_name(event.site_id),
                words.long_when(event, site),
                f"Here because: {alarm.reason}",
            ]
            return "<qt>" + "<br>".join(escape(line) for line in lines) + "</qt>"
        return None


def _ranges(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending rows as (first, last) of what lies together."""
    found: list[tuple[int, int]] = []
    for row in rows:
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found
