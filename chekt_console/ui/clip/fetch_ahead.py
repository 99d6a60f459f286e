"""Fetches the clips that come next before they are asked for, and has the first of them decoded."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from chekt_console.api.priority import Priority
from chekt_console.errors import WorldFailed
from chekt_console.services.clip_service import LocalClip

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.background.player import Player
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.services.clip_service import ClipService

_AHEAD = 2
_AGAIN_S = 30.0  # what failed is asked for again, not with every event that arrives
_KEY = "clip.next"


class FetchAhead:
    """Lives in the window's thread. A clip that cannot be had keeps none of the others from being fetched."""

    def __init__(
        self,
        runner: Runner,
        clips: ClipService,
        player: Player,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._runner = runner
        self._clips = clips
        self._player = player
        self._monotonic = monotonic
        self._wanted: tuple[str, ...] = ()
        self._asked_s = 0.0
        self._has_failed = False
        self._job: Job | None = None

    def fetch(self, following: tuple[Event, ...]) -> None:
        with_video = [found for found in following[:_AHEAD] if found.has_video]
        wanted = tuple(found.event_id for found in with_video)
        is_again = self._has_failed and self._monotonic() - self._asked_s >= _AGAIN_S
        if not with_video or (wanted == self._wanted and not is_again):
            return
        self._wanted, self._asked_s, self._has_failed = wanted, self._monotonic(), False

        def work(progress: Progress) -> bool:
            """Whether all of them are there."""
            has_all = True
            for place, found in enumerate(with_video):
                try:
                    clip = self._clips.fetch(found, progress, can_wait=False, beside=with_video[place + 1 :])
                except WorldFailed:  # asked for in earnest, it will say so
                    has_all = False
                    continue
                if place == 0:
                    progress.partial(clip)
            return has_all

        def done(has_all: bool) -> None:
            if wanted == self._wanted:
                self._has_failed = not has_all

        self._job = self._runner.submit(
            work,
            done=done,
            failed=lambda _error: done(False),
            partial=self._on_first,
            key=_KEY,
            priority=Priority.BACKGROUND,
        )

    def stop(self) -> None:
        self._wanted = ()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _on_first(self, clip: object) -> None:
        if isinstance(clip, LocalClip):
            self._player.prepare(clip.path)
