"""The tree view of a site's devices: own arrows, selection across the whole row, keys and context menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractItemView, QTreeView

from chekt_console.ui.devices.devices_delegate import DevicesDelegate
from chekt_console.ui.devices.devices_model import DEVICE_ROLE

if TYPE_CHECKING:
    from PySide6.QtCore import QItemSelectionModel
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from chekt_console.ui.shared.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_INDENT = 14


class DevicesView(QTreeView):
    device_selected = Signal(object)  # Device, by the person, never by `mark`
    device_activated = Signal(object)  # Device: Enter or double click
    menu_requested = Signal(object, object)  # Device, global position

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._is_marking = False
        self.setItemDelegate(DevicesDelegate(theme, self))
        self.setAccessibleName("Devices")
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.header().setStretchLastSection(True)
        self.header().setMinimumSectionSize(0)
        self.doubleClicked.connect(self._on_activated)

    def mark(self, index: QModelIndex) -> None:
        """Show a row as the current one, its parents opened, without telling."""
        if self.currentIndex() == index:
            return
        self._is_marking = True
        try:
            above = index.parent()
            while above.isValid():
                self.expand(above)
                above = above.parent()
            self.setCurrentIndex(index)
            if not index.isValid():
                self.clearSelection()
        finally:
            self._is_marking = False

    def _on_activated(self, index: QModelIndex) -> None:
        device = index.data(DEVICE_ROLE)
        if device is not None:
            self.device_activated.emit(device)

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._is_marking:
            device = current.data(DEVICE_ROLE)
            if device is not None:
                self.device_selected.emit(device)

    def drawBranches(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        """Only an arrow where there is something to open, over the same ground as the row."""
        colors = self._theme.colors
        selection: QItemSelectionModel | None = self.selectionModel()
        if selection is not None and selection.isSelected(index):
            painter.fillRect(rect, colors.selected)
        model = self.model()
        if model is None or not model.hasChildren(index):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(colors.muted, 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        x, y = rect.right() - _INDENT / 2 + 2, rect.center().y() + 0.5
        corners = (
            ((-3.5, -1.5), (0, 2), (3.5, -1.5))
            if self.isExpanded(index)
            else ((-1.5, -3.5), (2, 0), (-1.5, 3.5))
        )
        painter.drawPolyline(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in corners]))
        painter.restore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if is_key else self.indexAt(event.pos())
        device = index.data(DEVICE_ROLE) if index.isValid() else None
        if device is not None:
            place = self.visualRect(index).center() if is_key else event.pos()
            self.menu_requested.emit(device, self.viewport().mapToGlobal(place))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._on_activated(self.currentIndex())
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:
        """Letters belong to the review keys of the window, not to a search in the tree."""
