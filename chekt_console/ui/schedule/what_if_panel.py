"""What the draft would have changed in the last 30 or 90 days: sums by decision, and the events it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.decision import REAL
from chekt_console.domain.replay_figures import Figure, figures
from chekt_console.ui.schedule.figure_card import FigureCard
from chekt_console.ui.schedule.what_if_model import WhatIfModel
from chekt_console.ui.schedule.what_if_words import change_lines, replayed_words
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QResizeEvent

    from chekt_console.domain.schedule_words import WordStyle
    from chekt_console.ui.schedule.site_history import Understanding

SPANS = (30, 90)
_SAVED = 3  # column
_WIDE_PX = 480
_LEAST_TABLE_PX = 120
READING = "The events of this site are still being read…"


class WhatIfPanel(QWidget):
    days_chosen = Signal(int)
    review_requested = Signal(object)  # Event
    keep_requested = Signal(object)  # Understanding: what its draft would lose is to stay armed

    def __init__(self, style: WordStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spans = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(6)
        for days in SPANS:
            button = QPushButton(f"{days} days", self)
            button.setCheckable(True)
            button.setChecked(days == SPANS[0])
            button.setToolTip(f"Replay the last {days} days")
            self.spans.addButton(button, days)
            head.addWidget(button)
        self.sum = QLabel(self)
        self.sum.setTextFormat(Qt.TextFormat.PlainText)
        self.sum.setWordWrap(True)
        head.addWidget(self.sum, 1)
        self.cards = tuple(FigureCard(self) for _ in range(3))
        self.split = QLabel(self)
        self.split.setTextFormat(Qt.TextFormat.PlainText)
        self.split.setWordWrap(True)
        set_role(self.split, "small")
        self.keep = QPushButton("Keep these hours armed", self)
        self.keep.setToolTip(
            "Arm again, as now, the hours in which the draft would lose a real alarm; undo takes it back"
        )
        self.keep.clicked.connect(self._on_keep)
        self._found: Understanding | None = None
        self._figures: tuple[Figure, ...] = ()
        self.model = WhatIfModel(style, self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(_LEAST_TABLE_PX)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(24)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 122), (2, 76), (_SAVED, 70), (4, 70)):
            self.table.setColumnWidth(column, width)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.setSpacing(6)
        whole.addLayout(head)
        self._row = QWidget(self)
        row = QHBoxLayout(self._row)
        row.setContentsMargins(4, 2, 4, 2)
        row.setSpacing(16)
        for card in self.cards:
            row.addWidget(card, 1)
            card.list_toggled.connect(self._on_list_toggled)
        whole.addWidget(self._row)
        changes = QHBoxLayout()
        changes.addWidget(self.split, 1)
        changes.addWidget(self.keep, 0, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(changes)
        whole.addWidget(self.table, 1)
        whole.addStretch(0)
        self.spans.idClicked.connect(self.days_chosen)
        self.table.doubleClicked.connect(self._on_double_clicked)
        self.table.installEventFilter(self)
        self.show_words(READING)

    @property
    def days(self) -> int:
        return self.spans.checkedId()

    def show_words(self, words: str) -> None:
        """There is nothing to replay, and why."""
        self._found, self._figures = None, ()
        self.sum.setText(words)
        self._row.hide()
        self.split.hide()
        self.keep.hide()
        self.model.show(None)
        self.table.hide()

    def show_understanding(self, found: Understanding, *, can_edit: bool = True) -> None:
        self._found = found
        self._figures = figures(found.what_if)
        for card, figure in zip(self.cards, self._figures, strict=True):
            card.show_figure(figure)
        self._row.show()
        self.keep.setVisible(can_edit and found.what_if.alarms("lost", REAL) > 0)
        self.sum.setText(replayed_words(found))
        lines = change_lines(found)
        self.split.setText("\n".join(lines))
        self.split.setVisible(bool(lines))
        self._show_list()

    def close_lists(self) -> None:
        """Back to all events the draft makes a difference for."""
        for card in self.cards:
            card.close_list()
        self._show_list()

    def _show_list(self) -> None:
        opened = next((place for place, card in enumerate(self.cards) if card.is_open), None)
        figure = None if opened is None or not self._figures else self._figures[opened]
        self.model.show(self._found, figure.places if figure is not None else None)
        name = f"{figure.text} {figure.words}" if figure else "Events this draft makes a difference for"
        self.table.setAccessibleName(name)
        self.table.setVisible(self.model.rowCount() > 0)

    def _on_list_toggled(self) -> None:
        """One list at a time."""
        chosen = self.sender()
        for card in self.cards:
            if card is not chosen:
                card.close_list()
        self._show_list()

    def _on_keep(self) -> None:
        if self._found is not None:
            self.keep_requested.emit(self._found)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self._open(index.row())

    def _open(self, row: int) -> None:
        event = self.model.event_at(row)
        if event is not None:
            self.review_requested.emit(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What an event is needs the room more than what the saved week had in force, which its tooltip tells."""
        self.table.setColumnHidden(_SAVED, self.width() < _WIDE_PX)
        super().resizeEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.table
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self._open(self.table.currentIndex().row())
            return True
        return super().eventFilter(watched, event)
