"""Fetches the clips that come next before they are asked for, and has the first of them decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chekt_console.api.priority import Priority
from chekt_console.services.clip_service import LocalClip

if TYPE_CHECKING:
    from chekt_console.background.player import Player
    from chekt_console.background.runner import Job, Runner
    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.services.clip_service import ClipService

_AHEAD = 2
_KEY = "clip.next"


class FetchAhead:
    """Lives in the window's thread."""

    def __init__(self, runner: Runner, clips: ClipService, player: Player) -> None:
        self._runner = runner
        self._clips = clips
        self._player = player
        self._wanted: tuple[str, ...] = ()
        self._job: Job | None = None

    def fetch(self, following: tuple[Event, ...]) -> None:
        with_video = [found for found in following[:_AHEAD] if found.has_video]
        wanted = tuple(found.event_id for found in with_video)
        if not with_video or wanted == self._wanted:
            return
        self._wanted = wanted

        def work(progress: Progress) -> None:
            for place, found in enumerate(with_video):
                clip = self._clips.fetch(found, progress, can_wait=False)
                if place == 0:
                    progress.partial(clip)

        self._job = self._runner.submit(
            work,
            done=lambda _: None,
            failed=lambda _error: None,  # asked for in earnest, it will say so
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
