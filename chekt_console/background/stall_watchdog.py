"""Watches the window's thread and tells, with its stack, when it was blocked for too long."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback

from PySide6.QtCore import QObject, QTimer, Signal

_log = logging.getLogger(__name__)

LIMIT_MS = 100.0
_BEAT_MS = 25
_KEPT = 200
_END_S = 2.0  # it looks twice in each limit whether it is over


class StallWatchdog(QObject):
    """Lives in the window's thread, where its timer beats; its own thread looks when a beat is overdue.

    The stack is taken while the stall lasts, so that it names the guilty line; the length is known, and `stalled`
    emitted, when the window's thread is back.
    """

    stalled = Signal(float, str)  # ms, stack

    def __init__(self, parent: QObject | None = None, *, limit_ms: float = LIMIT_MS) -> None:
        super().__init__(parent)
        self._limit_s = limit_ms / 1000
        self._watched = threading.get_ident()
        self._beat = time.monotonic()
        self._stack = ""
        self._is_over = threading.Event()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self.stalls: list[tuple[float, str]] = []

    def start(self) -> None:
        if self._thread is not None:
            return
        self._beat = time.monotonic()
        self._is_over.clear()
        self._thread = threading.Thread(target=self._watch, name="stall-watchdog", daemon=True)
        self._thread.start()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        self._is_over.set()
        if self._thread is not None:
            self._thread.join(_END_S)
            self._thread = None

    def _watch(self) -> None:
        """In the watching thread. One stack a stall, as soon as the limit is passed."""
        told_beat = 0.0
        while not self._is_over.wait(self._limit_s / 2):
            beat = self._beat
            if beat != told_beat and time.monotonic() - beat > self._limit_s + _BEAT_MS / 1000:
                told_beat = beat
                frame = sys._current_frames().get(self._watched)
                if frame is not None:
                    self._stack = "".join(traceback.format_stack(frame))

    def _on_beat(self) -> None:
        now = time.monotonic()
        away_s = now - self._beat - _BEAT_MS / 1000
        self._beat = now
        stack, self._stack = self._stack, ""
        if away_s <= self._limit_s:
            return
        told = (away_s * 1000, stack or "(over before its stack could be taken)\n")
        if len(self.stalls) < _KEPT:
            self.stalls.append(told)
        _log.info("the window's thread was blocked for %.0f ms at\n%s", *told)
        self.stalled.emit(*told)
