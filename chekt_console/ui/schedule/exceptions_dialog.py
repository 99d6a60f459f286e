"""One date or a range: closed all day, nothing armed, or periods of its own."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDateEdit,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN
from chekt_console.domain.schedule_exceptions import ALL_DAY, MOST_DAYS, NOTHING
from chekt_console.domain.schedule_words import WordStyle
from chekt_console.ui.schedule.mode_chips import ModeChips
from chekt_console.ui.schedule.period_fields import clock_minutes_of
from chekt_console.ui.schedule.value_field import ValueField
from chekt_console.ui.shared.style import pad_words, set_role

if TYPE_CHECKING:
    from chekt_console.domain.schedule_exceptions import DayPeriods, ExceptionRun
    from chekt_console.ui.shared.theme import Theme

_MODES = {ArmingMode.AWAY: "", ArmingMode.STAY: "", ArmingMode.NIGHT: ""}
_MOST_PERIODS = 4


class _PeriodRow(QWidget):
    """Mode, from, to; an end at or before the start is on the next day."""

    def __init__(self, theme: Theme, style: WordStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self.mode = ModeChips(theme, _MODES, "Mode", self)
        self.mode.show_mode(ArmingMode.AWAY)
        self.mode.mode_chosen.connect(self._on_mode)
        self._chosen = ArmingMode.AWAY
        self._length, self._shown = 0, (0, 0)
        self.start = ValueField("Arm at", "18:00", clock_minutes_of, style.clock, 0, DAY_MIN - 1, self)
        self.end = ValueField("Disarm at", "07:00", clock_minutes_of, style.clock, 0, DAY_MIN - 1, self)
        self.next_day = QLabel(self)
        set_role(self.next_day, "muted")
        self.remove = QPushButton("✕", self)
        self.remove.setFixedWidth(30)
        self.remove.setAccessibleName("Remove this period")
        self.remove.setToolTip("Remove this period")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.mode)
        row.addWidget(self.start, 1)
        row.addWidget(QLabel("to", self))
        row.addWidget(self.end, 1)
        row.addWidget(self.next_day)
        row.addWidget(self.remove)
        self.start.value_entered.connect(self._on_time)
        self.end.value_entered.connect(self._on_time)
        self.show_period((18 * 60, 13 * 60, ArmingMode.AWAY))

    def show_period(self, period: tuple[int, int, ArmingMode]) -> None:
        start, length, mode = period
        self._length, self._shown = length, (start, (start + length) % DAY_MIN)
        self._chosen = mode
        self.mode.show_mode(mode)
        self.start.show_value(start)
        self.end.show_value((start + length) % DAY_MIN)
        self._show_next_day()

    @property
    def period(self) -> tuple[int, int, ArmingMode]:
        length = (self.end.value - self.start.value) % DAY_MIN or DAY_MIN
        if (self.start.value, self.end.value) == self._shown:
            length = self._length  # longer than a day, and not touched
        return (self.start.value, length, self._chosen)

    def _on_mode(self, mode: ArmingMode) -> None:
        self._chosen = mode
        self.mode.show_mode(mode)

    def _on_time(self, _value: int) -> None:
        self._show_next_day()

    def _show_next_day(self) -> None:
        self.next_day.setText("next day" if self.end.value <= self.start.value else "")


class ExceptionDialog(QDialog):
    exception_accepted = Signal(object, object, object)  # first date, last date, DayPeriods

    def __init__(
        self,
        theme: Theme,
        style: WordStyle,
        today: date,
        run: ExceptionRun | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = style
        self.setWindowTitle("Exception")
        self.setMinimumWidth(520)
        head = QLabel("Change the exception" if run else "Add an exception", self)
        set_role(head, "heading")
        self.first = _date_field("First date", run.first if run else today, style, self)
        self.last = _date_field("Last date", run.last if run else today, style, self)
        self.is_range = QCheckBox("to", self)
        self.is_range.setToolTip("A range of dates, both ends included")
        self.is_range.setChecked(run is not None and run.days > 1)
        self.nothing = QRadioButton("Nothing is armed anew on these dates", self)
        self.closed = QRadioButton("Closed: armed Away all day", self)
        self.own = QRadioButton("Its own periods:", self)
        group = QButtonGroup(self)
        for choice in (self.closed, self.nothing, self.own):
            group.addButton(choice)
        self._rows: list[_PeriodRow] = []
        self._list = QVBoxLayout()
        self._list.setContentsMargins(24, 0, 0, 0)
        self.more = QPushButton("Add a period", self)
        set_role(self.more, "quiet")
        self.more.clicked.connect(lambda: self._add_row())
        note = QLabel("What the day before began still runs to its end.", self)
        set_role(note, "muted")
        self.problem = QLabel(self)
        set_role(self.problem, "error")
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        self.save = QPushButton("Put into the draft", self)
        self.save.setDefault(True)
        set_role(self.save, "primary")
        self.save.clicked.connect(self._on_save)
        dates = QHBoxLayout()
        for widget in (self.first, self.is_range, self.last):
            dates.addWidget(widget)
        dates.addStretch(1)
        form = QFormLayout()
        form.addRow("Date", dates)
        row = QHBoxLayout()
        row.addWidget(self.problem, 1)
        row.addWidget(cancel)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(head)
        column.addLayout(form)
        for choice in (self.closed, self.nothing, self.own):
            column.addWidget(choice)
        column.addLayout(self._list)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(note)
        column.addStretch(1)
        column.addLayout(row)
        self.is_range.toggled.connect(self._show_parts)
        group.buttonToggled.connect(lambda *_: self._show_parts())
        self.first.dateChanged.connect(self._on_first)
        periods = run.periods if run else ALL_DAY
        for period in periods if periods != ALL_DAY else ():
            self._add_row().show_period(period)
        (self.closed if periods == ALL_DAY else self.nothing if not periods else self.own).setChecked(True)
        self._show_parts()

    @property
    def periods(self) -> DayPeriods:
        if self.closed.isChecked():
            return ALL_DAY
        if self.nothing.isChecked():
            return NOTHING
        return tuple(sorted((row.period for row in self._rows), key=lambda period: period[0]))

    @property
    def rows(self) -> tuple[_PeriodRow, ...]:
        return tuple(self._rows)

    def _add_row(self) -> _PeriodRow:
        row = _PeriodRow(self._theme, self._style, self)
        row.remove.clicked.connect(lambda: self._remove_row(row))
        self._rows.append(row)
        self._list.addWidget(row)
        self._show_parts()
        return row

    def _remove_row(self, row: _PeriodRow) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._show_parts()

    def _show_parts(self) -> None:
        is_own = self.own.isChecked()
        if is_own and not self._rows:
            self._add_row()
            return
        for row in self._rows:
            row.setVisible(is_own)
        self.more.setVisible(is_own and len(self._rows) < _MOST_PERIODS)
        self.last.setEnabled(self.is_range.isChecked())

    def _on_first(self, day: QDate) -> None:
        if self.last.date() < day:
            self.last.setDate(day)

    def _on_save(self) -> None:
        first = _python_date(self.first)
        last = _python_date(self.last) if self.is_range.isChecked() else first
        if last < first:
            self.problem.setText("The last date lies before the first.")
            return
        if (last - first).days >= MOST_DAYS:
            self.problem.setText(f"At most {MOST_DAYS} days at once.")
            return
        periods = self.periods
        if any(one[0] + one[1] > other[0] for one, other in pairwise(periods)):
            self.problem.setText("Two of the periods overlap.")
            return
        self.exception_accepted.emit(first, last, periods)
        self.accept()


def _python_date(field: QDateEdit) -> date:
    chosen = field.date()
    return date(chosen.year(), chosen.month(), chosen.day())


def _date_field(name: str, day: date, style: WordStyle, parent: QWidget) -> QDateEdit:
    field = QDateEdit(QDate(day.year, day.month, day.day), parent)
    field.setAccessibleName(name)
    field.setCalendarPopup(True)
    field.setDisplayFormat("ddd d MMM yyyy")
    field.calendarWidget().setFirstDayOfWeek(Qt.DayOfWeek(style.first_day + 1))
    field.setMinimumWidth(150)
    pad_words(field)
    return field
