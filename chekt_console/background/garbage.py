"""Collects Python's cyclic garbage in the window's thread only.

Python collects wherever it happens to allocate. In a worker that would take Qt objects apart outside their thread:
PySide then deletes them a second time, and the program ends with a segmentation fault (seen with PySide6 6.11).
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 250
_YOUNG = 700  # objects made since the last look; as many as Python itself waits for
_MIDDLE_EVERY = 20  # looks
_WHOLE_EVERY = 1_200


class GarbageCollector(QObject):
    """In force from `start` to `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        gc.disable()
        self._timer.start()

    def settle(self) -> None:
        """The program is up: what lives now lives on, and need not be looked through again and again."""
        gc.freeze()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def _look(self) -> None:
        self._looks += 1
        if self._looks % _WHOLE_EVERY == 0:
            gc.collect()
        elif self._looks % _MIDDLE_EVERY == 0:
            gc.collect(1)
        elif gc.get_count()[0] > _YOUNG:
            gc.collect(0)
