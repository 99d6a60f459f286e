"""The line above the sites list, under the tab that names it: how many there are, how fresh they are, and the button that reads them again."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role


class SitesHeader(QWidget):
    refresh_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "header")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEADER_HEIGHT)
        self.count = QLabel(self)
        set_role(self.count, "muted")
        self.note = QLabel(self)
        set_role(self.note, "small")
        for label in (self.count, self.note):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.refresh = QToolButton(self)
        self.refresh.setText("↻")
        self.refresh.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.refresh.setFixedWidth(28)
        self.refresh.setAccessibleName("Read the sites again")
        self.refresh.setToolTip("Read the sites and their armed states again")
        self.refresh.clicked.connect(lambda: self.refresh_requested.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.note)
        row.addWidget(self.refresh)

    def show_count(self, text: str) -> None:
        self.count.setText(text)

    def show_note(self, text: str, tip: str = "", *, is_bad: bool = False) -> None:
        """How fresh the list is; `tip` is plain text and stays so."""
        self.note.setText(text)
        self.note.setToolTip(f"<qt>{escape(tip).replace(chr(10), '<br>')}</qt>" if tip else "")
        self.note.setAccessibleName(text)
        self.note.setAccessibleDescription(tip)
        set_role(self.note, "error" if is_bad else "small")
