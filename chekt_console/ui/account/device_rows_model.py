"""Enrolled devices as an editable table: each cell knows what is wrong with it, each row what became of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from chekt_console.domain.account import DeviceRecord
from chekt_console.domain.device_table import (
    COLUMNS,
    FIELDS,
    changes_of,
    table_errors,
    tidy,
    typed_over,
    without_known,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtCore import QObject

    from chekt_console.domain.device_table import TableChanges
    from chekt_console.services.enrolment_service import RowOutcome
    from chekt_console.ui.shared.theme import Theme

_OUTCOME = len(FIELDS)
_NONE = QModelIndex()


class DeviceRowsModel(QAbstractTableModel):
    table_edited = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None, *, is_editable: bool = True) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_editable = is_editable
        self._before: tuple[DeviceRecord, ...] = ()
        self._rows: list[DeviceRecord] = []
        self._errors: dict[int, dict[str, str]] = {}
        self._outcomes: dict[str, RowOutcome] = {}
        self._waiting: frozenset[str] = frozenset()
        self._lines: tuple[int, ...] = ()  # of a file

    @property
    def rows(self) -> tuple[DeviceRecord, ...]:
        return tuple(self._rows)

    @property
    def errors(self) -> dict[int, dict[str, str]]:
        return self._errors

    @property
    def changes(self) -> TableChanges:
        return changes_of(self._before, self._rows)

    @property
    def waiting(self) -> frozenset[str]:
        """Ids of rows that are not on the server as they are shown."""
        return self._waiting

    def show(
        self,
        rows: Iterable[DeviceRecord],
        outcomes: Iterable[RowOutcome] = (),
        waiting: frozenset[str] = frozenset(),
    ) -> None:
        """As the server has it, or will have it: ids of rows that wait to be sent are in `waiting`. What was not done stays
        in the table as it was typed."""
        typed = {row.external_device_id: row for row in self._rows}
        base = {row.external_device_id: row for row in self._before}
        self.beginResetModel()
        self._before, self._waiting = tuple(rows), waiting
        self._outcomes = {one.external_device_id: one for one in outcomes}
        self._rows = list(self._before)
        known = {row.external_device_id: place for place, row in enumerate(self._rows)}
        for key, one in self._outcomes.items():
            if one.is_done or key not in typed:
                continue
            if key in known and key in base:
                place = known[key]
                self._rows[place] = typed_over(base[key], self._rows[place], typed[key])
            elif key in known:
                self._rows[known[key]] = typed[key]
            else:
                self._rows.append(typed[key])
        self._look()
        self.endResetModel()
        self.table_edited.emit()

    def show_rows(
        self, rows: Iterable[DeviceRecord], errors: dict[int, dict[str, str]], lines: tuple[int, ...]
    ) -> None:
        """A preview of a file, numbered by its lines, that is not to be saved from here."""
        self.beginResetModel()
        self._lines = lines
        self._rows, self._errors, self._before = list(rows), dict(errors), ()
        self.endResetModel()

    def add(self, rows: Iterable[DeviceRecord]) -> int:
        """At the end, or over the row of the same id; the place of the last one."""
        self.beginResetModel()
        places = {
            row.external_device_id: place for place, row in enumerate(self._rows) if row.external_device_id
        }
        last = len(self._rows)
        for row in rows:
            place = places.get(row.external_device_id)
            if place is None:
                last = len(self._rows)
                self._rows.append(row)
                places[row.external_device_id] = last
            else:
                last = place
                self._rows[place] = replace(
                    row, device_id=self._rows[place].device_id, status=self._rows[place].status
                )
        self._look()
        self.endResetModel()
        self.table_edited.emit()
        return last

    def remove(self, places: Iterable[int]) -> None:
        gone = set(places)
        self.beginResetModel()
        self._rows = [row for place, row in enumerate(self._rows) if place not in gone]
        self._look()
        self.endResetModel()
        self.table_edited.emit()

    def revert(self) -> None:
        self._rows = []
        self.show(self._before, waiting=self._waiting)

    def _look(self) -> None:
        before = {row.external_device_id: row for row in self._before}
        self._errors = without_known(table_errors(self._rows), self._rows, before)

    def _tone(self, index: QModelIndex | QPersistentModelIndex) -> Any:
        colors = self._theme.colors
        row, column = index.row(), index.column()
        if column == _OUTCOME:
            outcome = self._outcomes.get(self._rows[row].external_device_id)
            return None if outcome is None else colors.good if outcome.is_done else colors.alarm
        return colors.alarm if FIELDS[column] in self._errors.get(row, {}) else None

    def _error(self, row: int, column: int) -> str:
        return self._errors.get(row, {}).get(FIELDS[column], "") if column < _OUTCOME else ""

    def _outcome_words(self, row: int) -> str:
        record = self._rows[row]
        outcome = self._outcomes.get(record.external_device_id)
        errors = self._errors.get(row)
        if errors:
            return f"✕ {len(errors)} to correct"
        if outcome is not None:
            return f"{'✓' if outcome.is_done else '✕'} {outcome.sentence or outcome.what}"
        if record.external_device_id in self._waiting and record in self._before:
            return "waits to be sent"
        if not self._is_editable or record in self._before:
            return record.status
        return "not sent yet"

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NONE) -> int:
        return 0 if parent.isValid() else len(FIELDS) + 1

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        if not self._is_editable or not index.isValid() or index.column() == _OUTCOME:
            return flags
        is_known = any(
            self._rows[index.row()].external_device_id == row.external_device_id for row in self._before
        )
        if is_known and FIELDS[index.column()] in ("external_device_id", "kind"):
            return flags  # what a device is found by, and what it is, cannot change
        return flags | Qt.ItemFlag.ItemIsEditable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return self._lines[section] if self._lines else section + 1
        return COLUMNS[section][2] if section < _OUTCOME else "State"

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if column == _OUTCOME:
                return self._outcome_words(row)
            text = getattr(self._rows[row], FIELDS[column])
            if role == Qt.ItemDataRole.DisplayRole and not text and self._error(row, column):
                return "missing"
            return text
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._tone(index)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._error(row, column) or None
        return None

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.column() == _OUTCOME:
            return False
        row = index.row()
        record = self._rows[row]
        changed = tidy(replace(record, **{FIELDS[index.column()]: str(value)}))
        if changed == record:
            return False
        self._rows[row] = changed
        self._outcomes.pop(record.external_device_id, None)
        self._look()
        self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, _OUTCOME))
        self.table_edited.emit()
        return True


def fresh_row(rows: Iterable[DeviceRecord]) -> DeviceRecord:
    """The next camera: an id that was never given before, also not to one that is gone, and the zone after the last."""
    known = list(rows)
    zones = [int(row.zone_number) for row in known if row.zone_number.isdecimal()]
    own_id, zone = f"camera-{uuid4().hex[:10]}", f"{max(zones, default=0) + 1:03d}"
    cameras = sum(row.kind == "camera" for row in known)
    return DeviceRecord(own_id, "camera", zone, f"Camera {cameras + 1}")
