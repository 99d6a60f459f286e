"""Where the focus goes when what had it is disabled or hidden: back to where the person worked, never to the next button."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import ref

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = 8


class FocusReturn(QObject):
    """One for a window; remembers the last places of it that had the focus and are no button."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._places: list[ref[QWidget]] = []  # the newest last
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def place(self, stops: Sequence[QWidget]) -> QWidget | None:
        """The newest that can have the focus now, which are those in `stops`; None when there is none. A button is none:
        the next press of Space or Enter would do what nobody asked for."""
        places = (kept() for kept in reversed(self._places))
        return next((one for one in places if one is not None and isValid(one) and one in stops), None)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is None or isinstance(now, QAbstractButton) or now.window() is not self._window:
            return
        self._places = [one for one in self._places if one() is not None and one() is not now][-_KEPT + 1 :]
        self._places.append(ref(now))
