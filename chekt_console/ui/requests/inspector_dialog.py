"""The last webhooks, raw and understood; one can be copied as a command or read again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.delivery import understand
from chekt_console.domain.delivery_text import as_it_came, indented
from chekt_console.ui.requests.request_words import became_words, clock_words, scheme_words
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.delivery import Delivery

_HEAD = ("Came", "Type", "Signed", "What became of it")
_NUMBER = Qt.ItemDataRole.UserRole

_GAP = 16  # between columns


def _number_of(item: QTreeWidgetItem) -> int:
    return int(item.data(0, _NUMBER))


class InspectorDialog(QDialog):
    replay_requested = Signal(int)  # number of the delivery
    copy_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deliveries: dict[int, Delivery] = {}
        self.setWindowTitle("Webhooks")
        self.resize(900, 560)
        self.state = QLabel(self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.state, "muted")
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels(list(_HEAD))
        self.list.setAccessibleName("Last deliveries")
        self.list.currentItemChanged.connect(self._show_current)
        self.body = QPlainTextEdit(self)
        self.body.setReadOnly(True)
        self.body.setAccessibleName("The delivery")
        self.lines = QCheckBox("With line breaks", self)
        self.lines.setToolTip("Off: the bytes as they came and were signed")
        self.lines.toggled.connect(self._show_current)
        self.copy = QPushButton("Copy as curl", self)
        self.copy.setToolTip("For a shell that has the secret in WEBHOOK_SECRET: signed anew when it is sent")
        self.replay = QPushButton("Read again", self)
        self.close_button = QPushButton("Close", self)
        for button in (self.copy, self.replay, self.close_button):
            button.setAutoDefault(False)
        self.copy.clicked.connect(self._on_copy)
        self.replay.clicked.connect(self._on_replay)
        self.close_button.clicked.connect(self.close)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self.list)
        split.addWidget(self.body)
        buttons = QHBoxLayout()
        buttons.addWidget(self.lines)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.replay)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.state)
        layout.addWidget(split, 1)
        layout.addLayout(buttons)
        self.set_deliveries((), "")

    def set_deliveries(self, deliveries: tuple[Delivery, ...], state: str) -> None:
        """Newest first; `state` says whether it listens and what was counted. Rows that are there stay where they are, and
        so does what a person reads."""
        self.state.setText(state)
        self._deliveries = {one.number: one for one in deliveries}
        self.list.ensurePolished()  # before it measures its rows once for all
        for row in reversed(range(self.list.topLevelItemCount())):
            item = self.list.topLevelItem(row)
            if item is not None and _number_of(item) not in self._deliveries:
                self.list.takeTopLevelItem(row)
        for row, one in enumerate(deliveries):
            item = self.list.topLevelItem(row)
            if item is None or _number_of(item) != one.number:
                item = QTreeWidgetItem()
                item.setData(0, _NUMBER, one.number)
                self._insert(row, item)
            kind = understand(one.body).kind or "no type"
            came, signed = clock_words(one.received_ms), scheme_words(one.scheme)
            for column, text in enumerate((came, kind, signed, became_words(one.status))):
                item.setText(column, text)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        for column in range(len(_HEAD) - 1):  # the last one takes the rest
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, self.list.columnWidth(column) + _GAP)
        self._show_current()

    @property
    def chosen(self) -> int:
        item = self.list.currentItem()
        return _number_of(item) if item is not None else 0

    def _insert(self, row: int, item: QTreeWidgetItem) -> None:
        """Under a list that is scrolled down, so that what is on screen stays there."""
        bar = self.list.verticalScrollBar()
        at = bar.value()
        self.list.insertTopLevelItem(row, item)
        if at:
            self.list.doItemsLayout()
            bar.setValue(at + 1)

    def _show_current(self) -> None:
        one = self._deliveries.get(self.chosen)
        words = "Nothing has been delivered yet."
        if one is not None:
            words = indented(one.body) if self.lines.isChecked() else as_it_came(one.body)
        if words != self.body.toPlainText():
            self.body.setPlainText(words)
        self.copy.setEnabled(one is not None)
        self.replay.setEnabled(one is not None)

    def _on_copy(self) -> None:
        self.copy_requested.emit(self.chosen)

    def _on_replay(self) -> None:
        self.replay_requested.emit(self.chosen)
