"""Single keys of a table, which its editors and the rest of the window never see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QAbstractItemView

NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
_MEANT = Qt.KeyboardModifier.KeypadModifier


class KeyFilter(QObject):
    def __init__(
        self,
        view: QAbstractItemView,
        keys: Mapping[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._keys = dict(keys)
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._view and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            slot = self._keys.get((Qt.Key(event.key()), event.modifiers() & ~_MEANT))
            if slot is not None:
                slot()
                return True
        return False
