"""Fingers on a touchscreen: one is the mouse, two zoom and move. Read from the touches themselves: the pinch that Qt
recognizes tells each step twice, and leaves one finger to be the mouse beside it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QEventPoint, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QTouchEvent

_BUTTON = Qt.MouseButton.LeftButton


class TouchFingers:
    """`pinched` is told the factor, the x between the fingers and how far that moved; `let_go` that what one finger
    began is over."""

    def __init__(
        self, widget: QWidget, pinched: Callable[[float, float, float], None], let_go: Callable[[], None]
    ) -> None:
        self._widget = widget
        self._pinched = pinched
        self._let_go = let_go
        self._is_pinch = False
        self._spread_px = 0.0  # 0: two fingers came down just now, or one of them went
        self._middle_px = 0.0

    def follow(self, event: QTouchEvent) -> None:
        event.accept()
        down = [point for point in event.points() if point.state() is not QEventPoint.State.Released]
        if len(down) >= 2:
            self._pinch(down[0].position(), down[1].position())
        elif self._is_pinch:
            self._spread_px = 0.0  # a finger that stays longer than the other is no drag
        elif event.type() is QEvent.Type.TouchCancel:
            self._let_go()
        elif event.points():
            self._as_mouse(event)
        if event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._is_pinch, self._spread_px = False, 0.0

    def _pinch(self, one: QPointF, other: QPointF) -> None:
        if not self._is_pinch:
            self._is_pinch = True
            self._let_go()
        spread_px = max(1.0, math.hypot(one.x() - other.x(), one.y() - other.y()))
        middle_px = (one.x() + other.x()) / 2
        if self._spread_px:
            self._pinched(spread_px / self._spread_px, middle_px, middle_px - self._middle_px)
        self._spread_px, self._middle_px = spread_px, middle_px

    def _as_mouse(self, event: QTouchEvent) -> None:
        kinds = {
            QEvent.Type.TouchBegin: (QEvent.Type.MouseButtonPress, _BUTTON, _BUTTON),
            QEvent.Type.TouchUpdate: (QEvent.Type.MouseMove, Qt.MouseButton.NoButton, _BUTTON),
            QEvent.Type.TouchEnd: (QEvent.Type.MouseButtonRelease, _BUTTON, Qt.MouseButton.NoButton),
        }
        kind, button, buttons = kinds[event.type()]
        point = event.points()[0]
        mouse = QMouseEvent(
            kind, point.position(), point.globalPosition(), button, buttons, event.modifiers()
        )
        QApplication.sendEvent(self._widget, mouse)
