"""The events of the timeline as a list: for screen readers, for the keyboard, and for those who prefer rows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeView, QVBoxLayout, QWidget

from chekt_console.ui.shared.event_marks import draw_mark, kind_color
from chekt_console.ui.timeline.event_list_model import MOST_ROWS, EventListModel

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QShowEvent

    from chekt_console.domain.event import Event, EventKind
    from chekt_console.ui.shared.theme import Theme
    from chekt_console.ui.timeline.timeline_view import TimelineView

_MARK_PX = 14
_TOGETHER_MS = 40
_IN_A_BURST_MS = 200  # between two fillings, when each brings many rows
_MANY = 50
_ALL_COLUMNS_FROM_PX = 560
_DECISION_FROM_PX = 470


class _Rows(QTreeView):
    """Qt makes the first row current when the focus comes: that is not yet a choice of the person's."""

    is_focusing = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        model = self.model()
        if event.key() == Qt.Key.Key_End and isinstance(model, EventListModel):
            model.give_all()  # the end is the oldest event, not the last row so far
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        had_none = not self.currentIndex().isValid()
        self.is_focusing = True
        super().focusInEvent(event)
        if had_none:
            self.setCurrentIndex(QModelIndex())
        self.is_focusing = False


class EventList(QWidget):
    """Reads the timeline's own view; worked out only while it is seen."""

    event_chosen = Signal(object)  # Event

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._view: TimelineView | None = None
        self._shown: tuple[object, ...] = ()
        self._selected_id = ""
        self._is_following = False
        self._marks: dict[EventKind, QPixmap] = {}
        self.setObjectName("eventList")
        self.setMinimumWidth(220)
        self.model = EventListModel(self)
        self.model.mark = self._mark
        self.tree = _Rows(self)
        self.tree.setAccessibleName("Events, newest first")
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setIndentation(14)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(40)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.note.setObjectName("eventListNote")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tree, 1)
        column.addWidget(self.note)
        self._filled_tick = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._fill)
        self.tree.selectionModel().currentChanged.connect(self._on_current_changed)
        self.tree.activated.connect(self._on_activated)
        theme.changed.connect(self._style)
        self._style()
        self._fit_columns()

    def show_view(self, view: TimelineView) -> None:
        """What is listed follows the content, the filter and the gap; changes that come together are taken as one."""
        self._view = view
        if self.isVisible() and self._key() != self._shown and not self._timer.isActive():
            since_ms = round((time.monotonic() - self._filled_tick) * 1000)
            is_burst = view.total() - self.model.total > _MANY
            self._timer.start(max(_TOGETHER_MS, _IN_A_BURST_MS - since_ms if is_burst else 0))

    def select_event(self, event: Event | None) -> None:
        """The row of the event that was chosen elsewhere; its incident opens."""
        self._selected_id = event.event_id if event is not None else ""
        self._show_selected()

    def _key(self) -> tuple[object, ...]:
        view = self._view
        return (view.version, view.kinds, view.gap_ms, id(view.content)) if view is not None else ()

    def _fill(self) -> None:
        view = self._view
        if view is None:
            return
        self._shown = self._key()
        self._filled_tick = time.monotonic()
        top = self.model.event_at(self.tree.indexAt(self.tree.viewport().rect().topLeft()))
        is_at_top = self.tree.verticalScrollBar().value() == 0
        # At the top of the list a selected one further down is left there.
        is_far = is_at_top and self.model.is_further_down(self._selected_id)
        self._is_following = True
        self.model.show_view(view, view.incidents, top.event_id if top is not None and not is_at_top else "")
        self._is_following = False
        if not is_far:
            self._show_selected()
        if top is not None and not is_at_top:
            self.tree.scrollTo(self.model.index_of(top.event_id), QAbstractItemView.ScrollHint.PositionAtTop)
        words = ""
        if self.model.total > MOST_ROWS:
            words = f"The newest {MOST_ROWS:,} of {self.model.total:,} events. Filter to see older ones."
        elif not self.model.total and not view.is_counting:
            words = "No events to list." if view.filter.is_empty else "No event passes the filter."
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _show_selected(self) -> None:
        if not self.isVisible():
            return
        index = self.model.index_of(self._selected_id) if self._selected_id else QModelIndex()
        current = self.model.event_at(self.tree.currentIndex())
        if index.isValid() and current is not None and current.event_id == self._selected_id:
            return  # the row of its incident may stay current
        self._is_following = True
        if index.isValid():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)
        else:
            self.tree.selectionModel().clear()
        self._is_following = False

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        event = None if self._is_following or self.tree.is_focusing else self.model.event_at(current)
        if event is not None and event.event_id != self._selected_id:
            self._selected_id = event.event_id
            self.event_chosen.emit(event)

    def _on_activated(self, index: QModelIndex) -> None:
        """Enter opens and closes an incident."""
        top = index.siblingAtColumn(0)
        if self.model.is_incident(top):
            self.tree.setExpanded(top, not self.tree.isExpanded(top))

    def _mark(self, kind: EventKind) -> QPixmap:
        found = self._marks.get(kind)
        if found is None:
            ratio = self.devicePixelRatioF()
            found = QPixmap(round(_MARK_PX * ratio), round(_MARK_PX * ratio))
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            color = kind_color(kind, self._theme.colors)
            draw_mark(painter, kind, _MARK_PX / 2, _MARK_PX / 2, color, height=12)
            painter.end()
            self._marks[kind] = found
        return found

    def _fit_columns(self) -> None:
        metrics = self.fontMetrics()
        # The rows of an incident stand one step further in.
        inset = 2 * self.tree.indentation() + 6
        self.tree.header().resizeSection(0, metrics.horizontalAdvance("30 Nov 00:00:00") + inset)
        self.tree.header().resizeSection(2, metrics.horizontalAdvance("Camera 1 · Loading"))
        self.tree.header().resizeSection(3, metrics.horizontalAdvance("undecided") + 18)

    def _style(self) -> None:
        c = self._theme.colors
        self._marks.clear()
        self.setStyleSheet(
            f"#eventList {{ background: {c.pane.name()}; }}"
            f"#eventListNote {{ color: {c.muted.name()}; padding: 6px 10px; }}"
            f"QTreeView {{ background: {c.pane.name()}; color: {c.text.name()}; font-size: 12px; }}"
            "QTreeView::item { height: 22px; }"
            f"QTreeView::item:hover {{ background: {c.raised.name()}; }}"
            f"QTreeView::item:selected {{ background: {c.selected.name()}; color: {c.text.name()}; }}"
            "QHeaderView::section { padding: 3px 8px; font-size: 12px; }"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.model.is_narrow = self.width() < _ALL_COLUMNS_FROM_PX
        self.tree.setColumnHidden(2, self.model.is_narrow)
        self.tree.setColumnHidden(3, self.width() < _DECISION_FROM_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._key() != self._shown:
            self._fill()
        else:
            self._show_selected()
