"""Packs the days whose events changed, a while after they did, so that all sites open at once when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from chekt_console.api.priority import Priority

if TYPE_CHECKING:
    from chekt_console.background.runner import Runner
    from chekt_console.services.overview_service import OverviewService

_KEY = "timeline.pack"
_AFTER_MS = 20_000


class DayPacker(QObject):
    """Lives in the window's thread; never while the person waits for something else of this computer."""

    def __init__(
        self,
        runner: Runner,
        overview: OverviewService,
        days: int,
        parent: QObject,
        *,
        after_ms: int = _AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._overview = overview
        self._days = days
        self._later = QTimer(self, singleShot=True, interval=after_ms)
        self._later.timeout.connect(self._pack)

    def events_changed(self) -> None:
        """Changes that follow each other are packed together, and none waits for ever."""
        if not self._later.isActive():
            self._later.start()

    def _pack(self) -> None:
        self._runner.submit(
            lambda progress: self._overview.pack(self._days, progress),
            done=lambda _count: None,
            failed=lambda _error: None,  # a comfort: the events themselves are read instead
            key=_KEY,
            priority=Priority.BACKGROUND,
            is_local=True,
        )
