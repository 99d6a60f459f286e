"""What is asked before a schedule is written, and when somebody else has written one meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.domain.schedule_difference import Difference, difference
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_merge import merge
from chekt_console.domain.schedule_words import PLAIN, WordStyle, length_words
from chekt_console.ui.schedule.week_strip import WeekStrip
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.services.schedule_service import StoredSchedule
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
        self.words = _text(_bullets(change.sentences) or "The same minutes are armed as before.", self)
        self.losses = _text("This connection cannot hold all of it:\n" + _bullets(losses), self, "error")
        self.losses.setVisible(bool(losses))
        self.save = QPushButton("Save the nearest it can hold" if losses else "Save", self)
        set_role(self.save, "primary")
        self.save.setDefault(True)
        self.save.clicked.connect(self.accept)
        cancel = QPushButton("Go on editing", self)
        cancel.clicked.connect(self.reject)
        column = _column(self)
        column.addWidget(_text(f"New schedule for {site.name}", self, "heading"))
        column.addWidget(self.words)
        for name, schedule in (("Now", before), ("New", after)):
            column.addWidget(WeekStrip(name, schedule, theme, style, self))
        column.addWidget(_text(minutes_words(change), self, "muted"))
        column.addWidget(self.losses)
        column.addSpacing(4)
        column.addLayout(_buttons(cancel, self.save))


class ConflictDialog(QDialog):
    """Somebody else saved meanwhile: theirs, mine, or neither yet."""

    theirs_chosen = Signal()
    mine_chosen = Signal()
    both_chosen = Signal(object)  # WeekSchedule: their changes and mine

    def __init__(
        self,
        site: Site,
        base: StoredSchedule,
        mine: WeekSchedule,
        theirs: StoredSchedule,
        theme: Theme,
        style: WordStyle = PLAIN,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Changed by somebody else")
        self.setMinimumWidth(_WIDTH)
        their_change = difference(base.schedule, theirs.schedule, style).sentences
        my_change = difference(base.schedule, mine, style).sentences
        self.take_theirs = QPushButton("Take theirs", self)
        self.save_mine = QPushButton("Save mine over it", self)
        set_role(self.save_mine, "danger")
        both = merge(base.schedule, mine, theirs.schedule)
        self._merged = both.resolve({})
        self.save_both = QPushButton("Save both changes", self)
        self.save_both.setVisible(both.is_clean)
        self.save_both.clicked.connect(self._on_both)
        later = QPushButton("Decide later", self)
        later.setDefault(True)
        later.clicked.connect(self.reject)
        self.take_theirs.clicked.connect(self._on_theirs)
        self.save_mine.clicked.connect(self._on_mine)
        column = _column(self)
        column.addWidget(
            _text(f"Somebody else saved the schedule of {site.name} since you read it", self, "heading")
        )
        column.addWidget(_text("Nothing of yours was written. Your draft is kept.", self, "muted"))
        column.addWidget(_text("They changed:\n" + (_bullets(their_change) or "• nothing armed"), self))
        column.addWidget(WeekStrip("Theirs", theirs.schedule, theme, style, self))
        column.addWidget(_text("You changed:\n" + (_bullets(my_change) or "• nothing armed"), self))
        column.addWidget(WeekStrip("Mine", mine, theme, style, self))
        if both.is_clean:
            column.addWidget(_text("Nothing clashes: both changes can be saved.", self))
            column.addWidget(WeekStrip("Both", self._merged, theme, style, self))
        column.addSpacing(4)
        column.addLayout(_buttons(later, self.take_theirs, self.save_mine, self.save_both))

    def _on_theirs(self) -> None:
        self.accept()
        self.theirs_chosen.emit()

    def _on_mine(self) -> None:
        self.accept()
        self.mine_chosen.emit()

    def _on_both(self) -> None:
        self.accept()
        self.both_chosen.emit(self._merged)


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


def _bullets(sentences: tuple[str, ...] | list[str]) -> str:
    lines = [f"• {sentence}" for sentence in sentences[:_MOST_LINES]]
    if len(sentences) > _MOST_LINES:
        lines.append(f"and {len(sentences) - _MOST_LINES} more")
    return "\n".join(lines)


def _text(text: str, parent: QWidget, role: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        set_role(label, role)
    return label


def _column(dialog: QDialog) -> QVBoxLayout:
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 18, 20, 16)
    column.setSpacing(10)
    return column


def _buttons(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return row
