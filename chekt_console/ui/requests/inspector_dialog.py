"""The last webhooks, raw and understood, and those that were refused, with the reason; one can be copied as a command or read
again."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
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

from chekt_console.domain.delivery import Delivery, RefusedDelivery, understand
from chekt_console.domain.delivery_text import as_it_came, indented
from chekt_console.ui.requests.request_words import (
    became_words,
    clock_words,
    refused_words,
    scheme_words,
    why_refused,
)
from chekt_console.ui.shared.style import set_role

_HEAD = ("Came", "Type", "Signed", "What became of it")
_NUMBER = Qt.ItemDataRole.UserRole
_SHOWN = ("All", "Accepted", "Refused")
_EMPTY = ("Nothing has been delivered yet.", "Nothing has been accepted yet.", "Nothing was refused lately.")
_GAP = 16  # between columns


def _number_of(item: QTreeWidgetItem) -> int:
    return int(item.data(0, _NUMBER))


def _row_number(one: Delivery | RefusedDelivery) -> int:
    """Refused ones are numbered by themselves: below zero here."""
    return -one.number if isinstance(one, RefusedDelivery) else one.number


def _columns(one: Delivery | RefusedDelivery) -> tuple[str, str, str, str]:
    kind = understand(one.body).kind
    if isinstance(one, RefusedDelivery):
        return clock_words(one.received_ms), kind or "unknown", "", refused_words(one)
    return clock_words(one.received_ms), kind or "no type", scheme_words(one.scheme), became_words(one.status)


class InspectorDialog(QDialog):
    replay_requested = Signal(int)  # number of the delivery
    copy_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: tuple[Delivery | RefusedDelivery, ...] = ()
        self._rows: dict[int, Delivery | RefusedDelivery] = {}
        self.setWindowTitle("Webhooks")
        self.resize(900, 560)
        self.state = QLabel(self)
        self.state.setTextFormat(Qt.TextFormat.PlainText)
        self.state.setWordWrap(True)
        self.state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self.state, "muted")
        self.shown = QComboBox(self)
        self.shown.addItems(_SHOWN)
        self.shown.setAccessibleName("Which deliveries are listed")
        self.shown.currentIndexChanged.connect(self._fill)
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels(list(_HEAD))
        self.list.setAccessibleName("Last deliveries")
        self.list.currentItemChanged.connect(self._show_current)
        self.body = QPlainTextEdit(self)
        self.body.setReadOnly(True)
        self.body.setAccessibleName("The delivery")
        self.headers = QPlainTextEdit(self)
        self.headers.setReadOnly(True)
        self.headers.setAccessibleName("Its headers")
        self.headers.setToolTip("As they came; what is secret in them is not kept")
        self.why = QLabel(self)
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.setWordWrap(True)
        set_role(self.why, "error")
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
        raw = QSplitter(Qt.Orientation.Horizontal, split)
        raw.addWidget(self.headers)
        raw.addWidget(self.body)
        raw.setStretchFactor(1, 1)
        raw.setSizes([320, 560])
        split.addWidget(raw)
        buttons = QHBoxLayout()
        buttons.addWidget(self.lines)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.replay)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        head = QHBoxLayout()
        head.addWidget(self.state, 1)
        head.addWidget(self.shown)
        layout.addLayout(head)
        layout.addWidget(split, 1)
        layout.addWidget(self.why)
        layout.addLayout(buttons)
        self.set_deliveries((), "")

    def set_deliveries(
        self, deliveries: tuple[Delivery, ...], state: str, refused: tuple[RefusedDelivery, ...] = ()
    ) -> None:
        """Newest first; `state` says whether it listens and what was counted. Rows that are there stay where they are, and
        so does what a person reads, also when it is no longer kept."""
        self.state.setText(state)
        self._all = tuple(sorted((*deliveries, *refused), key=lambda one: -one.received_ms))
        self._fill()

    def _fill(self) -> None:
        wanted = self.shown.currentText()
        rows = [
            one for one in self._all if wanted in (_SHOWN[0], _SHOWN[1 + isinstance(one, RefusedDelivery)])
        ]
        read = self._rows.get(self.chosen)
        if isinstance(read, RefusedDelivery) and read not in self._all and wanted != _SHOWN[1]:
            rows.append(read)
        self._rows = {_row_number(one): one for one in rows}
        self.list.ensurePolished()  # before it measures its rows once for all
        for row in reversed(range(self.list.topLevelItemCount())):
            item = self.list.topLevelItem(row)
            if item is not None and _number_of(item) not in self._rows:
                self.list.takeTopLevelItem(row)
        for row, one in enumerate(rows):
            item = self.list.topLevelItem(row)
            if item is None or _number_of(item) != _row_number(one):
                item = QTreeWidgetItem()
                item.setData(0, _NUMBER, _row_number(one))
                self._insert(row, item)
            for column, text in enumerate(_columns(one)):
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
        one = self._rows.get(self.chosen)
        is_refused = isinstance(one, RefusedDelivery)
        words = _EMPTY[self.shown.currentIndex()] if one is None else ""
        headers = ""
        if one is not None:
            words = indented(one.body) if self.lines.isChecked() else as_it_came(one.body)
            headers = one.headers or "Not kept by the version that received it."
        if isinstance(one, RefusedDelivery):
            headers = "\n".join(filter(None, (f"{one.method} {one.url}".strip(), one.headers)))
            if one.size > len(one.body):
                words += f"\n… {one.size:,} bytes in all; the rest is not kept."
        for view, text in ((self.body, words), (self.headers, headers)):
            if text != view.toPlainText():
                view.setPlainText(text)
        self.why.setText(why_refused(one) if isinstance(one, RefusedDelivery) else "")
        self.why.setVisible(is_refused)
        self.copy.setEnabled(one is not None and not is_refused)
        self.replay.setEnabled(one is not None and not is_refused)

    def _on_copy(self) -> None:
        self.copy_requested.emit(self.chosen)

    def _on_replay(self) -> None:
        self.replay_requested.emit(self.chosen)
