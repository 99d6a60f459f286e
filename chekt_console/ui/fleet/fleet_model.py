"""The fleet as a Qt table: filtered and sorted here, with the ticks of the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from chekt_console.domain.natural_order import natural
from chekt_console.domain.schedule_words import PLAIN, WordStyle, day_name
from chekt_console.ui.fleet.fleet_columns import (
    CHECK,
    COLUMNS,
    NOW,
    ONLINE,
    SITE,
    WEEK,
    number_words,
    week_words,
)
from chekt_console.ui.fleet.fleet_words import clean, clocks_words, moment_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from PySide6.QtCore import QObject

    from chekt_console.domain.site import Site
    from chekt_console.services.fleet_service import FleetRow

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
ROW_ROLE = Qt.ItemDataRole.UserRole + 1


class FleetModel(QAbstractTableModel):
    ticks_changed = Signal()

    def __init__(self, style: WordStyle = PLAIN, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.style = style
        self._all: dict[str, FleetRow] = {}
        self._shown: list[FleetRow] = []
        self._ticked: set[str] = set()
        self._text = ""
        self._looks_only = False
        self._column, self._is_down = SITE, False

    @property
    def total(self) -> int:
        return len(self._all)

    @property
    def shown(self) -> tuple[FleetRow, ...]:
        return tuple(self._shown)

    def row_at(self, row: int) -> FleetRow | None:
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def row_of(self, site_id: str) -> int:
        return next((n for n, row in enumerate(self._shown) if row.site.site_id == site_id), -1)

    def find(self, site_id: str) -> FleetRow | None:
        return self._all.get(site_id)

    def rows(self) -> tuple[FleetRow, ...]:
        """All, also those a filter hides."""
        return tuple(self._all.values())

    def ticked(self) -> tuple[Site, ...]:
        """Also those a filter hides, in order of name."""
        rows = [self._all[one] for one in self._ticked if one in self._all]
        return tuple(row.site for row in sorted(rows, key=_by_name))

    def is_ticked(self, site_id: str) -> bool:
        return site_id in self._ticked

    def set_rows(self, rows: Iterable[FleetRow]) -> None:
        """A whole new fleet; where the same sites are shown in the same order, nothing moves."""
        self._all = {row.site.site_id: row for row in rows}
        gone = self._ticked - self._all.keys()
        self._ticked -= gone
        wanted = self._arranged()
        if [row.site.site_id for row in wanted] == [row.site.site_id for row in self._shown]:
            self._shown = wanted
            self._tell_all()
        else:
            self._show(wanted)
        if gone:
            self.ticks_changed.emit()

    def set_filter(self, text: str, *, looks_only: bool) -> None:
        self._text, self._looks_only = text, looks_only
        self._show(self._arranged())

    def set_ticked(self, site_ids: Iterable[str], is_ticked: bool) -> None:
        ids = {one for one in site_ids if one in self._all}
        self._ticked = self._ticked | ids if is_ticked else self._ticked - ids
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(COLUMNS) - 1))
        self.ticks_changed.emit()

    def _arranged(self) -> list[FleetRow]:
        words = self._text.casefold().split()
        rows = [
            row
            for row in self._all.values()
            if (row.looks or not self._looks_only) and (not words or _has(row, words))
        ]
        order: Any = COLUMNS[self._column].order
        rows.sort(key=_by_name)
        rows.sort(key=order, reverse=self._is_down)
        return rows

    def _show(self, rows: list[FleetRow]) -> None:
        self.beginResetModel()
        self._shown = rows
        self.endResetModel()

    def _tell_all(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(COLUMNS) and column != CHECK:
            self._column, self._is_down = column, order is Qt.SortOrder.DescendingOrder
            self._show(self._arranged())

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == CHECK else flags

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            first = self.style.first_day
            days = f" ({day_name(first)}–{day_name(first + 6)})" if section == WEEK else ""
            return COLUMNS[section].heading + days
        if role == Qt.ItemDataRole.ToolTipRole:
            return COLUMNS[section].hint or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ROW_ROLE:
            return row
        if index.column() == CHECK:
            if role == Qt.ItemDataRole.CheckStateRole:
                is_ticked = row.site.site_id in self._ticked
                return Qt.CheckState.Checked if is_ticked else Qt.CheckState.Unchecked
            if role == Qt.ItemDataRole.AccessibleTextRole:
                return f"{clean(row.site.name)}, " + (
                    "ticked" if row.site.site_id in self._ticked else "not ticked"
                )
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(row, index.column()) or None
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row_at(index.row())
        if row is None or index.column() != CHECK or role != Qt.ItemDataRole.CheckStateRole:
            return False
        self.set_ticked((row.site.site_id,), Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def _words(self, row: FleetRow, column: int) -> str:
        return week_words(row, self.style) if column == WEEK else COLUMNS[column].text(row)

    def _tip(self, row: FleetRow, column: int) -> str:
        """Plain text: a name from the server that looks like markup stays words."""
        text = self._words(row, column)
        if column == SITE:
            text = f"{text}\n{number_words(row)}"
        elif column == WEEK and row.schedule_as_of is not None:
            text = f"{text}\n{self._when('Read', row, row.schedule_as_of)}"
        elif column == ONLINE and row.devices_as_of is not None:
            text = f"{text}\n{self._when('Read', row, row.devices_as_of)}"
            if row.trouble_ms:
                text += "\nA device told a change since; they are read again as soon as this row is in view"
        elif column == NOW and row.arming.updated_at is not None:
            text = f"{text}\n{self._when('Since', row, row.arming.updated_at)}"
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>").replace("; ", "<br>")

    def _when(self, what: str, row: FleetRow, moment: datetime) -> str:
        clock = "site time" if row.site.timezone else "by this computer's clock"
        return (
            f"{what} {moment_words(moment, row.site, self.style)} {clock}\n{clocks_words(moment, self.style)}"
        )


def _has(row: FleetRow, words: list[str]) -> bool:
    site = row.site
    told = f"{site.name} {site.account_number} {site.address} {row.template} {' '.join(row.looks)}".casefold()
    return all(word in told for word in words)


def _by_name(row: FleetRow) -> tuple[str, str]:
    return natural(row.site.name), natural(row.site.site_id)
