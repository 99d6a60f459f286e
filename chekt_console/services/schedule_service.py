"""The arming schedule of a site: read with ETag, drafts on disk, save with If-Match and read back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """What the server has. `etag` goes into If-Match. `problems`: what could not be understood, in words."""

    site_id: str
    schedule: WeekSchedule
    etag: str
    as_of: datetime | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """An unsaved schedule and the state it started from; survives a crash. `note` says why it was kept."""

    site_id: str
    schedule: WeekSchedule
    base: StoredSchedule
    changed_at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """`is_confirmed` True: read back equal. False: the server refused, nothing changed. None: not confirmed.

    `stored` is the newest known server state; on a lost race (412) `theirs` is what the other person saved.
    """

    is_confirmed: bool | None
    stored: StoredSchedule
    sentence: str
    theirs: StoredSchedule | None = None


class ScheduleService:
    def cached(self, site_id: str) -> StoredSchedule | None:
        raise NotImplementedError

    def read(self, site: Site) -> StoredSchedule:
        """Raises errors.NotThere when this connection has no schedule endpoint."""
        raise NotImplementedError

    def draft(self, site_id: str) -> Draft | None:
        raise NotImplementedError

    def keep_draft(self, site_id: str, schedule: WeekSchedule, base: StoredSchedule, note: str = "") -> Draft:
        """On disk (synchronous=FULL) before it returns."""
        raise NotImplementedError

    def discard_draft(self, site_id: str) -> None:
        raise NotImplementedError

    def save(
        self, site: Site, schedule: WeekSchedule, base: StoredSchedule, progress: Progress
    ) -> SaveOutcome:
        """Keeps the draft first, PUTs once with If-Match, reads back, compares, and only then drops the draft.

        A PUT that got no answer is not repeated blindly: the schedule is read, and if it still is the base the write may go
        again with the same If-Match; if it equals ours it is confirmed.
        """
        raise NotImplementedError
