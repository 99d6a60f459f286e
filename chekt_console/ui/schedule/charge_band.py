"""Above the week: who arms the site, when it is not the schedule that does, or not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.schedule_charge import Charge


class ChargeBand(QWidget):
    settings_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Who arms this site")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.settings = QPushButton("Arming settings…", self)
        self.settings.setToolTip("Who decides whether this site is armed")
        self.settings.clicked.connect(lambda: self.settings_requested.emit())
        set_role(self.settings, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.addWidget(self.words, 1)
        row.addWidget(self.settings)
        self.hide()

    def show_charge(self, charge: Charge) -> None:
        self.words.setText(charge.sentence)
        self.setAccessibleDescription(charge.sentence)
        set_role(self.words, "small" if charge.takes_effect else "error")
        self.settings.setVisible(charge.is_settings)
        self.setVisible(bool(charge.sentence))
