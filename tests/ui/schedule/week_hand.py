"""A hand over the week grid: real mouse and key events at days and hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod

if TYPE_CHECKING:
    from chekt_console.ui.schedule.week_grid import WeekGrid

NONE = Qt.KeyboardModifier.NoModifier
LEFT_BUTTON = Qt.MouseButton.LeftButton


def at(day: int, hour: float) -> int:
    return day * DAY_MIN + round(hour * 60)


def away(day: int, hour: float, hours: float) -> ArmedPeriod:
    return ArmedPeriod(at(day, hour), round(hours * 60), ArmingMode.AWAY)


class WeekHand:
    def __init__(self, grid: WeekGrid) -> None:
        self._grid = grid
        self._at = QPoint()

    def place(self, row: int, hour: float) -> QPoint:
        geometry = self._grid.geometry_now
        box = geometry.row_box(row)
        return QPointF(geometry.x_of(hour * 60), box.middle).toPoint()

    def press(self, row: int, hour: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self._at = self.place(row, hour)
        QTest.mousePress(self._grid, LEFT_BUTTON, modifiers, self._at)

    def move(self, row: int, hour: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self._at = self.place(row, hour)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(self._at),
            QPointF(self._grid.mapToGlobal(self._at)),
            Qt.MouseButton.NoButton,
            LEFT_BUTTON,
            modifiers,
        )
        QApplication.sendEvent(self._grid, event)

    def release(self) -> None:
        QTest.mouseRelease(self._grid, LEFT_BUTTON, NONE, self._at)

    def drag(
        self,
        start: tuple[int, float],
        end: tuple[int, float],
        modifiers: Qt.KeyboardModifier = NONE,
    ) -> None:
        self.press(*start)
        self.move(*end, modifiers)
        self.release()

    def band(self, start: tuple[int, float], end: tuple[int, float]) -> None:
        """Gathers with Ctrl."""
        control = Qt.KeyboardModifier.ControlModifier
        self.press(*start, control)
        self.move(*end, control)
        self.release()

    def click(self, row: int, hour: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.mouseClick(self._grid, LEFT_BUTTON, modifiers, self.place(row, hour))

    def double_click(self, row: int, hour: float) -> None:
        QTest.mouseDClick(self._grid, LEFT_BUTTON, NONE, self.place(row, hour))

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self._grid, key, modifiers)
