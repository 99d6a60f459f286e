"""The requests of the monitoring center in a list, with the buttons that answer the one chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.request import CommandPolicy
from chekt_console.ui.requests.request_words import (
    POLICY_WORDS,
    SHORT_STATES,
    clock_words,
    detail_words,
    policy_words,
    who_words,
)
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.request import IncomingRequest
    from chekt_console.services.request_service import RequestState

_HEAD = ("Came", "What", "Site", "Who", "Until", "State")
_ID = Qt.ItemDataRole.UserRole

_GAP = 16  # between columns


def _action_words(request: IncomingRequest) -> str:
    if request.is_arming:
        return "Carry out…"
    return "Show the picture" if request.is_view else "Accept the talk"


class RequestsDialog(QDialog):
    """Signals are wishes; the controller carries them out."""

    carry_out_requested = Signal(str)  # request id
    refuse_requested = Signal(str)
    policy_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: dict[str, tuple[RequestState, str, str, tzinfo | None]] = {}
        self.setWindowTitle("Requests of the monitoring center")
        self.resize(1120, 480)
        self.policy = QComboBox(self)
        self.policy.setAccessibleName("Arming commands of the monitoring center")
        for word, words in POLICY_WORDS.items():
            self.policy.addItem(words, word)
        self.policy.activated.connect(self._on_policy)
        self.warning = QLabel(self)
        self.warning.setTextFormat(Qt.TextFormat.PlainText)
        self.warning.setWordWrap(True)
        set_role(self.warning, "error")
        self.ask_again = QPushButton("Ask me again", self)
        self.ask_again.setToolTip("From now on nothing is armed or disarmed before you have said so")
        self.ask_again.setAutoDefault(False)
        self.ask_again.clicked.connect(self._on_ask_again)
        self.list = QTreeWidget(self)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setHeaderLabels(list(_HEAD))
        self.list.setAccessibleName("Requests")
        self.list.currentItemChanged.connect(self._show_current)
        self.empty = QLabel("The monitoring center has asked nothing yet.", self)
        set_role(self.empty, "muted")
        self.detail = QLabel(self)
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.detail.setWordWrap(True)
        self.detail.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.carry_out = QPushButton("Carry out…", self)
        self.carry_out.setAutoDefault(False)
        self.refuse = QPushButton("Refuse", self)
        self.refuse.setAutoDefault(False)
        self.close_button = QPushButton("Close", self)
        self.carry_out.clicked.connect(self._on_carry_out)
        self.refuse.clicked.connect(self._on_refuse)
        self.close_button.clicked.connect(self.close)
        self._lay_out()
        self.set_policy(CommandPolicy())
        self.set_states(())

    def set_policy(self, policy: CommandPolicy) -> None:
        """What is in force; that nobody is asked is said for as long as it holds."""
        self.policy.setCurrentIndex(max(0, self.policy.findData(policy.word)))
        words = policy_words(policy)
        self.warning.setText(words)
        self.warning.setVisible(bool(words))
        self.ask_again.setVisible(bool(words))

    def set_states(self, states: tuple[tuple[RequestState, str, str, tzinfo | None], ...]) -> None:
        """Newest first, each with the name of its site, what it asks and the site's zone; the chosen one stays chosen."""
        chosen = self.chosen
        self._states = {one[0].request.request_id: one for one in states}
        self.list.ensurePolished()  # before it measures its rows once for all
        self.list.clear()
        for state, name, what, zone in states:
            request = state.request
            item = QTreeWidgetItem(
                [
                    clock_words(state.received_ms, zone),
                    what,
                    name,
                    who_words(request),
                    clock_words(request.expires_ms, zone),
                    SHORT_STATES[state.state],
                ]
            )
            item.setData(0, _ID, request.request_id)
            self.list.addTopLevelItem(item)
            if request.request_id == chosen:
                self.list.setCurrentItem(item)
        first = self.list.topLevelItem(0)
        if self.list.currentItem() is None and first is not None:
            self.list.setCurrentItem(first)
        for column in range(len(_HEAD) - 1):  # the last one takes the rest
            self.list.resizeColumnToContents(column)
            self.list.setColumnWidth(column, self.list.columnWidth(column) + _GAP)
        self.empty.setVisible(not states)
        self._show_current()

    @property
    def chosen(self) -> str:
        item = self.list.currentItem()
        return str(item.data(0, _ID)) if item is not None else ""

    def choose(self, request_id: str) -> None:
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None and item.data(0, _ID) == request_id:
                self.list.setCurrentItem(item)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(QLabel("Arming commands:", self))
        top.addWidget(self.policy)
        top.addSpacing(_GAP)
        top.addWidget(self.warning, 100)
        top.addWidget(self.ask_again)
        top.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.carry_out, self.refuse, self.close_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.empty)
        layout.addWidget(self.detail)
        layout.addLayout(buttons)

    def _show_current(self) -> None:
        found = self._states.get(self.chosen)
        is_open = found is not None and found[0].state == "waiting"
        self.detail.setText(detail_words(*found) if found else "")
        self.carry_out.setEnabled(is_open)
        self.refuse.setEnabled(is_open)
        self.carry_out.setText(_action_words(found[0].request) if found is not None else "Carry out…")

    def _on_policy(self, index: int) -> None:
        self.policy_requested.emit(str(self.policy.itemData(index)))

    def _on_ask_again(self) -> None:
        self.policy_requested.emit("ask")

    def _on_carry_out(self) -> None:
        self.carry_out_requested.emit(self.chosen)

    def _on_refuse(self) -> None:
        self.refuse_requested.emit(self.chosen)
