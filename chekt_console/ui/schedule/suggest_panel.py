"""A schedule proposed from when people really arm and disarm, beside the current one; it is taken only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.domain.schedule import DAY_NAMES, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_words import WordStyle, describe, period_words
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from chekt_console.domain.schedule_suggestion import Suggestion
    from chekt_console.ui.schedule.site_history import Understanding

_AGAINST = 6


class SuggestPanel(QWidget):
    use_requested = Signal(object)  # WeekSchedule, the weekdays' periods alone

    def __init__(self, style: WordStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._schedule: WeekSchedule | None = None
        self.sum = _words("", self)
        self.proposed = _words("", self)
        self.current = _words("", self)
        self.against = _words("small", self)
        self.use = QPushButton("Use as draft", self)
        self.use.setToolTip("Takes the proposal into the draft as one step; nothing is sent")
        self.use.clicked.connect(self._on_use)
        sides = QHBoxLayout()
        sides.setSpacing(16)
        for name, label in (("Proposed", self.proposed), ("Now on the week", self.current)):
            side = QVBoxLayout()
            side.setSpacing(2)
            head = _words("small", self)
            head.setText(name)
            side.addWidget(head)
            side.addWidget(label)
            side.addStretch(1)
            sides.addLayout(side, 1)
        self._sides = QWidget(self)
        self._sides.setLayout(sides)
        sides.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self.sum)
        column.addWidget(self.use, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._sides)
        column.addWidget(self.against)
        column.addStretch(1)

    def show_words(self, words: str) -> None:
        self._schedule = None
        self.sum.setText(words)
        for part in (self.use, self._sides, self.against):
            part.hide()

    def show_understanding(self, found: Understanding, *, can_edit: bool) -> None:
        suggestion, days = found.history.suggestion, found.history.days
        if not suggestion.days:
            self.show_words(
                f"Nobody armed and disarmed at steady times in the last {days} days, so nothing can be proposed."
            )
            return
        proposed = WeekSchedule(suggestion.schedule.periods, found.draft.exceptions)
        self._schedule = suggestion.schedule
        same = is_same(proposed, found.draft)
        percent = round(suggestion.confidence * 100)
        sure = f"{'at least ' if percent < 100 else ''}{percent} % sure of every time"
        start = f"From when people armed and disarmed in the last {days} days; {sure}."
        self.sum.setText(f"{start} It is what the week shows already." if same else start)
        self.proposed.setText("\n".join(describe(suggestion.schedule, self._style)))
        self.current.setText("\n".join(describe(found.draft, self._style)) or "Never armed.")
        self.against.setText("\n".join(_day_lines(suggestion, self._style)))
        self.use.setEnabled(can_edit and not same)
        for part in (self.use, self._sides, self.against):
            part.show()

    def _on_use(self) -> None:
        if self._schedule is not None:
            self.use_requested.emit(self._schedule)


def _day_lines(suggestion: Suggestion, style: WordStyle) -> list[str]:
    """How many weeks speak for each period, and the dates that speak against it."""
    lines = []
    for day in suggestion.days:
        text = f"{period_words(day.period, style)}: {day.seen} of {day.weeks} {DAY_NAMES[day.period.day]}s"
        if day.against:
            dates = ", ".join(f"{one.day} {one:%b}" for one in day.against[-_AGAINST:])
            more = len(day.against) - _AGAINST
            text += f"; not on {dates}" + (f" and {more} more" if more > 0 else "")
        lines.append(text)
    return lines


def _words(role: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        set_role(label, role)
    return label
