"""The view of the fleet: fixed rows, sorting by heading, ticking with mouse and Space."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from chekt_console.ui.fleet.fleet_columns import CHECK, COLUMNS, FIRST_HIDDEN, LOOK, SITE
from chekt_console.ui.fleet.fleet_delegate import ROW_HEIGHT, FleetDelegate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.site import Site
    from chekt_console.ui.fleet.fleet_model import FleetModel
    from chekt_console.ui.shared.theme import Theme

_SETTLED_MS = 250


class FleetTable(QTableView):
    site_selected = Signal(object)  # Site, by the person
    site_opened = Signal(object)  # Site: Enter or double click
    came_into_view = Signal(object)  # tuple[Site, ...] once scrolling has settled

    def __init__(self, model: FleetModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fleet = model
        self.setModel(model)
        self.setItemDelegate(FleetDelegate(theme, model.style.first_day, self))
        self.setAccessibleName("All sites")
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(ROW_HEIGHT)
        rows.setDefaultSectionSize(ROW_HEIGHT)
        heads = self.horizontalHeader()
        heads.setHighlightSections(False)
        heads.setSectionsClickable(True)
        heads.setStretchLastSection(False)
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, column.width)
        heads.setSectionResizeMode(CHECK, QHeaderView.ResizeMode.Fixed)
        heads.setSectionResizeMode(LOOK, QHeaderView.ResizeMode.Stretch)
        self.show_columns(FIRST_HIDDEN)
        self.setSortingEnabled(True)
        self.sortByColumn(SITE, Qt.SortOrder.AscendingOrder)
        self._is_by_hand = False
        self._settle_timer = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settle_timer.timeout.connect(self._tell_view)
        self.verticalScrollBar().valueChanged.connect(self._settle_timer.start)
        model.modelReset.connect(self._settle_timer.start)
        self.doubleClicked.connect(self._on_double_clicked)

    def show_columns(self, hidden: Iterable[str]) -> None:
        names = set(hidden)
        for number, column in enumerate(COLUMNS):
            self.setColumnHidden(number, column.is_optional and column.name in names)

    def sites_in_view(self) -> tuple[Site, ...]:
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        rows = self._fleet.shown[first : (last + 1 if last >= 0 else None)]
        return tuple(row.site for row in rows)

    def _tell_view(self) -> None:
        if self.isVisible():
            self.came_into_view.emit(self.sites_in_view())

    def _on_double_clicked(self, index: QModelIndex | QPersistentModelIndex) -> None:
        row = self._fleet.row_at(index.row())
        if row is not None and index.column() != CHECK:
            self.site_opened.emit(row.site)

    def _chosen(self) -> list[str]:
        picked = (self._fleet.row_at(index.row()) for index in self.selectionModel().selectedRows(CHECK))
        return [row.site.site_id for row in picked if row is not None]

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        # Qt also makes a row current by itself, when the table gets the focus: that chooses no site.
        row = self._fleet.row_at(current.row()) if current.isValid() and self._is_by_hand else None
        if row is not None:
            self.site_selected.emit(row.site)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        with self._by_hand():
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        with self._by_hand():
            self._on_key(event)

    @contextlib.contextmanager
    def _by_hand(self) -> Iterator[None]:
        self._is_by_hand = True
        try:
            yield
        finally:
            self._is_by_hand = False

    def _on_key(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            ids = self._chosen()
            self._fleet.set_ticked(ids, not all(map(self._fleet.is_ticked, ids)))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            row = self._fleet.row_at(self.currentIndex().row())
            if row is not None:
                self.site_opened.emit(row.site)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle_timer.start()

    def keyboardSearch(self, _search: str) -> None:
        """Letters are no search here: the filter is."""
