"""Heads and labels of the fleet's side, all in plain text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from chekt_console.ui.shared.style import HEADER_HEIGHT, set_role


def label(text: str, role: str = "", parent: QWidget | None = None) -> QLabel:
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    # A long word must not widen the side.
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    if role:
        set_role(made, role)
    return made


def head(title: str, parent: QWidget, note: QLabel | None = None) -> QWidget:
    made = QWidget(parent)
    set_role(made, "header")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    made.setFixedHeight(HEADER_HEIGHT)
    row = QHBoxLayout(made)
    row.setContentsMargins(12, 0, 12, 0)
    row.setSpacing(8)
    name = QLabel(title, made)
    name.setTextFormat(Qt.TextFormat.PlainText)
    set_role(name, "small")
    row.addWidget(name)
    if note is not None:
        row.addWidget(note, 1)
    else:
        row.addStretch(1)
    return made
