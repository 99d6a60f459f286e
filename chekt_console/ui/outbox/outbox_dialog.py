"""The changes that wait to be sent in a list, newest first, with what can be done with the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.outbox import EntryState
from chekt_console.ui.outbox.outbox_words import (
    age_words,
    copy_words,
    detail_words,
    empty_words,
    gone_of,
    state_words,
)
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.outbox import OutboxEntry

_HEAD = ("Change", "Made", "State")
_NUMBER = Qt.ItemDataRole.UserRole
_CAN_GO = (EntryState.WAITING, EntryState.NOT_CONFIRMED, EntryState.REFUSED)


class OutboxDialog(QDialog):
    """Signals are wishes; whoever opened it carries them out."""

    send_requested = Signal(int)
    discard_requested = Signal(int)
    compare_requested = Signal(int)
    make_anew_requested = Signal(int)
    leave_out_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: dict[int, OutboxEntry] = {}
        self.also_of: Callable[[OutboxEntry], str] = lambda _: ""  # what more there is to say of one
        self.setWindowTitle("Changes waiting to be sent")
        self.resize(720, 460)
        intro = QLabel(
            "Changes of schedules, site details, contacts and devices made while the server could not be reached are kept on"
            " this computer and go in order, site by site. Arming, disarming, activating a site and switching its monitoring"
            " never wait here: when they cannot be done at once, they are not done.",
            self,
        )
        intro.setWordWrap(True)
        set_role(intro, "muted")
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setStyleSheet("QTreeView::item { padding: 5px 4px; }")
        self.list.setHeaderLabels(list(_HEAD))
        self.list.setAccessibleName("Changes")
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 110), (2, 130)):
            self.list.setColumnWidth(column, width)
        self.list.currentItemChanged.connect(self._show_current)
        self.empty = QLabel(self)
        set_role(self.empty, "muted")
        self.detail = QLabel(self)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.send = QPushButton("Send now", self)
        self.send.setToolTip("Try again at once")
        self.compare = QPushButton("Compare…", self)
        self.compare.setToolTip("See what somebody else changed beside what you changed")
        self.anew = QPushButton("Create it anew…", self)
        self.anew.setToolTip("Add what somebody else removed again, as you wanted it")
        self.rest = QPushButton("Send the rest", self)
        self.rest.setToolTip("Leave out what somebody else removed")
        self.copy = QPushButton("Copy", self)
        self.copy.setToolTip("Copy what this change says, in words")
        self.discard = QPushButton("Discard…", self)
        self.discard.setToolTip("Give this change up")
        set_role(self.discard, "danger")
        self.close_button = QPushButton("Close", self)
        wishes = (self.send, self.compare, self.anew, self.rest, self.copy, self.discard)
        for button in wishes:
            button.setAutoDefault(False)
        self.send.clicked.connect(lambda: self.send_requested.emit(self.chosen))
        self.compare.clicked.connect(lambda: self.compare_requested.emit(self.chosen))
        self.anew.clicked.connect(lambda: self.make_anew_requested.emit(self.chosen))
        self.rest.clicked.connect(lambda: self.leave_out_requested.emit(self.chosen))
        self.copy.clicked.connect(self._on_copy)
        self.discard.clicked.connect(lambda: self.discard_requested.emit(self.chosen))
        self.close_button.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(intro)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty)
        layout.addWidget(self.detail)
        layout.addStretch(0)
        buttons = QHBoxLayout()
        for button in wishes:
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        layout.addLayout(buttons)
        self.set_entries((), 0)

    def set_entries(self, entries: tuple[OutboxEntry, ...], now_ms: int) -> None:
        """Newest on top, those that still wait before those that have ended; the chosen one stays chosen."""
        chosen = self.chosen
        ordered = sorted(entries, key=lambda entry: (not entry.state.is_open, -entry.number))
        self._entries = {entry.number: entry for entry in ordered}
        self.list.clear()
        for entry in ordered:
            item = QTreeWidgetItem([entry.change.words, age_words(entry.made_ms, now_ms), state_words(entry)])
            item.setToolTip(0, entry.change.words)
            item.setData(0, _NUMBER, entry.number)
            self.list.addTopLevelItem(item)
            if entry.number == chosen:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        self.list.setVisible(bool(entries))
        self.empty.setText(empty_words(entries))
        self.empty.setVisible(not any(entry.state.is_open for entry in entries))
        self._show_current()

    @property
    def chosen(self) -> int:
        item = self.list.currentItem()
        return int(item.data(0, _NUMBER)) if item is not None else 0

    def _show_current(self) -> None:
        entry = self._entries.get(self.chosen)
        words = (detail_words(entry), self.also_of(entry)) if entry else ()
        self.detail.setText("\n\n".join(filter(None, words)))
        state = entry.state if entry else None
        self.send.setEnabled(state in _CAN_GO)
        self.compare.setVisible(state is EntryState.CONFLICT)
        gone = gone_of(entry) if entry else None
        self.anew.setVisible(gone is not None and gone.change.anew(gone.there, "") is not None)
        self.rest.setVisible(gone is not None and gone.change.rest(gone.there) is not None)
        self.copy.setEnabled(entry is not None)
        self.discard.setEnabled(state in _CAN_GO or state is EntryState.CONFLICT)

    def _on_copy(self) -> None:
        entry = self._entries.get(self.chosen)
        if entry is not None:
            QGuiApplication.clipboard().setText(copy_words(entry))
