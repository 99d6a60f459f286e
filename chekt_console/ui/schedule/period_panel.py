"""Beside the week: the selected period in numbers, the checks of the whole schedule, templates and more sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, DAY_NAMES, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods
from chekt_console.domain.schedule_checks import Finding, Verdict, check
from chekt_console.domain.schedule_staff import early_ends
from chekt_console.domain.schedule_words import PLAIN, WordStyle, length_words, summary_words
from chekt_console.ui.schedule.check_line import CheckLine
from chekt_console.ui.schedule.mode_chips import ModeChips
from chekt_console.ui.schedule.period_fields import (
    clock_minutes_of,
    end_day_words,
    minutes_of,
    with_arm_time,
    with_day,
    with_disarm_time,
)
from chekt_console.ui.schedule.section_head import section_head
from chekt_console.ui.schedule.templates_section import TemplatesSection
from chekt_console.ui.schedule.value_field import ValueField
from chekt_console.ui.schedule.week_group import group_words
from chekt_console.ui.shared.scrolled_column import ScrolledColumn
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.schedule_staff import StaffHours
    from chekt_console.ui.shared.theme import Theme

_MODES = {ArmingMode.AWAY: "1", ArmingMode.STAY: "2", ArmingMode.NIGHT: "3"}
_NOTHING = (
    "No period is selected.\n\n"
    "Drag over empty time on the week to arm it, or go there with the arrow keys and press Enter."
)


class PeriodPanel(QWidget):
    """Tells what the person wants; shows what it is given."""

    period_edited = Signal(object, object)  # ArmedPeriod as it was, ArmedPeriod as wanted
    copy_requested = Signal(object)  # tuple of days
    delete_requested = Signal()
    fix_requested = Signal(object)  # Finding that has one
    place_chosen = Signal(int, int)  # start minute of the week, length

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("periodPanel")
        self._theme = theme
        self._style = PLAIN
        self._period: ArmedPeriod | None = None
        self._schedule: WeekSchedule | None = None
        self._is_stored = True
        self._server_line: Finding | None = None
        self._staff: StaffHours | None = None
        self.day = QComboBox(self)
        self.mode = ModeChips(theme, _MODES, "Mode", self)
        self.meaning = QLabel(self)
        set_role(self.meaning, "small")
        self.arm_at = _time_field("Arm at", self)
        self.disarm_at = _time_field("Disarm at", self)
        self.end_day = QLabel(self)
        set_role(self.end_day, "muted")
        self.length = ValueField("Length", "13 h 30 min", minutes_of, length_words, 1, WEEK_MIN, self)
        self.copy_weekdays = QPushButton("Copy to weekdays", self)
        self.copy_to = QPushButton("Copy to…\u2003", self)
        self.copy_menu = QMenu(self)
        self.copy_to.setMenu(self.copy_menu)
        self.remove = QPushButton("Delete", self)
        set_role(self.remove, "danger")
        self.nothing = QLabel(_NOTHING, self)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.nothing.setContentsMargins(12, 10, 12, 10)
        set_role(self.nothing, "muted")
        self.armed_hours = QLabel(self)
        self.armed_hours.setWordWrap(True)
        set_role(self.armed_hours, "small")
        self.templates = TemplatesSection(self)
        self._lay_out()
        self._connect_fields()
        self.set_style_words(PLAIN)
        self.show_period(None)
        self.show_schedule(None)

    @property
    def check_lines(self) -> tuple[CheckLine, ...]:
        items = (self._checks.itemAt(index) for index in range(self._checks.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(widget for widget in widgets if isinstance(widget, CheckLine))

    @property
    def fixes(self) -> tuple[QPushButton, ...]:
        items = (self._checks.itemAt(index) for index in range(self._checks.count()))
        widgets = (item.widget() for item in items if item is not None)
        return tuple(widget for widget in widgets if isinstance(widget, QPushButton))

    def set_style_words(self, style: WordStyle) -> None:
        self._style = style
        with QSignalBlocker(self.day):
            self.day.clear()
            for day in style.days():
                self.day.addItem(DAY_NAMES[day], day)
        self.copy_menu.clear()
        self._add_copy("Every day", tuple(range(7)))
        self.copy_menu.addSeparator()
        for day in style.days():
            self._add_copy(DAY_NAMES[day], (day,))
        for edit in (self.arm_at, self.disarm_at):
            edit.set_words(style.clock)

    def set_editable(self, is_editable: bool) -> None:
        self._fields.setEnabled(is_editable)
        for fix in self.fixes:
            fix.setEnabled(is_editable)

    def show_period(self, period: ArmedPeriod | None) -> None:
        self._period = period
        self.nothing.setVisible(period is None)
        self._fields.setVisible(period is not None)
        if period is None:
            return
        self.day.setCurrentIndex(self.day.findData(period.day))
        self.mode.show_mode(period.mode)
        self.meaning.setText(period.mode.meaning)
        self.arm_at.show_value(period.start_min % DAY_MIN)
        self.disarm_at.show_value(period.end_min % DAY_MIN)
        self.end_day.setText(end_day_words(period))
        self.length.show_value(period.length_min)

    def show_group(self, periods: Periods) -> None:
        """Several that are chosen together, or none."""
        several = (
            f"{group_words(periods)} chosen.\n\n"
            "Drag one to move them all, Space takes one more. 1, 2, 3 choose their mode, Delete takes them away, Ctrl+C copies them."
        )
        self.nothing.setText(several if periods else _NOTHING)

    def show_schedule(self, schedule: WeekSchedule | None, *, is_stored: bool = True) -> None:
        """None: no schedule is shown, so there is nothing to check. `is_stored`: whether the connection stores any."""
        self._schedule, self._is_stored = schedule, is_stored
        self._show_checks()

    def show_server_line(self, text: str, *, is_good: bool = True) -> None:
        """What is known of the server's copy, as one more line of the checks; "" for none."""
        line = Finding(Verdict.GOOD if is_good else Verdict.LOOK, text) if text else None
        if line != self._server_line:
            self._server_line = line
            self._show_checks()

    def show_staff(self, staff: StaffHours | None) -> None:
        """When people come by the site's own history; None while it is not known."""
        if staff != self._staff:
            self._staff = staff
            self._show_checks()

    def focus_numbers(self) -> None:
        if self._period is not None:
            self.arm_at.setFocus(Qt.FocusReason.OtherFocusReason)
            self.arm_at.selectAll()

    def _show_checks(self) -> None:
        schedule = self._schedule
        findings = check(schedule, self._style, is_stored=self._is_stored) if schedule is not None else ()
        if schedule is not None and self._staff is not None:
            findings = (*early_ends(schedule, self._staff, self._style), *findings)
            findings = tuple(sorted(findings, key=lambda finding: -finding.verdict))
        if schedule is not None and self._server_line is not None:
            findings = (*findings, self._server_line)
        self.armed_hours.setText("\n".join(summary_words(schedule, self._style)) if schedule else "")
        if [line.finding for line in self.check_lines] == list(findings):
            return
        while (item := self._checks.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for finding in findings:
            line = CheckLine(finding, self._theme, self)
            line.clicked.connect(self._on_check_clicked)
            self._checks.addWidget(line)
            line.show()
            if finding.fixed is not None:
                self._add_fix(finding)

    def _add_fix(self, finding: Finding) -> None:
        fix = QPushButton(finding.fix, self)
        fix.setToolTip("Changes the draft in one step that can be undone")
        fix.setEnabled(self._fields.isEnabled())
        fix.clicked.connect(lambda: self.fix_requested.emit(finding))
        self._checks.addWidget(fix, 0, Qt.AlignmentFlag.AlignLeft)
        fix.show()

    def _on_check_clicked(self) -> None:
        line = self.sender()
        if isinstance(line, CheckLine) and line.finding.start_min is not None:
            self.place_chosen.emit(line.finding.start_min, line.finding.length_min)

    def _on_day(self) -> None:
        self._wish(lambda period: with_day(period, int(self.day.currentData())))

    def _on_mode(self, mode: ArmingMode) -> None:
        self._wish(lambda period: ArmedPeriod(period.start_min, period.length_min, mode))

    def _on_arm_at(self, minute: int) -> None:
        self._wish(lambda period: with_arm_time(period, minute))

    def _on_disarm_at(self, minute: int) -> None:
        self._wish(lambda period: with_disarm_time(period, minute))

    def _on_length(self, minutes: int) -> None:
        self._wish(lambda period: ArmedPeriod(period.start_min, minutes, period.mode))

    def _wish(self, change: Callable[[ArmedPeriod], ArmedPeriod]) -> None:
        period = self._period
        if period is None:
            return
        wanted = change(period)
        if wanted != period:
            self.period_edited.emit(period, wanted)

    def _add_copy(self, name: str, days: tuple[int, ...]) -> None:
        self.copy_menu.addAction(name, lambda: self.copy_requested.emit(days))

    def _connect_fields(self) -> None:
        self.day.activated.connect(self._on_day)
        self.mode.mode_chosen.connect(self._on_mode)
        self.arm_at.value_entered.connect(self._on_arm_at)
        self.disarm_at.value_entered.connect(self._on_disarm_at)
        self.length.value_entered.connect(self._on_length)
        self.copy_weekdays.clicked.connect(lambda: self.copy_requested.emit(tuple(range(5))))
        self.remove.clicked.connect(lambda: self.delete_requested.emit())

    def _lay_out(self) -> None:
        self._fields = QWidget(self)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in (
            ("Day", self.day),
            ("Mode", self.mode),
            ("", self.meaning),
            ("Arm at", self.arm_at),
        ):
            form.addRow(_name(name, field), field)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(self.disarm_at, 1)
        ends.addWidget(self.end_day)
        form.addRow(_name("Disarm at", self.disarm_at), ends)
        form.addRow(_name("Length", self.length), self.length)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.copy_weekdays, self.copy_to):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(self._fields)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(10)
        column.addLayout(form)
        column.addLayout(buttons)
        column.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeft)
        self._checks = QVBoxLayout()
        self._checks.setSpacing(2)
        below = QVBoxLayout()
        below.setContentsMargins(12, 8, 12, 12)
        below.setSpacing(8)
        below.addLayout(self._checks)
        below.addWidget(self.armed_hours)
        inside = ScrolledColumn(self)
        parts = QVBoxLayout(inside)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(0)
        parts.addWidget(self.nothing)
        parts.addWidget(self._fields)
        parts.addWidget(section_head("Checks", None, self))
        parts.addLayout(below)
        parts.addWidget(self.templates)
        parts.addStretch(1)
        self.area = QScrollArea(self)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(section_head("Selected period", None, self))
        whole.addWidget(self.area, 1)


def _time_field(name: str, parent: QWidget) -> ValueField:
    return ValueField(name, "18:00", clock_minutes_of, PLAIN.clock, 0, DAY_MIN - 1, parent)


def _name(text: str, field: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(field)
    set_role(label, "muted")
    return label
