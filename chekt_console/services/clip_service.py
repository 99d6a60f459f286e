"""Video of an event: link, download into the cache, what is known about the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress


@dataclass(frozen=True, slots=True)
class LocalClip:
    """A whole clip on this computer. `alarm_offset_s`: the alarm's instant from the first frame, None when not known."""

    event_id: str
    path: Path
    start_ms: int | None
    duration_s: float | None
    alarm_offset_s: float | None


class ClipService:
    def fetch(self, event: Event, progress: Progress) -> LocalClip:
        """Cached file at once, else link + download (bounded in size and time, checked to be a video).

        Raises errors.ClipUnavailable (is_not_ready_yet when the server has none yet).
        """
        raise NotImplementedError
