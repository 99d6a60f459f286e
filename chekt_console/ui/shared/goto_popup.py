"""The list under the go-to box, or the sentence that nothing was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QListView, QVBoxLayout, QWidget

from chekt_console.ui.shared.goto_model import ROW_HEIGHT, GotoDelegate, GotoModel
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.ui.shared.theme import Theme


class GotoPopup(QFrame):
    """A child of the window, not a window: the field keeps the keys, and it works alike on every system."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        set_role(self, "sheet")
        self.model = GotoModel(self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(GotoDelegate(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("What was found")
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setContentsMargins(12, 10, 12, 10)
        set_role(self.words, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 6, 2, 6)
        layout.setSpacing(0)
        layout.addWidget(self.list)
        layout.addWidget(self.words)
        self.hide()

    def set_rows(self, rows: int) -> None:
        """As high as so many lines; the rest scrolls."""
        self.list.setFixedHeight(max(1, rows) * ROW_HEIGHT)
