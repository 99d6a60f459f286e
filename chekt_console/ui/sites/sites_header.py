"""The line above the sites list: how many there are, how fresh they are, and the button that reads them again."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Theme


class SitesHeader(QWidget):
    refresh_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("sitesHeader")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(34)
        self.title = QLabel("Sites", self)
        self.title.setObjectName("sitesTitle")
        self.count = QLabel(self)
        self.count.setObjectName("sitesCount")
        self.note = QLabel(self)
        self.note.setObjectName("sitesNote")
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
        row.addWidget(self.title)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.note)
        row.addWidget(self.refresh)
        theme.changed.connect(self._style)
        self._style()

    def show_count(self, text: str) -> None:
        self.count.setText(text)

    def show_note(self, text: str, tip: str = "", *, is_bad: bool = False) -> None:
        """How fresh the list is; `tip` is plain text and stays so."""
        self.note.setText(text)
        self.note.setToolTip(f"<qt>{escape(tip).replace(chr(10), '<br>')}</qt>" if tip else "")
        self.note.setAccessibleName(text)
        self.note.setAccessibleDescription(tip)
        if bool(self.note.property("bad")) != is_bad:
            self.note.setProperty("bad", is_bad)
            self._style()

    def _style(self) -> None:
        c = self._theme.colors
        self.setStyleSheet(
            f"#sitesHeader {{ background: {c.header.name()}; border-bottom: 1px solid {c.line.name()}; }}"
            f"QLabel {{ font-size: 13px; color: {c.faint.name()}; }}"
            f"#sitesTitle {{ color: {c.muted.name()}; font-weight: 600; }}"
            f"#sitesNote {{ font-size: 12px; }}"
            f'#sitesNote[bad="true"] {{ color: {c.trouble.name()}; }}'
            f"QToolButton {{ color: {c.muted.name()}; background: transparent; border: 1px solid transparent;"
            " border-radius: 5px; font-size: 15px; padding: 0 5px; min-height: 20px; }"
            f"QToolButton:hover {{ color: {c.text.name()}; background: {c.raised.name()}; }}"
            f"QToolButton:focus {{ border-color: {c.accent.name()}; }}"
        )
