"""What the keys do on the week: go around, create, change, copy, take away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN
from chekt_console.domain.schedule_algebra import moved, with_end, with_start
from chekt_console.ui.schedule.week_geometry import FINE_SNAP_MIN, SNAP_MIN
from chekt_console.ui.schedule.week_steps import ARROWS, next_place

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from chekt_console.domain.schedule import ArmedPeriod
    from chekt_console.ui.schedule.week_grid import WeekGrid

_ZOOM = 1.5
_MODES = {
    Qt.Key.Key_1: ArmingMode.AWAY,
    Qt.Key.Key_2: ArmingMode.STAY,
    Qt.Key.Key_3: ArmingMode.NIGHT,
    Qt.Key.Key_0: ArmingMode.DISARMED,
}


def handle_key(grid: WeekGrid, event: QKeyEvent) -> bool:
    """True when the key meant something here."""
    for sequence, act in (
        (QKeySequence.StandardKey.Undo, grid.undo_requested.emit),
        (QKeySequence.StandardKey.Redo, grid.redo_requested.emit),
        (QKeySequence.StandardKey.Copy, grid.copy_selected),
        (QKeySequence.StandardKey.Paste, grid.paste),
        (QKeySequence.StandardKey.ZoomIn, partial(grid.zoom, _ZOOM)),
        (QKeySequence.StandardKey.ZoomOut, partial(grid.zoom, 1 / _ZOOM)),
        (QKeySequence("Ctrl+="), partial(grid.zoom, _ZOOM)),
        (QKeySequence("Ctrl+0"), partial(grid.zoom, 1 / 16)),
    ):
        is_meant = (
            event.matches(sequence)
            if isinstance(sequence, QKeySequence.StandardKey)
            else QKeySequence(event.keyCombination()) == sequence
        )
        if is_meant:
            act()
            return True
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Y and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
        grid.redo_requested.emit()
    elif key in ARROWS:
        _arrow(grid, *ARROWS[key], event.modifiers())
    elif key in _MODES and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        _mode(grid, _MODES[key])
    elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        grid.delete_selected()
    elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Insert):
        _create(grid)
    elif key == Qt.Key.Key_Escape and grid.selected is not None:
        grid.select(None)
    else:
        return False
    return True


def _create(grid: WeekGrid) -> None:
    if grid.selected is not None:
        grid.edit_requested.emit()
    elif grid.cursor_min is not None:
        grid.create_at(grid.cursor_min)


def _mode(grid: WeekGrid, mode: ArmingMode) -> None:
    if grid.selected is not None and mode is not ArmingMode.DISARMED:
        grid.change_mode(grid.selected, mode)
    else:
        grid.set_brush(mode)


def _arrow(grid: WeekGrid, across: int, down: int, modifiers: Qt.KeyboardModifier) -> None:
    """Alone they go around; Ctrl moves the period, Shift its end, Ctrl+Shift its start; Alt goes by minutes."""
    period = grid.selected
    step = FINE_SNAP_MIN if modifiers & Qt.KeyboardModifier.AltModifier else SNAP_MIN
    by = across * step + down * DAY_MIN
    has_shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    has_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    if not has_shift and not has_control:
        _go(grid, period, across, down)
    elif period is None:
        return
    elif has_shift and has_control:
        grid.change(period, with_start(period, period.start_min + by, shortest_min=step), "Resize")
    elif has_shift:
        grid.change(period, with_end(period, period.end_min + by, shortest_min=step), "Resize")
    else:
        grid.change(period, moved(period, by), "Move")


def _go(grid: WeekGrid, period: ArmedPeriod | None, across: int, down: int) -> None:
    """By an hour or a day; out of a selected period to what lies beside it."""
    if period is not None:
        at = period.start_min
    else:
        at = grid.cursor_min if grid.cursor_min is not None else grid.style_words.first_day * DAY_MIN
    grid.go_to(next_place(grid.schedule, at, across, down))
