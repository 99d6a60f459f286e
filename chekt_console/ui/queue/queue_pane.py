"""The pane of the queue: how many, filters, the list, and what can be done with several at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.decision import FALSE, Cause, Verdict
from chekt_console.ui.queue.queue_list import QueueList
from chekt_console.ui.queue.queue_model import QueueModel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from chekt_console.ui.shared.theme import Theme

_LOADING_AFTER_MS = 150
ORDERS = (("worst", "Worst first"), ("newest", "Newest first"))


class _Filter(QLineEdit):
    left = Signal()  # Enter or Down: on to the rows

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class QueuePane(QWidget):
    """Shows what it is told; wishes leave as signals."""

    filter_changed = Signal(str)
    site_filter_changed = Signal(str)  # site id, "" for all
    order_changed = Signal(str)
    goes_on_changed = Signal(bool)
    verdict_requested = Signal(object)  # Verdict of all marked rows
    undo_requested = Signal()
    action_requested = Signal()
    false_alarms_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site_ids: list[str] = []
        self.model = QueueModel(self)
        self.list = QueueList(theme, self.model, self)
        self.setAccessibleName("Alarms to review")
        self._loading_timer = QTimer(self, singleShot=True, interval=_LOADING_AFTER_MS)
        self._loading_timer.timeout.connect(lambda: self.show_message("Reading the alarms of all sites…"))
        self._build()
        self.list.marked_changed.connect(self._show_bulk)
        self._show_bulk()

    def show_loading(self) -> None:
        self._loading_timer.start()

    def show_rows(self) -> None:
        self._loading_timer.stop()
        self._stack.setCurrentIndex(0)
        self._show_bulk()

    def show_message(self, text: str, action: str = "") -> None:
        self._loading_timer.stop()
        self.message.setText(text)
        self.message_action.setText(action)
        self.message_action.setVisible(bool(action))
        self._stack.setCurrentIndex(1)
        self._show_bulk()

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        """How complete and how fresh the queue is."""
        set_role(self.note, "error" if is_bad else "small")
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_said(self, text: str, *, is_bad: bool = False, can_undo: bool = False) -> None:
        set_role(self.said, "error" if is_bad else "small")
        self.said.setText(text)
        self.said_row.setVisible(bool(text))
        self.undo.setVisible(can_undo)

    def show_sites(self, counts: list[tuple[str, str, int]], chosen: str) -> None:
        """(site id, name, alarms) of each; before them stands an entry for all. Only what changed is written."""
        entries = [("", f"All sites ({sum(count for _, _, count in counts):,})")]
        entries += [(site_id, f"{name} ({count:,})") for site_id, name, count in counts]
        box = self.sites
        box.blockSignals(True)
        if [site_id for site_id, _ in entries] != self._site_ids:
            self._site_ids = [site_id for site_id, _ in entries]
            box.clear()
            for site_id, text in entries:
                box.addItem(text, site_id)
        for row, (_, text) in enumerate(entries):
            if box.itemText(row) != text:
                box.setItemText(row, text)
        box.setCurrentIndex(max(0, self._site_ids.index(chosen) if chosen in self._site_ids else 0))
        box.blockSignals(False)

    def show_order(self, order: str) -> None:
        self.order.blockSignals(True)
        self.order.setCurrentIndex(max(0, self.order.findData(order)))
        self.order.blockSignals(False)

    def show_goes_on(self, is_on: bool) -> None:
        self.goes_on_action.setChecked(is_on)

    def _build(self) -> None:
        self.filter = _Filter(self)
        self.filter.setPlaceholderText("Filter by site, place or kind…")
        self.filter.setAccessibleName("Filter the alarms to review")
        self.filter.setToolTip("All words must occur in site, place, kind or reason (Esc clears)")
        self.filter.textChanged.connect(self.filter_changed)
        self.filter.left.connect(self.list.setFocus)
        self.more = QToolButton(self)
        self.more.setText("⋯")
        self.more.setAccessibleName("More about the queue")
        self.more.setToolTip("False alarms, and how the review goes on")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        menu = QMenu(self.more)
        self.false_alarms_action = QAction("False alarms by site and camera…", menu)
        self.false_alarms_action.triggered.connect(lambda: self.false_alarms_requested.emit())
        self.goes_on_action = QAction("Go on by itself after a decision", menu)
        self.goes_on_action.setCheckable(True)
        self.goes_on_action.triggered.connect(self.goes_on_changed)
        menu.addActions([self.false_alarms_action, self.goes_on_action])
        self.more.setMenu(menu)
        first = QHBoxLayout()
        first.setContentsMargins(12, 10, 12, 0)
        first.setSpacing(8)
        first.addWidget(self.filter, 1)
        first.addWidget(self.more)
        self.sites = QComboBox(self)
        self.sites.setAccessibleName("Site")
        self.sites.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sites.setMinimumContentsLength(8)
        self.sites.currentIndexChanged.connect(
            lambda _row: self.site_filter_changed.emit(self.sites.currentData() or "")
        )
        self.order = QComboBox(self)
        self.order.setAccessibleName("Order")
        for order, word in ORDERS:
            self.order.addItem(word, order)
        self.order.setToolTip(
            "Worst: what happened, then armed or not, then whether there is a clip, then age"
        )
        self.order.currentIndexChanged.connect(lambda _row: self.order_changed.emit(self.order.currentData()))
        second = QHBoxLayout()
        second.setContentsMargins(12, 8, 12, 8)
        second.setSpacing(8)
        second.addWidget(self.sites, 1)
        second.addWidget(self.order)
        self.note = self._label("small")
        self.note.setContentsMargins(12, 0, 12, 6)
        self._build_message()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.note)
        column.addWidget(self._stack, 1)
        column.addWidget(self._build_bulk())

    def _build_message(self) -> None:
        blank = QWidget(self)
        self.message = self._label("muted", blank)
        self.message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.message_action = QPushButton(blank)
        self.message_action.clicked.connect(lambda: self.action_requested.emit())
        inner = QVBoxLayout(blank)
        inner.setContentsMargins(24, 24, 24, 24)
        inner.addStretch(2)
        inner.addWidget(self.message)
        inner.addWidget(self.message_action, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(3)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.list)
        self._stack.addWidget(blank)

    def _build_bulk(self) -> QWidget:
        foot = QWidget(self)
        self.bulk = QWidget(foot)
        self.marked = self._label("small", self.bulk)
        row = QHBoxLayout(self.bulk)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(6)
        row.addWidget(self.marked, 1)
        self.bulk_buttons: dict[str, QPushButton] = {}
        for decision, word, key in (("real", "Real", "R"), (FALSE, "False", "F"), ("unsure", "Unsure", "U")):
            button = QPushButton(word, self.bulk)
            button.setToolTip(f"All marked alarms are {word.lower()} (Shift+{key})")
            shortcut = QShortcut(QKeySequence(f"Shift+{key}"), self.bulk)
            if decision == FALSE:
                button.setMenu(self._cause_menu(button))
                shortcut.activated.connect(button.showMenu)
            else:
                verdict = Verdict(decision)
                button.clicked.connect(
                    lambda _checked=False, verdict=verdict: self.verdict_requested.emit(verdict)
                )
                shortcut.activated.connect(lambda verdict=verdict: self.verdict_requested.emit(verdict))
            self.bulk_buttons[decision] = button
            row.addWidget(button)
        self.said_row = QWidget(foot)
        self.said = self._label("small", self.said_row)
        self.undo = QPushButton("Undo", self.said_row)
        set_role(self.undo, "quiet")
        self.undo.setToolTip("Take back what was decided last (Ctrl+Z)")
        self.undo.clicked.connect(lambda: self.undo_requested.emit())
        said = QHBoxLayout(self.said_row)
        said.setContentsMargins(12, 4, 8, 4)
        said.addWidget(self.said, 1)
        said.addWidget(self.undo)
        self.said_row.hide()
        column = QVBoxLayout(foot)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bulk)
        column.addWidget(self.said_row)
        return foot

    def _cause_menu(self, button: QPushButton) -> QMenu:
        menu = QMenu(button)
        for number, cause in enumerate(Cause, start=1):
            verdict = Verdict(FALSE, "", cause.value)
            action = menu.addAction(f"&{number}  {cause.label}")
            action.triggered.connect(
                lambda _checked=False, verdict=verdict: self.verdict_requested.emit(verdict)
            )
        return menu

    def _show_bulk(self) -> None:
        count = len(self.list.marked_rows) if self._stack.currentIndex() == 0 else 0
        self.bulk.setVisible(count > 1)
        self.marked.setText(f"{count:,} marked")

    def _label(self, role: str, parent: QWidget | None = None) -> QLabel:
        label = QLabel(parent or self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        set_role(label, role)
        return label
