"""The week under hands and keys: periods are painted, moved, resized and chosen, each change one new value."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import (
    copy_period,
    delete,
    exchange,
    paint,
    period_at,
    put,
    with_mode,
)
from chekt_console.domain.schedule_words import days_words, period_words
from chekt_console.ui.schedule.period_hand import PeriodHand
from chekt_console.ui.schedule.week_canvas import WeekCanvas
from chekt_console.ui.schedule.week_geometry import LEFT, TOP, Part
from chekt_console.ui.schedule.week_group import GroupHand
from chekt_console.ui.schedule.week_hints import HELP, pointer_shape
from chekt_console.ui.schedule.week_keyboard import handle_key
from chekt_console.ui.schedule.week_menu import week_menu

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtGui import QContextMenuEvent, QHideEvent, QKeyEvent, QMouseEvent, QWheelEvent

    from chekt_console.ui.shared.theme import Theme

_CELL_MIN = 60
_ZOOM_STEP = 1.25


class WeekGrid(WeekCanvas):
    """Makes new WeekSchedules of the one it shows."""

    schedule_edited = Signal(object, str)  # WeekSchedule, what was done
    brush_changed = Signal(object)  # ArmingMode
    skip_requested = Signal(object)  # ArmedPeriod, that is not to begin the next time
    edit_requested = Signal()  # the numbers of the selected period are wanted
    undo_requested = Signal()
    redo_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._brush = ArmingMode.AWAY
        self._is_editable = True
        self.can_skip = True  # its periods have a next time
        self._pointer = QPointF()
        self._copied: ArmedPeriod | None = None
        self.hand = GroupHand(self)
        self.period_hand = PeriodHand(self)
        self.setMouseTracking(True)
        self.setAccessibleDescription(HELP)

    @property
    def brush(self) -> ArmingMode:
        return self._brush

    @property
    def is_editable(self) -> bool:
        return self._is_editable

    @property
    def is_dragging(self) -> bool:
        return self.period_hand.is_dragging

    @property
    def copied(self) -> ArmedPeriod | None:
        return self._copied

    def show_schedule(self, schedule: WeekSchedule) -> None:
        """Another value from outside ends a drag."""
        if schedule != self.schedule:
            self.cancel_drag()
        super().show_schedule(schedule)

    def set_editable(self, is_editable: bool) -> None:
        if not is_editable:
            self.cancel_drag()
        self._is_editable = is_editable

    def set_brush(self, mode: ArmingMode) -> None:
        if mode is not self._brush:
            self._brush = mode
            self.tell(f"Painting {mode.label}")
            self.brush_changed.emit(mode)

    def forget_copied(self) -> None:
        self._copied = None

    # Edits; each one is one new value

    def edit(self, schedule: WeekSchedule, what: str, select: ArmedPeriod | None = None) -> None:
        """Take a new value into use and tell; one that is equal is no edit."""
        if not self._is_editable:
            return
        self.cancel_drag()
        if schedule != self.schedule:
            self._picture = replace(self._picture, schedule=schedule)
            self.schedule_edited.emit(schedule, what)
        self.select(select if select in self._picture.schedule.periods else None)
        self.update()

    def create_at(self, week_minute: int) -> None:
        """An hour in the mode of the brush, on the hour that holds the minute."""
        start = week_minute % WEEK_MIN // _CELL_MIN * _CELL_MIN
        mode = ArmingMode.AWAY if self._brush is ArmingMode.DISARMED else self._brush
        made = paint(self.schedule, start, _CELL_MIN, mode)
        self.edit(made, f"Arm {mode.label}", period_at(made, start))

    def change(self, period: ArmedPeriod, new: ArmedPeriod, what: str) -> None:
        self.edit(exchange(self.schedule, period, new), what, new)

    def change_mode(self, period: ArmedPeriod, mode: ArmingMode) -> None:
        self.edit(with_mode(self.schedule, period, mode), f"Make {mode.label}", replace(period, mode=mode))

    def delete_selected(self) -> None:
        if self.selected is not None:
            start = self.selected.start_min
            self.edit(delete(self.schedule, self.selected), "Delete")
            if self._is_editable:
                self.go_to(start)

    def copy_to_days(self, days: Iterable[int]) -> None:
        """The selected period's times and mode on other days too."""
        if self.selected is not None:
            to = sorted(days)
            made = copy_period(self.schedule, self.selected, to)
            # A period over midnight may have lost its own end to its copies.
            self.edit(made, "Copy to days", period_at(made, self.selected.start_min))
            if self._is_editable:
                self.tell(f"Copied to {days_words(to, self.style_words)}")

    def copy_selected(self) -> None:
        if self.selected is not None:
            self._copied = self.selected
            QGuiApplication.clipboard().setText(period_words(self.selected, self.style_words))
            self.tell("Copied")

    def paste(self) -> None:
        """The copied times and mode on the day of the cursor or the selection."""
        if self._copied is None:
            return
        at = self.selected.start_min if self.selected else self.cursor_min
        day = self._copied.day if at is None else at // DAY_MIN
        pasted = replace(self._copied, start_min=day * DAY_MIN + self._copied.start_min % DAY_MIN)
        self.edit(put(self.schedule, pasted), "Paste", pasted)

    def cancel_drag(self) -> None:
        self.hand.cancel()
        self.period_hand.cancel()

    def _click(self, at: QPointF) -> None:
        hit = self.geometry_now.hit(self.schedule, at.x(), at.y(), self.selected)
        if hit.period is not None:
            self.select(hit.period)
        elif hit.part is Part.EMPTY:
            self.go_to(hit.minute // _CELL_MIN * _CELL_MIN)

    def _update_hover(self, at: QPointF) -> None:
        part = self.geometry_now.hit(self.schedule, at.x(), at.y(), self.selected).part
        shape = pointer_shape(part, self._brush, is_editable=self._is_editable)
        if self.cursor().shape() is not shape:
            self.setCursor(shape)

    def _show_tip(self, event: QHelpEvent) -> None:
        hit = self.geometry_now.hit(self.schedule, event.pos().x(), event.pos().y(), self.selected)
        if event.pos().x() < LEFT:
            row = int((event.pos().y() - TOP) // self.geometry_now.row_height)
            day = self.geometry_now.day_of(row) if 0 <= row < 7 else -1
            QToolTip.showText(event.globalPos(), self.dates.get(day, ""), self)
            return
        period = None if self.is_dragging else hit.period
        words = period_words(period, self.style_words) if period else ""
        bars = self._picture.bars
        if bars is not None and hit.part is not Part.OUTSIDE and not self.is_dragging:
            words = "\n".join(part for part in (words, bars.words(hit.minute, self.style_words)) if part)
        QToolTip.showText(event.globalPos(), words, self)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if event.button() is Qt.MouseButton.LeftButton:
            if self._is_editable and not self.hand.press(event.position(), event.modifiers()):
                self.period_hand.press(event.position())
            elif not self._is_editable:
                self._click(event.position())
        else:
            self.cancel_drag()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self.hand.move(event.position(), event.modifiers()):
            return
        if self.period_hand.is_busy:
            self.period_hand.move(event.position(), event.modifiers())
        else:
            self._update_hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.hand.release():
            return
        if event.button() is not Qt.MouseButton.LeftButton or not self.period_hand.is_busy:
            return
        if not self.period_hand.release():
            self._click(event.position())
        self._update_hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """On a period: to its numbers. On empty time: an hour, and then its numbers."""
        if event.button() is not Qt.MouseButton.LeftButton or not self._is_editable:
            return
        hit = self.geometry_now.hit(self.schedule, event.position().x(), event.position().y(), self.selected)
        if hit.part is Part.EMPTY:
            self.create_at(hit.minute)
        elif hit.period is not None:
            self.select(hit.period)
        if self.selected is not None:
            self.edit_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl closer or farther, with Shift or sideways along the day."""
        delta, modifiers = event.angleDelta(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier and delta.y():
            self.zoom(_ZOOM_STEP ** (delta.y() / 120), event.position().x())
        elif delta.x() or (modifiers & Qt.KeyboardModifier.ShiftModifier and delta.y()):
            self.pan(-(delta.x() or delta.y()) / 120 / 8)
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """With the mouse where it points, with the menu key on the selection."""
        at = QPointF(event.pos())
        minute = None
        if event.reason() is event.Reason.Mouse:
            if self.geometry_now.hit(self.schedule, at.x(), at.y()).period not in self.group:
                self._click(at)
            hit = self.geometry_now.hit(self.schedule, at.x(), at.y(), self.selected)
            minute = hit.minute if hit.part is not Part.OUTSIDE else None
        if self._is_editable:
            is_fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            week_menu(self, minute, is_fine=is_fine).popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.period_hand.is_busy or self.hand.is_busy:
            if event.key() == Qt.Key.Key_Escape:
                self.cancel_drag()
            elif event.key() == Qt.Key.Key_Alt:
                self.period_hand.move(self._pointer, Qt.KeyboardModifier.AltModifier)
            return
        if not (self._is_editable and self.hand.take_key(event)) and not handle_key(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if self.period_hand.is_busy and event.key() == Qt.Key.Key_Alt:
            self.period_hand.move(self._pointer, Qt.KeyboardModifier.NoModifier)
        else:
            super().keyReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel_drag()
        super().hideEvent(event)
