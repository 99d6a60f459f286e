"""Emergency contacts in the order they are called, and whether their phones were confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.contact import SmsValidation
from chekt_console.domain.record_edits import contact_row_id
from chekt_console.ui.account.key_filter import ALT, NONE, KeyFilter
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.contact import Contact

_COLUMNS = ("Order", "Name", "Phone", "E-mail", "At an alarm", "Phone confirmed")
_STATES = {
    SmsValidation.VALIDATED: "✓ confirmed",
    SmsValidation.PENDING: "… asked, no answer yet",
    SmsValidation.NOT_SENT: "not asked",
}


class ContactsTab(QWidget):
    add_requested = Signal()
    edit_requested = Signal(object)  # Contact
    delete_requested = Signal(object)  # Contact
    order_requested = Signal(object)  # tuple[Contact, ...]
    validation_requested = Signal(object)  # Contact

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contacts: tuple[Contact, ...] = ()
        self.waiting: frozenset[str] = frozenset()
        self.is_busy = False
        self.table = QTableWidget(0, len(_COLUMNS), self)
        self.table.setHorizontalHeaderLabels(_COLUMNS)
        self.table.setAccessibleName("Emergency contacts")
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        set_role(self.table, "form")
        heads = self.table.horizontalHeader()
        heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.note = QLabel("Reading the contacts…", self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self.add = self._button("Add…", self.add_requested.emit, "Add a contact (Ins)")
        self.edit = self._button("Edit…", self._on_edit, "Edit the chosen contact (Enter)")
        self.delete = self._button("Delete…", self._on_delete, "Delete the chosen contact (Del)")
        self.up = self._button("Call earlier", lambda: self._on_move(-1), "Move up (Alt+Up)")
        self.down = self._button("Call later", lambda: self._on_move(1), "Move down (Alt+Down)")
        self.validate = self._button(
            "Send confirmation text…",
            self._on_validate,
            "Asks the person by text message to confirm the phone",
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.add, self.edit, self.delete, self.up, self.down):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.validate)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.table, 1)
        column.addWidget(self.note)
        column.addLayout(row)
        self.table.itemSelectionChanged.connect(self._show_buttons)
        self.table.itemDoubleClicked.connect(lambda _: self._on_edit())
        KeyFilter(
            self.table,
            {
                (Qt.Key.Key_Insert, NONE): self.add_requested.emit,
                (Qt.Key.Key_Return, NONE): self._on_edit,
                (Qt.Key.Key_Enter, NONE): self._on_edit,
                (Qt.Key.Key_Delete, NONE): self._on_delete,
                (Qt.Key.Key_Up, ALT): lambda: self._on_move(-1),
                (Qt.Key.Key_Down, ALT): lambda: self._on_move(1),
            },
        )
        self._show_buttons()

    @property
    def contacts(self) -> tuple[Contact, ...]:
        return self._contacts

    def show_contacts(self, contacts: tuple[Contact, ...], waiting: frozenset[str] = frozenset()) -> None:
        """`waiting`: row ids of those that are not on the server as they are shown."""
        chosen = self._chosen()
        self._contacts, self.waiting = contacts, waiting
        self.table.setRowCount(len(contacts))
        for row, contact in enumerate(contacts):
            for column, text in enumerate(_cells(contact, is_waiting=contact_row_id(contact) in waiting)):
                self.table.setItem(row, column, QTableWidgetItem(text))
        if chosen is not None:
            for row, contact in enumerate(contacts):
                if contact_row_id(contact) == contact_row_id(chosen):
                    self.table.selectRow(row)
        self.show_note(
            "" if contacts else "No contacts: at an alarm the monitoring station has nobody to call. Add one."
        )
        self.set_busy(False)

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        set_role(self.note, "error" if is_bad else "muted")

    def set_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        self._show_buttons()

    def _button(self, words: str, slot: object, tip: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setToolTip(tip)
        button.clicked.connect(slot)
        return button

    def _chosen(self) -> Contact | None:
        rows = self.table.selectionModel().selectedRows() if self.table.selectionModel() else []
        return self._contacts[rows[0].row()] if rows and rows[0].row() < len(self._contacts) else None

    def _show_buttons(self) -> None:
        chosen = self._chosen()
        place = self._contacts.index(chosen) if chosen in self._contacts else -1
        can = not self.is_busy
        self.add.setEnabled(can)
        self.edit.setEnabled(can and chosen is not None)
        self.delete.setEnabled(can and chosen is not None)
        self.up.setEnabled(can and place > 0)
        self.down.setEnabled(can and 0 <= place < len(self._contacts) - 1)
        self.validate.setEnabled(
            can and chosen is not None and bool(chosen.phone_number and chosen.contact_id)
        )

    def _on_edit(self) -> None:
        chosen = self._chosen()
        if chosen is not None and not self.is_busy:
            self.edit_requested.emit(chosen)

    def _on_delete(self) -> None:
        chosen = self._chosen()
        if chosen is not None and not self.is_busy:
            self.delete_requested.emit(chosen)

    def _on_validate(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.validation_requested.emit(chosen)

    def _on_move(self, step: int) -> None:
        chosen = self._chosen()
        if chosen is None or self.is_busy:
            return
        contacts = list(self._contacts)
        place = contacts.index(chosen)
        if 0 <= place + step < len(contacts):
            contacts[place], contacts[place + step] = contacts[place + step], contacts[place]
            self.order_requested.emit(tuple(contacts))


def _cells(contact: Contact, *, is_waiting: bool) -> tuple[str, ...]:
    ways = [
        word
        for word, is_on in (("text", contact.is_sms_alarm_on), ("e-mail", contact.is_email_alarm_on))
        if is_on
    ]
    name = f"{contact.name} ({contact.title})" if contact.title else contact.name
    state = _STATES[contact.sms_validation] if contact.phone_number else "no phone"
    if is_waiting:
        state = "waits to be sent"
    return (
        contact.slot_number or "—",
        name,
        contact.phone_number or "—",
        contact.email_address or "—",
        " and ".join(ways) or "call only",
        state,
    )
