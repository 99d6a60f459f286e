"""The view of the queue: fixed rows, several can be marked, and nothing that asks the model for every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyleOptionViewItem, QTableView

from chekt_console.ui.queue.queue_delegate import QueueDelegate
from chekt_console.ui.shared.review_order import WALKS_REVIEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QItemSelection
    from PySide6.QtWidgets import QWidget

    from chekt_console.domain.review_queue import QueuedAlarm
    from chekt_console.ui.queue.queue_model import QueueModel
    from chekt_console.ui.shared.theme import Theme


class QueueList(QTableView):
    row_chosen = Signal(int)  # by the person, never by `mark`
    marked_changed = Signal()

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_marking = False
        self._model = model
        self.setModel(model)
        self.setItemDelegate(QueueDelegate(theme, model, self))
        self.setAccessibleName("Alarms to review")
        self.setProperty(WALKS_REVIEW, True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        height = self.itemDelegate().sizeHint(option, QModelIndex()).height()
        rows.setMinimumSectionSize(height)
        rows.setDefaultSectionSize(height)
        self.verticalScrollBar().setSingleStep(height // 2)

    @property
    def marked_rows(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def take(self, alarms: Sequence[QueuedAlarm]) -> None:
        """Qt makes another row current when the current one goes: that is no choice of the person's."""
        self._is_marking = True
        try:
            self._model.set_alarms(alarms)
        finally:
            self._is_marking = False

    def mark(self, row: int) -> None:
        """Show a row as the current one without telling; -1 for none. Rows marked by the person stay marked with it."""
        index = self.model().index(row, 0) if row >= 0 else QModelIndex()
        if row >= 0 and index.row() in self.marked_rows and self.currentIndex().row() == row:
            return
        self._is_marking = True
        try:
            if row < 0:
                self.clearSelection()
                self.setCurrentIndex(QModelIndex())
            else:
                flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.selectionModel().setCurrentIndex(index, flags | QItemSelectionModel.SelectionFlag.Rows)
                self.scrollTo(index)
        finally:
            self._is_marking = False
        self.marked_changed.emit()

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        # Not hasFocus(): the click that brings the window to the front may come before the window is active.
        if current.isValid() and not self._is_marking and self.window().focusWidget() is self:
            self.row_chosen.emit(current.row())

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not self._is_marking:
            self.marked_changed.emit()

    def keyboardSearch(self, _search: str) -> None:
        """Letters are no search here: they decide."""
