"""What the mouse does with one period or with empty time: seen while it moves, an edit only when the button is let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule_words import period_words, span_words
from chekt_console.ui.schedule.week_drag import WeekDrag
from chekt_console.ui.schedule.week_geometry import DRAG_FROM_PX, FINE_SNAP_MIN, SNAP_MIN, Part

if TYPE_CHECKING:
    from chekt_console.domain.schedule import ArmedPeriod
    from chekt_console.ui.schedule.week_grid import WeekGrid


class PeriodHand:
    def __init__(self, grid: WeekGrid) -> None:
        self._grid = grid
        self._drag: WeekDrag | None = None
        self._is_dragging = False
        self._selected_before: ArmedPeriod | None = None
        self._pressed_at = QPointF()

    @property
    def is_busy(self) -> bool:
        return self._drag is not None

    @property
    def is_dragging(self) -> bool:
        """The pointer has moved far enough to mean it."""
        return self._is_dragging

    def press(self, at: QPointF) -> None:
        grid = self._grid
        geometry = grid.geometry_now
        hit = geometry.hit(grid.schedule, at.x(), at.y(), grid.selected)
        if hit.part is Part.OUTSIDE:
            return
        takes_away = grid.brush is ArmingMode.DISARMED
        self._drag = WeekDrag(
            grid.schedule,
            Part.EMPTY if takes_away else hit.part,
            geometry.reading_at(at.x(), at.y()),
            grid.brush,
            geometry.first_day,
            None if takes_away else hit.period,
        )
        self._pressed_at = at
        self._selected_before = grid.selected
        self._is_dragging = False

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        drag, grid = self._drag, self._grid
        if drag is None:
            return
        self._is_dragging |= (at - self._pressed_at).manhattanLength() >= DRAG_FROM_PX
        if not self._is_dragging:
            return
        step = FINE_SNAP_MIN if modifiers & Qt.KeyboardModifier.AltModifier else SNAP_MIN
        reading = grid.geometry_now.reading_at(at.x(), at.y())
        span, subject = drag.span(reading, step), drag.subject(reading, step)
        words = (
            period_words(subject, grid.style_words)
            if subject
            else f"Disarmed {span_words(span.start_min, span.length_min, grid.style_words)}"
        )
        grid.preview_one(drag.result(reading, step), subject, words, at)

    def release(self) -> bool:
        """False when it was no drag but a click."""
        drag, grid, was_dragging = self._drag, self._grid, self._is_dragging
        if drag is None:
            return False
        result, subject = grid.shown, grid.selected
        self.cancel()
        if was_dragging:
            what = {Part.EMPTY: f"Paint {drag.mode.label}", Part.BODY: "Move"}.get(drag.part, "Resize")
            grid.select(None)
            grid.edit(result, what, subject)
        return was_dragging

    def cancel(self) -> None:
        """The week is as before the hand took hold of it."""
        was_dragging, self._drag, self._is_dragging = self._is_dragging, None, False
        if was_dragging:
            self._grid.preview_one(None, self._selected_before, "", QPointF())
