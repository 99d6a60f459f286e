"""The right-click menu of the week: mode, split, copy to days, delete; on empty time arm and paste."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, DAY_NAMES, WEEK_MIN, ArmedPeriod
from chekt_console.domain.schedule_algebra import paint, period_at, split
from chekt_console.domain.schedule_words import day_name
from chekt_console.ui.schedule.week_geometry import FINE_SNAP_MIN, SNAP_MIN, snapped, snapped_down

if TYPE_CHECKING:
    from chekt_console.ui.schedule.week_grid import WeekGrid

ARMED_MODES = (ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT)
WEEKDAYS = range(5)


def week_menu(grid: WeekGrid, minute: int | None, *, is_fine: bool = False) -> QMenu:
    """For the selected period, or for the empty minute; it deletes itself when closed. `is_fine`: it splits at the very
    minute, as Alt does for a drag."""
    menu = QMenu(grid)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if grid.group:
        _fill_for_group(menu, grid)
    elif grid.selected is not None:
        _fill_for_period(menu, grid, grid.selected, minute, FINE_SNAP_MIN if is_fine else SNAP_MIN)
    else:
        _fill_for_empty(menu, grid, grid.cursor_min if minute is None else minute)
    return menu


def _add_copy_actions(menu: QMenu, grid: WeekGrid) -> None:
    menu.addAction("Weekdays", partial(grid.copy_to_days, WEEKDAYS))
    menu.addAction("Every day", partial(grid.copy_to_days, range(7)))
    menu.addSeparator()
    for day in grid.style_words.days():
        menu.addAction(DAY_NAMES[day], partial(grid.copy_to_days, (day,)))


def _fill_for_period(menu: QMenu, grid: WeekGrid, period: ArmedPeriod, minute: int | None, step: int) -> None:
    group = QActionGroup(menu)
    for number, mode in enumerate(ARMED_MODES, 1):
        action = menu.addAction(
            f"{mode.label}: {mode.meaning}\t{number}", partial(grid.change_mode, period, mode)
        )
        action.setCheckable(True)
        action.setChecked(mode is period.mode)
        group.addAction(action)
    menu.addSeparator()
    menu.addAction("Edit the numbers…\tEnter", grid.edit_requested.emit)
    at = _split_minute(period, minute, step)
    if at is not None:
        words = f"Split at {day_name(at // DAY_MIN)} {grid.style_words.clock(at)}"
        menu.addAction(words, lambda: _split(grid, period, at))
    _add_copy_actions(menu.addMenu("Copy to days"), grid)
    if grid.can_skip:
        menu.addAction("Skip the next time", partial(grid.skip_requested.emit, period))
    menu.addAction("Copy\tCtrl+C", grid.copy_selected)
    _add_paste(menu, grid)
    menu.addSeparator()
    menu.addAction("Delete\tDel", grid.delete_selected)


def _fill_for_group(menu: QMenu, grid: WeekGrid) -> None:
    for number, mode in enumerate(ARMED_MODES, 1):
        menu.addAction(f"{mode.label}: {mode.meaning}\t{number}", partial(grid.hand.change_mode, mode))
    menu.addSeparator()
    menu.addAction("Copy\tCtrl+C", grid.hand.copy)
    menu.addSeparator()
    menu.addAction(f"Delete {len(grid.group)} periods\tDel", grid.hand.delete)


def _fill_for_empty(menu: QMenu, grid: WeekGrid, minute: int | None) -> None:
    if minute is not None:
        start = snapped_down(minute, 60)
        for mode in ARMED_MODES:
            menu.addAction(f"Arm {mode.label} here", partial(_arm, grid, start, mode))
        menu.addSeparator()
    _add_paste(menu, grid)


def _add_paste(menu: QMenu, grid: WeekGrid) -> None:
    menu.addAction("Paste\tCtrl+V", grid.paste).setEnabled(grid.copied is not None)


def _arm(grid: WeekGrid, start: int, mode: ArmingMode) -> None:
    made = paint(grid.schedule, start, 60, mode)
    grid.edit(made, f"Arm {mode.label}", period_at(made, start))


def _split_minute(period: ArmedPeriod, minute: int | None, step: int) -> int | None:
    """Where the pointer is, on the quarter hour or the minute; with the keys in the middle."""
    if minute is None:
        at = snapped(period.start_min + period.length_min / 2, step) % WEEK_MIN
    else:
        at = snapped(minute, step) % WEEK_MIN
    return at if 0 < (at - period.start_min) % WEEK_MIN < period.length_min else None


def _split(grid: WeekGrid, period: ArmedPeriod, at: int) -> None:
    length = (at - period.start_min) % WEEK_MIN
    grid.edit(split(grid.schedule, period, at), "Split", replace(period, length_min=length))
