"""The view of the sites list: one column, fixed rows, a menu, and nothing that asks the model for every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from chekt_console.ui.sites.sites_delegate import SitesDelegate, row_height

if TYPE_CHECKING:
    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.theme import Theme


class SitesList(QTableView):
    """A table with one column: it lays out 100,000 fixed rows at once, a list view asks the model about each."""

    row_selected = Signal(int)  # by the person, never by `mark`
    menu_requested = Signal(int, object)  # row, global position
    rows_painted = Signal()  # once, after the first paint that had rows

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_marking = False
        self._has_painted_rows = False
        self.setItemDelegate(SitesDelegate(theme, self))
        self.setAccessibleName("Sites")
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_row_height()

    def mark(self, row: int) -> None:
        """Show a row as the current one without scrolling or telling; -1 for none."""
        model: QAbstractItemModel | None = self.model()
        if model is None:
            return
        index = model.index(row, 0) if row >= 0 else QModelIndex()
        if self.currentIndex() == index:
            return
        self._is_marking = True
        self.setAutoScroll(False)
        try:
            self.setCurrentIndex(index)
            if not index.isValid():
                self.clearSelection()
        finally:
            self.setAutoScroll(True)
            self._is_marking = False

    def is_in_view(self, row: int) -> bool:
        if row < 0:
            return False
        place = self.visualRect(self.model().index(row, 0))
        return place.isValid() and self.viewport().rect().contains(place.center())

    def bring_into_view(self, row: int) -> None:
        model: QAbstractItemModel | None = self.model()
        if model is not None and row >= 0:
            self.scrollTo(model.index(row, 0))

    def _set_row_height(self) -> None:
        height = row_height(self.font())
        self.verticalHeader().setMinimumSectionSize(height)
        self.verticalHeader().setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height // 2)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._is_marking:
            self.row_selected.emit(current.row())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_row_height()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        if index.isValid():
            self.setCurrentIndex(index)
            place = self.visualRect(index).center() if is_key else event.pos()
            self.menu_requested.emit(index.row(), self.viewport().mapToGlobal(place))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._has_painted_rows and self.rowAt(0) >= 0:
            self._has_painted_rows = True
            QTimer.singleShot(0, self, self.rows_painted.emit)

    def keyboardSearch(self, _search: str) -> None:
        """Letters are no search here: the filter is one key away (/), and review's keys must not move the list."""
