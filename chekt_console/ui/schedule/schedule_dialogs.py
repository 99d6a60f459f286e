"""What is shown and asked before a schedule is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.domain.schedule_difference import Difference, difference
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_words import PLAIN, WordStyle, length_words
from chekt_console.ui.schedule.week_strip import WeekStrip
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.theme import Theme

_WIDTH = 640
_MOST_LINES = 12
_MOST_LOSSES = 3
_WHAT_IF_LINES = 4


class SaveDialog(QDialog):
    """Shows what would be written in words, as two strips and against past alarms; accepted when it is to be written."""

    what_if_requested = Signal()  # it is closed, to look at the alarms themselves

    def __init__(
        self,
        site: Site,
        before: WeekSchedule,
        after: WeekSchedule,
        theme: Theme,
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
        problems: Sequence[str] = (),
    ) -> None:
        """`problems`: what of the schedule on the server is not understood, in words."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Review and save")
        self.setMinimumWidth(_WIDTH)
        storable = to_key_concepts(after)
        losses = [loss.sentence for loss in storable.losses]
        self.before = before
        self.after = from_key_concepts(storable.body).schedule if losses else after  # what is written
        change = difference(before, self.after, style)
        self.words = plain_text(bullets(change.sentences) or "The same minutes are armed as before.", self)
        self.losses = plain_text(
            "This connection cannot hold all of it:\n" + bullets(losses, _MOST_LOSSES), self, "error"
        )
        self.losses.setVisible(bool(losses))
        self.unknown = plain_text(
            "Not all of what the server has is understood; saving gives that up:\n"
            + bullets(problems, _MOST_LOSSES),
            self,
            "error",
        )
        self.unknown.setVisible(bool(problems))
        self.save = QPushButton("Save the nearest it can hold" if losses else "Save", self)
        set_role(self.save, "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self.accept)
        cancel = QPushButton("Go on editing", self)
        cancel.clicked.connect(self.reject)
        column = column_of(self)
        column.addWidget(plain_text(f"New schedule for {site.name}", self, "heading"))
        column.addWidget(self.words)
        for name, schedule in (("Now", before), ("New", self.after)):
            column.addWidget(WeekStrip(name, schedule, theme, style, self))
        column.addWidget(plain_text(minutes_words(change), self, "muted"))
        self.what_if = plain_text("What the alarms of the last 30 days say is not known yet…", self)
        self.what_if.setAccessibleName("Past alarms")
        self.what_if.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Room for what comes later, so that the buttons do not move away under the hand.
        self.what_if.setMinimumHeight(_WHAT_IF_LINES * self.fontMetrics().lineSpacing())
        column.addWidget(self.what_if)
        self.show_alarms = QPushButton("Show these alarms", self)
        self.show_alarms.setToolTip("Closes this and opens What if; the draft stays")
        self.show_alarms.setAutoDefault(False)
        self.show_alarms.setEnabled(False)
        self.show_alarms.clicked.connect(self._on_show_alarms)
        column.addWidget(self.losses)
        column.addWidget(self.unknown)
        column.addSpacing(4)
        row = buttons(cancel, self.save)
        row.insertWidget(0, self.show_alarms)
        column.addLayout(row)

    def show_what_if(self, words: str, *, can_show: bool = False) -> None:
        self.what_if.setText(words)
        self.show_alarms.setEnabled(can_show)

    def _on_show_alarms(self) -> None:
        self.reject()
        self.what_if_requested.emit()


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
