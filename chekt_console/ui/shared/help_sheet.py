"""The one sheet of keys (?), and the About box."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chekt_console.ui.shared.key_caps import key_text
from chekt_console.ui.shared.style import set_role
from chekt_console.ui.shared.system_facts import system_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

Keys = tuple[tuple[str, str], ...]  # (key, what it does)

WINDOW_KEYS: Keys = (
    ("Ctrl+1", "Review"),
    ("Ctrl+2", "Schedule"),
    ("Ctrl+4", "Fleet"),
    ("Ctrl+K", "Go to a site, device or event, or do what the menu can"),
    ("Ctrl+J", "Running jobs"),
    ("Ctrl+Shift+L", "Show or hide sites and devices"),
    ("Ctrl+Shift+D", "Show or hide details"),
    ("Ctrl+Shift+T", "Show or hide the timeline"),
    ("F10", "Menu"),
    ("Ctrl+Shift+O", "Connect to…"),
    ("Ctrl+Q", "Quit"),
    ("?", "This sheet"),
)
_CAPS_PX = 96


def _cap_words(key: str) -> str:
    """ "Ctrl+K" as this system writes it; several keys in one as they are given."""
    native = key_text(key) if "+" in key and " " not in key else ""
    return native or re.sub(r"(?<=\w)\+", " ", key)


def _table(title: str, keys: Keys) -> QWidget:
    box = QWidget()
    grid = QGridLayout(box)
    grid.setContentsMargins(0, 0, 0, 8)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(5)
    heading = QLabel(title)
    set_role(heading, "heading")
    grid.addWidget(heading, 0, 0, 1, 2)
    for row, (key, what) in enumerate(keys, start=1):
        cap = QLabel(_cap_words(key))
        set_role(cap, "cap")
        grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        words = QLabel(what)
        words.setWordWrap(True)
        grid.addWidget(words, row, 1)
    grid.setColumnMinimumWidth(0, _CAPS_PX)
    grid.setColumnStretch(1, 1)
    return box


class HelpSheet(QDialog):
    """Sections side by side in two columns."""

    def __init__(self, sections: Sequence[tuple[str, Keys]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.sections = tuple(sections)
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setSpacing(32)
        halves = (QVBoxLayout(), QVBoxLayout())
        filled = [0, 0]
        for title, keys in self.sections:
            shorter = 0 if filled[0] <= filled[1] else 1
            halves[shorter].addWidget(_table(title, keys))
            filled[shorter] += len(keys) + 2
        for half in halves:
            half.addStretch(1)
            columns.addLayout(half, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)
        self.resize(860, 660)


class AboutDialog(QDialog):
    """Version and system, ready to copy into a message."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About CHeKT Console")
        title = QLabel("CHeKT Console", self)
        set_role(title, "title")
        words = QLabel("Sites, arming schedules and alarm clips for installers.", self)
        set_role(words, "muted")
        self.facts = QLabel(system_facts(), self)
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(10)
        for widget in (title, words, self.facts):
            layout.addWidget(widget)
        layout.addSpacing(6)
        layout.addWidget(buttons)

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self.facts.text())
