"""Where an arrow key leads on the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN
from chekt_console.domain.schedule_algebra import period_at

if TYPE_CHECKING:
    from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule

_CELL_MIN = 60
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def next_place(schedule: WeekSchedule, at: int, across: int, down: int) -> int:
    """From a minute of the week by an hour or a day; out of a period that is there to what lies beside it."""
    period = period_at(schedule, at)
    if period is None:
        return (at + across * _CELL_MIN + down * DAY_MIN) % WEEK_MIN
    if across > 0:
        return period.end_min % WEEK_MIN
    if across < 0:
        # The cell that ends where the period starts, on the hour.
        return (period.start_min - 1) % WEEK_MIN // _CELL_MIN * _CELL_MIN
    return _next_row(period, down)


def _next_row(period: ArmedPeriod, down: int) -> int:
    """The same time of the next day that is not this very period; the period itself when there is none."""
    for days in range(1, 8):
        at = period.start_min + down * days * DAY_MIN
        if (at - period.start_min) % WEEK_MIN >= period.length_min:
            return at % WEEK_MIN
    return period.start_min
