"""Every site of a preview in one list: its week before and after, and in a line what changes or why nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate

from chekt_console.services.bulk_preview import Verdict
from chekt_console.ui.fleet.fleet_words import clean
from chekt_console.ui.fleet.preview_words import outcome_words
from chekt_console.ui.fleet.week_bar import paint_week

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from chekt_console.services.bulk_preview import Preview, SitePreview
    from chekt_console.ui.shared.theme import Theme

_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
SITE_ROLE = Qt.ItemDataRole.UserRole + 1
_ORDER = (Verdict.CHANGES, Verdict.BLOCKED, Verdict.UNREAD, Verdict.SAME)
_PAD, _GAP, _BAR = 12, 3, 12
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class PreviewModel(QAbstractListModel):
    """Those that change first, then what stands in the way of others, then those that match."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SitePreview, ...] = ()

    def show_preview(self, preview: Preview | None) -> None:
        self.beginResetModel()
        self._rows = tuple(one for verdict in _ORDER for one in preview.of(verdict)) if preview else ()
        self.endResetModel()

    def site_at(self, row: int) -> SitePreview | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one = self.site_at(index.row()) if index.isValid() else None
        if one is None:
            return None
        if role == SITE_ROLE:
            return one
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{clean(one.site.name)}: {'; '.join(outcome_words(one))}"
        return None


class PreviewDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, first_day: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._first_day = first_day

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        one: SitePreview = index.data(SITE_ROLE)
        colors = self._theme.colors
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.selected)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colors.line)
        line = QFontMetrics(option.font).height()
        inner = rect.adjusted(_PAD, _GAP * 2, -_PAD, -_GAP * 2)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        painter.setPen(colors.text)
        place = QRect(inner.left(), inner.top(), inner.width(), line)
        painter.drawText(place, _MIDDLE, _cut(painter, clean(one.site.name), inner.width()))
        top = inner.top() + line + _GAP
        if one.verdict is Verdict.CHANGES:
            for week in (one.before, one.after):
                if week is not None:
                    bar = QRectF(inner.left(), top, inner.width(), _BAR)
                    paint_week(painter, bar, week, colors, self._first_day)
                    top += _BAR + _GAP
        painter.setFont(option.font)
        has_dates = one.difference is not None and one.difference.dates > 0
        is_warning = one.verdict is not Verdict.SAME and (has_dates or one.verdict is not Verdict.CHANGES)
        painter.setPen(colors.trouble if is_warning else colors.muted)
        words = "; ".join(outcome_words(one))
        for part in broken(painter.fontMetrics(), words, inner.width(), _lines_of(one)):
            painter.drawText(QRect(inner.left(), top, inner.width(), line), _MIDDLE, part)
            top += line
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        one: SitePreview = index.data(SITE_ROLE)
        bars = 2 * (_BAR + _GAP) if one.verdict is Verdict.CHANGES else 0
        lines = 1 + _lines_of(one)
        return QSize(120, lines * QFontMetrics(option.font).height() + 5 * _GAP + bars)


class PreviewList(QListView):
    def __init__(self, theme: Theme, first_day: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sites = PreviewModel(self)
        self.setModel(self.sites)
        self.setItemDelegate(PreviewDelegate(theme, first_day, self))
        self.setAccessibleName("What changes at each site")
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        theme.changed.connect(self.viewport().update)

    def show_preview(self, preview: Preview | None) -> None:
        self.sites.show_preview(preview)
        if self.sites.rowCount():
            self.setCurrentIndex(self.sites.index(0))


def _lines_of(one: SitePreview) -> int:
    """A change tells what was and what comes: that takes two."""
    return 2 if one.verdict is Verdict.CHANGES else 1


def broken(metrics: QFontMetrics, text: str, room: int, most: int) -> list[str]:
    """The text in at most so many lines of `room` pixels, broken between words; the last one is cut."""
    lines: list[str] = []
    while text:
        head, rest = text, ""
        while len(lines) < most - 1 and metrics.horizontalAdvance(head) > room and " " in head:
            head, _, last = head.rpartition(" ")
            rest = f"{last} {rest}".rstrip()
        lines.append(metrics.elidedText(head, Qt.TextElideMode.ElideRight, room))
        text = rest
    return lines


def _cut(painter: QPainter, text: str, room: int) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
