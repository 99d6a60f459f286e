"""Dates on which another rule than the week's counts: listed with their names, added, changed and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.schedule_exceptions import past_days, runs
from chekt_console.domain.schedule_words import PLAIN, WordStyle, dates_words, times_words
from chekt_console.ui.schedule.exceptions_keys import DeleteKey
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.schedule_exceptions import DayPeriods, ExceptionRun


def periods_words(periods: DayPeriods, style: WordStyle = PLAIN) -> str:
    """ "Away all day", "Night 22:00 to 06:00 next day and Away ...", "nothing is armed anew"."""
    if not periods:
        return "nothing is armed anew"
    return " and ".join(
        f"{mode.label} {times_words(start, length, style)}" for start, length, mode in periods
    )


_NONE = "No exceptions: the week counts on every date. Add a date that is closed, a holiday, or one with other hours."
_NO_ZONE = "Set the site's time zone above the week first: a date is a date there."


class ExceptionsPanel(QWidget):
    add_requested = Signal()
    edit_requested = Signal(object)  # ExceptionRun
    remove_requested = Signal(object)  # tuple[date, ...]
    holidays_requested = Signal()

    def __init__(self, style: WordStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._runs: tuple[ExceptionRun, ...] = ()
        self._past: tuple[date, ...] = ()
        self._can_edit = False
        self.list = QListWidget(self)
        self.list.setAccessibleName("Exceptions")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.empty = QLabel(self)
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(12, 8, 12, 8)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        set_role(self.empty, "muted")
        self.add = _button("Add…", self.add_requested.emit, "A date or a range of dates (Ins)", self)
        self.edit = _button("Edit…", self._on_edit, "Change the chosen dates (Enter)", self)
        self.remove = _button(
            "Remove", self._on_remove, "The week counts again on the chosen dates (Del)", self
        )
        self.holidays = _button(
            "Holidays…", self.holidays_requested.emit, "Public holidays of a country or region", self
        )
        self.clean = _button("Remove past", self._on_clean, "Dates that are over have no more effect", self)
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 8)
        row.setSpacing(6)
        for button in (self.add, self.holidays, self.edit, self.remove, self.clean):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(row)
        self.list.itemSelectionChanged.connect(self._show_buttons)
        self.list.itemDoubleClicked.connect(lambda _: self._on_edit())
        keys = DeleteKey(self.list)
        keys.insert_pressed.connect(self.add_requested)
        keys.delete_pressed.connect(self._on_remove)
        keys.enter_pressed.connect(self._on_edit)
        self._show_buttons()

    def show_schedule(
        self, schedule: WeekSchedule | None, names: Mapping[date, str], today: date | None, *, can_edit: bool
    ) -> None:
        """`names` of holidays by date; `today` of the site, None when its zone is not known."""
        self._can_edit = can_edit and schedule is not None
        found = runs(schedule) if schedule is not None else ()
        self._past = past_days(schedule, today) if schedule is not None and today is not None else ()
        if found != self._runs or self.list.count() != len(found):
            chosen = {self._runs[place].first for place in self._chosen()}
            self._runs = found
            self.list.clear()
            for run in found:
                item = QListWidgetItem(self._words(run, names, today))
                self.list.addItem(item)
                item.setSelected(run.first in chosen)
        else:
            for place, run in enumerate(found):
                self.list.item(place).setText(self._words(run, names, today))
        self.empty.setText(_NO_ZONE if schedule is not None and today is None else _NONE)
        self.list.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._show_buttons()

    def _words(self, run: ExceptionRun, names: Mapping[date, str], today: date | None) -> str:
        named = ", ".join(dict.fromkeys(names[day] for day in days_of_run(run) if day in names))
        words = f"{dates_words(run)}: {periods_words(run.periods, self._style)}"
        if named:
            words += f"  ·  holiday: {named}"
        if today is not None and run.last < today:
            words += "  ·  over"
        return words

    def _chosen(self) -> list[int]:
        return sorted(index.row() for index in self.list.selectedIndexes())

    def _show_buttons(self) -> None:
        chosen = self._chosen()
        self.add.setEnabled(self._can_edit)
        self.holidays.setEnabled(self._can_edit)
        self.edit.setEnabled(self._can_edit and len(chosen) == 1)
        self.remove.setEnabled(self._can_edit and bool(chosen))
        self.clean.setVisible(bool(self._past))
        self.clean.setEnabled(self._can_edit)

    def _on_edit(self) -> None:
        chosen = self._chosen()
        if self._can_edit and len(chosen) == 1:
            self.edit_requested.emit(self._runs[chosen[0]])

    def _on_remove(self) -> None:
        days = tuple(day for place in self._chosen() for day in days_of_run(self._runs[place]))
        if self._can_edit and days:
            self.remove_requested.emit(days)

    def _on_clean(self) -> None:
        if self._can_edit and self._past:
            self.remove_requested.emit(self._past)


def days_of_run(run: ExceptionRun) -> tuple[date, ...]:
    return tuple(run.first.fromordinal(run.first.toordinal() + n) for n in range(run.days))


def _button(words: str, slot: object, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(words, parent)
    button.setToolTip(tip)
    button.clicked.connect(slot)
    return button
