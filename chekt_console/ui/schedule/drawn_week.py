"""A week that belongs to no site, drawn as a site's is: the same grid, the numbers below it, and an undo of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN
from chekt_console.domain.schedule_words import PLAIN, WordStyle, length_words
from chekt_console.ui.schedule.mode_chips import ModeChips
from chekt_console.ui.schedule.period_fields import (
    clock_minutes_of,
    minutes_of,
    with_arm_time,
    with_disarm_time,
)
from chekt_console.ui.schedule.value_field import ValueField
from chekt_console.ui.schedule.week_grid import WeekGrid

if TYPE_CHECKING:
    from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
    from chekt_console.ui.shared.theme import Theme

_MODES = {ArmingMode.AWAY: "A", ArmingMode.STAY: "S", ArmingMode.NIGHT: "N"}


class DrawnWeek(QWidget):
    def __init__(self, schedule: WeekSchedule, theme: Theme, style: WordStyle = PLAIN) -> None:
        super().__init__()
        self.grid = WeekGrid(theme, self)
        self.grid.can_skip = False  # it has no next time
        self.grid.set_style_words(style)
        self.grid.show_schedule(schedule)
        self.brush = ModeChips(theme, _MODES, "Mode to paint with", self)
        self.brush.show_mode(self.grid.brush)
        self.arm_at = ValueField("Arm at", "18:00", clock_minutes_of, style.clock, 0, DAY_MIN - 1, self)
        self.disarm_at = ValueField("Disarm at", "07:00", clock_minutes_of, style.clock, 0, DAY_MIN - 1, self)
        self.length = ValueField("Length", "13 h 30 min", minutes_of, length_words, 1, WEEK_MIN, self)
        self._numbers = QWidget(self)
        self._last = schedule
        self._undo: list[WeekSchedule] = []
        self._redo: list[WeekSchedule] = []
        self._connect()
        self._lay_out()
        self._show_period(self.grid.selected)

    @property
    def widget(self) -> QWidget:
        return self

    @property
    def schedule(self) -> WeekSchedule:
        return self.grid.schedule

    def _on_edited(self, schedule: WeekSchedule, _what: str) -> None:
        # The grid has taken the new value already: what is kept is the one before.
        self._undo.append(self._last)
        self._redo.clear()
        self._last = schedule

    def _step(self, source: list[WeekSchedule], other: list[WeekSchedule]) -> None:
        if source:
            other.append(self._last)
            self._last = source.pop()
            self.grid.show_schedule(self._last)
            self._show_period(self.grid.selected)

    def _show_period(self, period: ArmedPeriod | None) -> None:
        self._numbers.setEnabled(period is not None)
        if period is not None:
            self.arm_at.show_value(period.start_min % DAY_MIN)
            self.disarm_at.show_value(period.end_min % DAY_MIN)
            self.length.show_value(period.length_min)

    def _focus_numbers(self) -> None:
        if self.grid.selected is not None:
            self.arm_at.setFocus(Qt.FocusReason.OtherFocusReason)
            self.arm_at.selectAll()

    def _on_arm_at(self, minute: int) -> None:
        period = self.grid.selected
        if period is not None:
            self.grid.change(period, with_arm_time(period, minute), "Arm time")

    def _on_disarm_at(self, minute: int) -> None:
        period = self.grid.selected
        if period is not None:
            self.grid.change(period, with_disarm_time(period, minute), "Disarm time")

    def _on_length(self, length: int) -> None:
        period = self.grid.selected
        if period is not None:
            self.grid.change(period, replace(period, length_min=length), "Length")

    def _connect(self) -> None:
        grid = self.grid
        self.brush.mode_chosen.connect(grid.set_brush)
        grid.brush_changed.connect(self.brush.show_mode)
        grid.schedule_edited.connect(self._on_edited)
        grid.period_selected.connect(self._show_period)
        grid.edit_requested.connect(self._focus_numbers)
        grid.undo_requested.connect(lambda: self._step(self._undo, self._redo))
        grid.redo_requested.connect(lambda: self._step(self._redo, self._undo))
        self.arm_at.value_entered.connect(self._on_arm_at)
        self.disarm_at.value_entered.connect(self._on_disarm_at)
        self.length.value_entered.connect(self._on_length)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        top = QHBoxLayout()
        top.addWidget(self.brush)
        top.addStretch(1)
        layout.addLayout(top)
        layout.addWidget(self.grid, 1)
        row = QHBoxLayout(self._numbers)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for name, field in (
            ("Arm at", self.arm_at),
            ("Disarm at", self.disarm_at),
            ("Length", self.length),
        ):
            words = QLabel(name, self._numbers)
            words.setBuddy(field)
            row.addWidget(words)
            row.addWidget(field)
        row.addStretch(1)
        layout.addWidget(self._numbers)
