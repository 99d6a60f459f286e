"""The head of a section in the schedule's panes: a name, and beside it a quiet note."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role


def section_head(title: str, note: QLabel | None, parent: QWidget) -> QWidget:
    head = QWidget(parent)
    set_role(head, "header")
    head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    head.setFixedHeight(HEADER_HEIGHT)
    row = QHBoxLayout(head)
    row.setContentsMargins(12, 0, 12, 0)
    row.setSpacing(8)
    name = QLabel(title, head)
    set_role(name, "small")
    font = QFont(name.font())
    font.setWeight(QFont.Weight.DemiBold)
    name.setFont(font)
    row.addWidget(name)
    if note is not None:
        row.addWidget(note, 1)
    return head
