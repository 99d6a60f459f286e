"""One schedule written to many sites: what is wanted, what was there before, and what became of each site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_template import Applied


class SiteStep(Enum):
    """Where one site of a run stands; the value is kept on disk."""

    WAITING = "waiting"
    WRITING = "writing"  # on disk before the request goes out: whether it arrived has to be read
    WRITTEN = "written"
    CHECKING = "checking"  # it matches as it was read here; it is read anew before that is said
    SAME = "same"
    CHANGED = "changed"  # somebody else changed it; nothing of ours is there
    FAILED = "failed"  # refused; nothing of ours is there
    UNCONFIRMED = "unconfirmed"
    UNDOING = "undoing"
    UNDONE = "undone"
    LEFT = "left"  # not undone: somebody changed it since
    REFUSED = "refused"  # not undone: the server will not, or the person gave it up; it can be tried again

    @property
    def is_error(self) -> bool:
        return self in (SiteStep.CHANGED, SiteStep.FAILED, SiteStep.UNCONFIRMED)

    @property
    def may_be_ours(self) -> bool:
        """What the server holds may be what the run wrote."""
        return self in (
            SiteStep.WRITTEN,
            SiteStep.WRITING,
            SiteStep.UNCONFIRMED,
            SiteStep.UNDOING,
            SiteStep.REFUSED,
        )


class RunState(Enum):
    """The value is kept on disk. RUNNING on disk while no job runs: the program ended in the middle."""

    RUNNING = "running"
    CANARY = "canary"  # the first site is done; the person is asked
    PAUSED = "paused"
    STOPPED = "stopped"  # by errors
    CANCELLED = "cancelled"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def is_open(self) -> bool:
        """It waits to be carried on."""
        return self in (
            RunState.RUNNING,
            RunState.CANARY,
            RunState.PAUSED,
            RunState.STOPPED,
            RunState.UNDOING,
        )


@dataclass(frozen=True, slots=True)
class BulkSite:
    """`previous` and `etag`: what the server had when the run was begun, and what undo writes back.

    `wanted` None: the schedule of the run, else that with the site's own exceptions. `followed`: the template it was under.
    """

    site_id: str
    name: str
    step: SiteStep
    previous: WeekSchedule
    etag: str
    sentence: str = ""
    wanted: WeekSchedule | None = None
    followed: Applied | None = None


@dataclass(frozen=True, slots=True)
class BulkRun:
    """`template_id` "" when the schedule is copied from a site. `title` names the schedule to the person.

    `is_canary`: one site is written and the person asked before the rest; no more once they said so.
    """

    run_id: str
    title: str
    template_id: str
    schedule: WeekSchedule
    state: RunState
    begun_at: datetime
    sites: tuple[BulkSite, ...] = field(default=())
    sentence: str = ""
    is_canary: bool = False

    def wanted_at(self, site: BulkSite) -> WeekSchedule:
        return site.wanted if site.wanted is not None else self.schedule

    def count(self, *steps: SiteStep) -> int:
        return sum(site.step in steps for site in self.sites)

    @property
    def can_undo(self) -> bool:
        return any(site.step.may_be_ours for site in self.sites)
