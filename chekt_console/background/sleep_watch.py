"""Notices that the computer slept, or that its clock was set, so that what is on the screen is asked for again at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from chekt_console.domain.clock import Clock

_BEAT_MS = 5_000
_JUMP_S = 30.0  # a window that was busy for so long is no sleep, but asking again does no harm


class SleepWatch(QObject):
    """One of the two clocks stands still while a computer sleeps, or the beat comes far too late: either tells."""

    resumed = Signal(float)  # seconds that are missing

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._wall_ms = clock.now_ms()
        self._tick_s = clock.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        self.look()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def look(self) -> None:
        wall_ms, tick_s = self._clock.now_ms(), self._clock.monotonic()
        by_wall_s, by_tick_s = (wall_ms - self._wall_ms) / 1000, tick_s - self._tick_s
        self._wall_ms, self._tick_s = wall_ms, tick_s
        missing_s = max(by_wall_s, by_tick_s) - _BEAT_MS / 1000
        if missing_s > _JUMP_S:
            self.resumed.emit(missing_s)
