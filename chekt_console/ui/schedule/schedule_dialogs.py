"""What is shown and asked before a schedule is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.domain.schedule_difference import Difference, difference
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_words import PLAIN, WordStyle, length_words
from chekt_console.ui.schedule.week_strip import WeekStrip
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.theme import Theme

_WIDTH = 560
_MOST_LINES = 14


class SaveDialog(QDialog):
    """Shows the change in words and as two strips; accepted when it is to be written."""

    def __init__(
        self,
        site: Site,
        before: WeekSchedule,
        after: WeekSchedule,
        theme: Theme,
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Review and save")
        self.setMinimumWidth(_WIDTH)
        change = difference(before, after, style)
        losses = [loss.sentence for loss in to_key_concepts(after).losses]
        self.words = plain_text(bullets(change.sentences) or "The same minutes are armed as before.", self)
        self.losses = plain_text("This connection cannot hold all of it:\n" + bullets(losses), self, "error")
        self.losses.setVisible(bool(losses))
        self.save = QPushButton("Save the nearest it can hold" if losses else "Save", self)
        set_role(self.save, "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self.accept)
        cancel = QPushButton("Go on editing", self)
        cancel.clicked.connect(self.reject)
        column = column_of(self)
        column.addWidget(plain_text(f"New schedule for {site.name}", self, "heading"))
        column.addWidget(self.words)
        for name, schedule in (("Now", before), ("New", after)):
            column.addWidget(WeekStrip(name, schedule, theme, style, self))
        column.addWidget(plain_text(minutes_words(change), self, "muted"))
        column.addWidget(self.losses)
        column.addSpacing(4)
        column.addLayout(buttons(cancel, self.save))


def minutes_words(change: Difference) -> str:
    """ "A week: 5 h more armed, 2 h less, 1 h in another mode"."""
    parts = [
        f"{length_words(minutes)} {what}"
        for minutes, what in (
            (change.gained_min, "more armed"),
            (change.lost_min, "less armed"),
            (change.other_mode_min, "in another mode"),
        )
        if minutes
    ]
    return f"A week: {', '.join(parts)}." if parts else "The armed hours of a week stay the same."


def bullets(sentences: Sequence[str], most: int = _MOST_LINES) -> str:
    lines = [f"• {sentence}" for sentence in sentences[:most]]
    if len(sentences) > most:
        lines.append(f"and {len(sentences) - most} more")
    return "\n".join(lines)


def plain_text(text: str, parent: QWidget, role: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        set_role(label, role)
    return label


def column_of(dialog: QDialog) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 18, 20, 16)
    column.setSpacing(10)
    return column


def buttons(*found: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for button in found:
        row.addWidget(button)
    return row
