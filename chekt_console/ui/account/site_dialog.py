"""Everything that can be changed of one site, in four tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from chekt_console.ui.account.arming_tab import ArmingTab
from chekt_console.ui.account.contacts_tab import ContactsTab
from chekt_console.ui.account.details_tab import DetailsTab
from chekt_console.ui.account.devices_tab import DevicesTab
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.ui.shared.theme import Theme

DETAILS, CONTACTS, ARMING, DEVICES = range(4)
_KEY_ONLY = (
    "This connection has an API key, and an API key cannot change sites and devices. "
    "Connect with a dealer account or a partner key for that. Contacts can be changed here."
)


class SiteDialog(QDialog):
    """Not modal: the panes stay usable beside it. Asks before it is closed over changes that were not sent."""

    reload_requested = Signal()
    list_requested = Signal()  # of what waits to be sent

    def __init__(
        self, theme: Theme, title: str, parent: QWidget | None = None, *, is_new: bool = False
    ) -> None:
        super().__init__(parent)
        self.is_new = is_new
        self.setModal(False)
        self.resize(1080, 560)
        self.setMinimumSize(640, 420)
        self.setWindowTitle(title)
        self.heading = QLabel(title, self)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.heading, "heading")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.waiting = QLabel(self)
        self.waiting.setTextFormat(Qt.TextFormat.PlainText)
        self.waiting.setWordWrap(True)
        set_role(self.waiting, "strong")
        self.waiting_list = QPushButton("Waiting changes…", self)
        self.waiting_list.setToolTip("Send them now, or give one up")
        self.waiting_list.setAutoDefault(False)
        self.waiting_list.clicked.connect(self.list_requested)
        self.reload = QPushButton("Read again", self)
        self.reload.setToolTip("What the server has now (F5)")
        self.reload.setShortcut("F5")
        self.reload.setAutoDefault(False)
        self.reload.clicked.connect(self.reload_requested)
        self.reload.setVisible(not is_new)
        self.details = DetailsTab(self)
        self.contacts = ContactsTab(self)
        self.arming = ArmingTab(self)
        self.devices = DevicesTab(theme, self)
        self.tabs = QTabWidget(self)
        for tab, words in (
            (self.details, "Details"),
            (self.contacts, "Contacts"),
            (self.arming, "Arming"),
            (self.devices, "Devices"),
        ):
            self.tabs.addTab(tab, words)
        if is_new:
            for place in (CONTACTS, ARMING, DEVICES):
                self.tabs.setTabEnabled(place, False)
                self.tabs.setTabToolTip(place, "Once the site exists")
        head = QHBoxLayout()
        head.addWidget(self.heading, 1)
        head.addWidget(self.reload)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.note)
        row = QHBoxLayout()
        row.addWidget(self.waiting, 1)
        row.addWidget(self.waiting_list, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        column.addWidget(self.tabs, 1)
        self.note.hide()
        self.show_waiting("")
        self.details.edited.connect(self._show_title)
        self.devices.model.table_edited.connect(self._show_title)
        self.may_drop: Callable[[str], bool] = lambda _: True
        if not is_new:  # else on "Read again", until the fields have come
            self.tabs.setFocus()

    def show_note(self, text: str, *, is_bad: bool = False) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))
        set_role(self.note, "error" if is_bad else "muted")

    def show_waiting(self, text: str) -> None:
        """What is shown here and not saved yet."""
        self.waiting.setText(text)
        self.waiting.setVisible(bool(text))
        self.waiting_list.setVisible(bool(text))

    def show_key_only(self) -> None:
        """Nothing but contacts can be changed over an API key."""
        for place in (DETAILS, ARMING, DEVICES):
            self.tabs.setTabEnabled(place, False)
            self.tabs.setTabToolTip(place, "Needs a dealer account or partner key")
        self.tabs.setCurrentIndex(CONTACTS)
        self.show_note(_KEY_ONLY)

    @property
    def unsent(self) -> str:
        """What would be lost by closing, in words; "" for nothing."""
        if self.is_new:
            return "The new site was not created yet." if self.details.fields["name"].text() else ""
        parts = []
        if self.tabs.isTabEnabled(DETAILS) and self.details.save.isEnabled():
            parts.append("details")
        if self.devices.has_changes:
            parts.append(f"{self.devices.model.changes.count} devices")
        return f"Not sent yet: {' and '.join(parts)}." if parts else ""

    def reject(self) -> None:
        """Escape and the close button come here too."""
        unsent = self.unsent
        if not unsent or self.may_drop(unsent):
            super().reject()

    def _show_title(self) -> None:
        self.tabs.setTabText(
            DETAILS, "Details •" if not self.is_new and self.details.save.isEnabled() else "Details"
        )
        count = self.devices.model.changes.count
        self.tabs.setTabText(DEVICES, f"Devices • {count}" if count else "Devices")
