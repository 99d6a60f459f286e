"""Checks the newest clips of every camera of a site, one after another, and sets what was found down in a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chekt_console.domain.clip_survey import CheckedClip, newest_of_each
from chekt_console.domain.progress import OnlyWhetherWanted
from chekt_console.errors import Cancelled, ConsoleError, DiskFailed, NotSignedIn, Unreachable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.services.clip_check_service import ClipCheckService
    from chekt_console.services.clip_service import ClipService
    from chekt_console.services.event_service import EventService

HISTORY_DAYS = 30


class ClipSurveyService:
    def __init__(self, events: EventService, clips: ClipService, checks: ClipCheckService) -> None:
        self._events = events
        self._clips = clips
        self._checks = checks

    def run(self, site_id: str, per_camera: int, progress: Progress) -> int:
        """Hands over each CheckedClip as it is done; returns how many there were.

        Raises Unreachable and NotSignedIn: what was handed over before stays true. Cancelled as everywhere.
        """
        wanted = newest_of_each(self._events.cached(site_id, HISTORY_DAYS).events, per_camera)
        for number, event in enumerate(wanted):
            progress.report(number, len(wanted), "Checking clips")
            progress.partial(self._checked(event, wanted[number + 1 :], progress))
        progress.report(len(wanted), len(wanted), "Checking clips")
        return len(wanted)

    def _checked(self, event: Event, following: Sequence[Event], progress: Progress) -> CheckedClip:
        within = OnlyWhetherWanted(progress)
        try:
            clip = self._clips.fetch(event, within, can_wait=False, beside=following)
            return CheckedClip(event, self._checks.check(clip, event, within))
        except (Cancelled, Unreachable, NotSignedIn, DiskFailed):
            raise
        except ConsoleError as error:
            return CheckedClip(event, problem=error.sentence)


def store_file(path: Path, content: bytes) -> Path:
    """Whole or not at all. Raises DiskFailed."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DiskFailed(
            f"The file could not be written to {path.parent}. Choose another folder.", detail=str(error)
        ) from error
    return path
