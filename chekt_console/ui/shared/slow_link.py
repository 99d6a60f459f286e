"""The switch for bad reception: nothing heavy is loaded that was not asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

TITLE = "Slow link"
TIP = (
    "For bad reception: clips are loaded when you ask for them and none ahead, live pictures come as stills, "
    "and the fleet is read when you say so"
)


class SlowLink(QObject):
    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None, *, is_on: bool = False) -> None:
        super().__init__(parent)
        self._is_on = is_on

    @property
    def is_on(self) -> bool:
        """May be read in any thread."""
        return self._is_on

    def set_on(self, is_on: bool) -> None:
        if is_on != self._is_on:
            self._is_on = is_on
            self.changed.emit(is_on)
