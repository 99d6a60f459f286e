"""The lines of the go-to box as a Qt model, and how a line is drawn."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from chekt_console.ui.shared.goto_index import GotoEntry
    from chekt_console.ui.shared.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 44


class GotoRole(IntEnum):
    ENTRY = Qt.ItemDataRole.UserRole + 1


class GotoModel(QAbstractListModel):
    """Takes the whole found list at once; it is short."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[GotoEntry] = []

    def set_entries(self, entries: list[GotoEntry]) -> None:
        if entries == self._entries:
            return
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def entry(self, row: int) -> GotoEntry | None:
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{entry.kind_word} {entry.title}, {entry.detail}"
        if role == GotoRole.ENTRY:
            return entry
        return None


class GotoDelegate(QStyledItemDelegate):
    """Title over detail, the kind as a word on the right. Paints the text itself: names are never read as HTML."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        entry: GotoEntry | None = index.data(GotoRole.ENTRY)
        if entry is None:
            return
        colors = self._theme.colors
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        base: QFont = option.font
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selected)
        inner = rect.adjusted(12, 4, -12, -4)
        small = QFont(base)
        small.setPixelSize(max(11, base.pixelSize() - 2))
        painter.setFont(small)
        painter.setPen(colors.muted)
        kind_width = painter.fontMetrics().horizontalAdvance(entry.kind_word)
        painter.drawText(inner, _RIGHT, entry.kind_word)
        inner.setRight(inner.right() - kind_width - 12)
        half = inner.height() // 2
        lower = QRect(inner.left(), inner.top() + half, inner.width(), half)
        detail = painter.fontMetrics().elidedText(entry.detail, _ELIDE, inner.width())
        painter.drawText(lower, _LEFT, detail)
        bold = QFont(base)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(colors.text)
        upper = QRect(inner.left(), inner.top(), inner.width(), half if entry.detail else inner.height())
        painter.drawText(upper, _LEFT, painter.fontMetrics().elidedText(entry.title, _ELIDE, inner.width()))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, ROW_HEIGHT)


_ELIDE = Qt.TextElideMode.ElideRight
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
