"""Turns parts of a history that is being read into content while still in the worker."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chekt_console.services.event_service import EventList
from chekt_console.ui.timeline.timeline_content import TimelineContent

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.event_filter import EventFilter
    from chekt_console.domain.progress import Progress

_PARTIAL_EVERY_S = 0.5


class BuildingProgress:
    """Not oftener than the eye needs. How far it is goes on as a part too: a number from 0 to 1."""

    def __init__(
        self, progress: Progress, wanted: EventFilter, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`wanted`: the filter the parts will be shown by."""
        self._progress = progress
        self._wanted = wanted
        self._clock = clock
        self._next_s = 0.0

    def report(self, done: int, total: int, text: str = "") -> None:
        self._progress.report(done, total, text)
        if total:
            self._progress.partial(done / total)

    def partial(self, value: object) -> None:
        if isinstance(value, EventList) and self._clock() >= self._next_s:
            self._progress.partial(TimelineContent.of(value, self._wanted))
            self._next_s = self._clock() + _PARTIAL_EVERY_S

    def check(self) -> None:
        self._progress.check()
