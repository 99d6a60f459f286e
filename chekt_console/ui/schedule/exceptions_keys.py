"""Insert, Delete and Enter of a list as signals, which no shortcut of the window takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractItemView


class DeleteKey(QObject):
    insert_pressed = Signal()
    delete_pressed = Signal()
    enter_pressed = Signal()

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            signal = {
                Qt.Key.Key_Insert: self.insert_pressed,
                Qt.Key.Key_Delete: self.delete_pressed,
                Qt.Key.Key_Return: self.enter_pressed,
                Qt.Key.Key_Enter: self.enter_pressed,
            }.get(Qt.Key(event.key()))
            if signal is not None:
                signal.emit()
                return True
        return False
