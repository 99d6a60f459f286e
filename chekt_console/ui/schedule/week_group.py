"""Several periods at once: a band drawn with Ctrl gathers them, then they move, copy, change and go together, as one step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods, delete, moved, period_at, put
from chekt_console.domain.schedule_words import length_words, period_words
from chekt_console.ui.schedule.week_geometry import (
    DRAG_FROM_PX,
    FINE_SNAP_MIN,
    SNAP_MIN,
    Part,
    WeekGeometry,
    snapped,
)
from chekt_console.ui.schedule.week_steps import ARROWS, next_place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QKeyEvent

    from chekt_console.ui.schedule.week_grid import WeekGrid

_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -DAY_MIN),
    Qt.Key.Key_Down: (0, DAY_MIN),
}
_MODES = {
    Qt.Key.Key_1: ArmingMode.AWAY,
    Qt.Key.Key_2: ArmingMode.STAY,
    Qt.Key.Key_3: ArmingMode.NIGHT,
    Qt.Key.Key_0: ArmingMode.DISARMED,
}


def met_by(geometry: WeekGeometry, schedule: WeekSchedule, band: QRectF) -> Periods:
    """Periods with a piece under the band."""
    return tuple(
        period
        for period in schedule.periods
        if any(
            band.intersects(QRectF(p.box.left, p.box.top, p.box.width, p.box.height))
            for p in geometry.pieces(period)
        )
    )


def without(schedule: WeekSchedule, group: Iterable[ArmedPeriod]) -> WeekSchedule:
    for period in group:
        schedule = delete(schedule, period)
    return schedule


def laid(schedule: WeekSchedule, group: Iterable[ArmedPeriod]) -> WeekSchedule:
    """They win over what they cover."""
    for period in group:
        schedule = put(schedule, period)
    return schedule


def group_words(group: Periods) -> str:
    """ "3 periods, 36 h"."""
    count = "1 period" if len(group) == 1 else f"{len(group)} periods"
    return f"{count}, {length_words(sum(period.length_min for period in group))}"


class GroupHand:
    """What mouse and keys do with several periods; each method says whether it was meant for it."""

    def __init__(self, grid: WeekGrid) -> None:
        self._grid = grid
        self._band_from: QPointF | None = None
        self._kept: Periods = ()  # gathered before this band
        self._carried: Periods = ()
        self._base = WeekSchedule()
        self._carried_from = 0.0
        self._pressed_at = QPointF()
        self._has_moved = False
        self._copied: Periods = ()

    @property
    def is_busy(self) -> bool:
        return self._band_from is not None or bool(self._carried)

    @property
    def has_copied(self) -> bool:
        return bool(self._copied)

    def press(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        grid = self._grid
        self._pressed_at, self._has_moved = at, False
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._band_from, self._kept = at, grid.chosen
            return True
        hit = grid.geometry_now.hit(grid.schedule, at.x(), at.y())
        if hit.period in grid.group and hit.part is not Part.EMPTY:
            self._carried, self._base = grid.group, grid.schedule
            self._carried_from = grid.geometry_now.reading_at(at.x(), at.y())
            return True
        if grid.group:
            grid.choose(())
        return False

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> bool:
        if not self.is_busy:
            return False
        self._has_moved |= (at - self._pressed_at).manhattanLength() >= DRAG_FROM_PX
        if not self._has_moved:
            return True
        grid = self._grid
        if self._band_from is not None:
            # Never flat: what has no height meets nothing.
            band = QRectF(self._band_from, at).normalized().adjusted(0, 0, 1, 1)
            met = met_by(grid.geometry_now, grid.schedule, band)
            grid.show_band(band)
            grid.choose(tuple(dict.fromkeys((*self._kept, *met))))
            return True
        step = FINE_SNAP_MIN if modifiers & Qt.KeyboardModifier.AltModifier else SNAP_MIN
        reading = grid.geometry_now.reading_at(at.x(), at.y())
        by = snapped(reading - self._carried_from, step)
        now = self._moved(by)
        grid.preview(laid(without(self._base, self._carried), now), now, group_words(now), at)
        return True

    def release(self) -> bool:
        if not self.is_busy:
            return False
        grid, carried = self._grid, self._carried
        result, group = grid.shown, grid.group
        is_band = self._band_from is not None
        has_moved = self._has_moved
        self.cancel()
        if is_band and not has_moved:
            self._toggle()
        elif not is_band and has_moved and carried != group:
            self._edit(result, "Move", group)
        return True

    def cancel(self) -> None:
        """The week is as before the hand took hold of it; what a band has gathered stays."""
        if not self.is_busy:
            return
        carried, self._carried = self._carried, ()
        self._band_from = None
        self._grid.show_band(None)
        if carried:
            self._grid.preview(None, carried, "", QPointF())

    def take_key(self, event: QKeyEvent) -> bool:
        grid = self._grid
        if event.matches(QKeySequence.StandardKey.SelectAll):
            grid.choose(grid.schedule.periods)
            return True
        if event.matches(QKeySequence.StandardKey.Paste) and self._copied and grid.copied is None:
            self._paste()
            return True
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self._take_here()
            return True
        if not grid.group:
            return False
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        has_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete()
        elif key == Qt.Key.Key_Escape:
            grid.choose(())
        elif key in _STEPS and has_control:
            across, by = _STEPS[key]
            step = FINE_SNAP_MIN if modifiers & Qt.KeyboardModifier.AltModifier else SNAP_MIN
            now = tuple(moved(period, across * step + by) for period in grid.group)
            self._edit(laid(without(grid.schedule, grid.group), now), "Move", now)
        elif key in _STEPS and not modifiers & ~Qt.KeyboardModifier.KeypadModifier:
            self._go(key)
        elif key in _MODES and not has_control:
            self.change_mode(_MODES[key])
        else:
            return False
        return True

    def _take_here(self) -> None:
        """The period the keys are on joins the others, or is let go."""
        grid = self._grid
        at = grid.selected.start_min if grid.selected else grid.cursor_min
        period = period_at(grid.schedule, at) if at is not None else None
        if period is None or at is None:
            return
        group = grid.group
        left = tuple(p for p in group if p != period) if period in group else (*group, period)
        if left:
            grid.gather(left, period.start_min)
        else:
            grid.select(period)

    def _go(self, key: Qt.Key) -> None:
        """On to the next place; the group stays. From a group that the mouse made, beginning at its first."""
        grid = self._grid
        at = grid.cursor_min if grid.cursor_min is not None else grid.group[0].start_min
        to = next_place(grid.schedule, at, *ARROWS[key])
        period = period_at(grid.schedule, to)
        grid.gather(grid.group, period.start_min if period else to)

    def copy(self) -> None:
        self._copied = tuple(sorted(self._grid.group))
        self._grid.tell(f"Copied {group_words(self._copied)}")
        self._grid.forget_copied()
        style = self._grid.style_words
        QGuiApplication.clipboard().setText("\n".join(period_words(p, style) for p in self._copied))

    def delete(self) -> None:
        group = self._grid.group
        self._edit(without(self._grid.schedule, group), f"Delete {len(group)} periods", ())

    def change_mode(self, mode: ArmingMode) -> None:
        group = self._grid.group
        if mode is ArmingMode.DISARMED:
            self.delete()
            return
        now = tuple(replace(period, mode=mode) for period in group)
        self._edit(laid(without(self._grid.schedule, group), now), f"Make {mode.label}", now)

    def _paste(self) -> None:
        """From the day of the cursor on, at the same times."""
        grid = self._grid
        at = grid.selected.start_min if grid.selected else grid.cursor_min
        by = 0 if at is None else (at // DAY_MIN - self._copied[0].day) * DAY_MIN
        now = tuple(moved(period, by) for period in self._copied)
        self._edit(laid(grid.schedule, now), "Paste", now)

    def _toggle(self) -> None:
        """Ctrl with a click takes one more, or lets it go."""
        grid, at = self._grid, self._pressed_at
        period = grid.geometry_now.hit(grid.schedule, at.x(), at.y()).period
        chosen = grid.chosen
        if period is not None:
            rest = tuple(p for p in chosen if p != period)
            grid.choose(rest if period in chosen else (*chosen, period))

    def _moved(self, by: int) -> Periods:
        return tuple(moved(period, by % WEEK_MIN) for period in self._carried)

    def _edit(self, schedule: WeekSchedule, what: str, group: Periods) -> None:
        self._grid.edit(schedule, what)
        self._grid.choose(tuple(p for p in group if p in self._grid.schedule.periods))
