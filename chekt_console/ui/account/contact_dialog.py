"""The form of one emergency contact; every field says what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from chekt_console.domain.contact import Contact
from chekt_console.domain.contact_form import LABELS, contact_errors, tidy_phone
from chekt_console.ui.shared.field import Field
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_TEXTS = ("first_name", "last_name", "title", "phone_number", "email_address")


class ContactDialog(QDialog):
    """Stays open until the server has taken the contact."""

    save_requested = Signal(object, object)  # Contact | None as it was, Contact as wanted

    def __init__(self, base: Contact | None, place: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._base = base
        self._start = base or Contact("", f"console-{uuid4()}", "", "", slot_number=str(place))
        self.setWindowTitle("Emergency contact")
        self.setMinimumWidth(520)
        title = QLabel("Edit contact" if base else "New contact", self)
        set_role(title, "heading")
        self.fields = {name: Field(LABELS[name], lambda _: "", self) for name in _TEXTS}
        self.fields["phone_number"].edit.setPlaceholderText("+1 415 555 2671")
        self.sms = QCheckBox("Text message at an alarm", self)
        self.email = QCheckBox("E-mail at an alarm", self)
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.clicked.connect(self.reject)
        self.save = QPushButton("Save", self)
        self.save.setDefault(True)
        set_role(self.save, "primary")
        self.save.clicked.connect(self._on_save)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        for number, name in enumerate(_TEXTS):
            grid.addWidget(self.fields[name], number // 2, number % 2)
        row = QHBoxLayout()
        row.addWidget(self.note, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(title)
        column.addLayout(grid)
        column.addWidget(self.sms)
        column.addWidget(self.email)
        column.addLayout(row)
        for name, field in self.fields.items():
            field.set_text(getattr(self._start, name))
        self.sms.setChecked(self._start.is_sms_alarm_on)
        self.email.setChecked(self._start.is_email_alarm_on)

    @property
    def wanted(self) -> Contact:
        texts = {name: field.text().strip() for name, field in self.fields.items()}
        return replace(
            self._start,
            first_name=texts["first_name"],
            last_name=texts["last_name"],
            title=texts["title"],
            phone_number=tidy_phone(texts["phone_number"]),
            email_address=texts["email_address"],
            is_sms_alarm_on=self.sms.isChecked(),
            is_email_alarm_on=self.email.isChecked(),
        )

    def show_errors(self, errors: dict[str, str], sentence: str = "") -> None:
        rest = [text for name, text in errors.items() if name not in self.fields]
        for name, field in self.fields.items():
            field.show_error(errors.get(name, ""))
        self.show_note(" ".join([sentence, *rest]).strip(), is_bad=True)
        self.set_busy(False)
        self._make_room()

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        set_role(self.note, "error" if is_bad else "muted")

    def set_busy(self, is_busy: bool) -> None:
        self.save.setEnabled(not is_busy)
        if is_busy:
            self.show_note("Saving…")

    def take_theirs(self, theirs: Contact) -> None:
        """Somebody else changed it: fields the person has not touched show theirs, and saving goes on from there."""
        before, wanted = self._start, self.wanted
        for name, field in self.fields.items():
            if getattr(wanted, name) == getattr(before, name):
                field.edit.setText(getattr(theirs, name))
        if wanted.is_sms_alarm_on == before.is_sms_alarm_on:
            self.sms.setChecked(theirs.is_sms_alarm_on)
        if wanted.is_email_alarm_on == before.is_email_alarm_on:
            self.email.setChecked(theirs.is_email_alarm_on)
        self._base = self._start = theirs

    def _make_room(self) -> None:
        """What is wrong may take more lines than the dialog has."""
        column = self.layout()
        assert column is not None
        column.activate()
        self.resize(self.width(), max(self.height(), column.totalHeightForWidth(self.width())))

    def _on_save(self) -> None:
        wanted = self.wanted
        errors = contact_errors(wanted)
        self.show_errors(errors)
        if errors:
            first = next(iter(errors))
            self.fields[first].edit.setFocus()
            return
        self.set_busy(True)
        self.save_requested.emit(self._base, wanted)
