"""One site's schedule at work: what the server has, what is on the screen, and every step between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_difference import Difference, difference
from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.ui.schedule.schedule_state_words import Standing

if TYPE_CHECKING:
    from chekt_console.domain.site import Site
    from chekt_console.services.schedule_service import StoredSchedule

Step = tuple[WeekSchedule, str]  # the value before, and what was done to it


@dataclass
class ScheduleWork:
    """Undo and redo have no limit and stay while the program runs."""

    site: Site
    base: StoredSchedule | None = None
    current: WeekSchedule = field(default_factory=WeekSchedule)
    theirs: StoredSchedule | None = None  # what somebody else saved meanwhile
    undo_steps: list[Step] = field(default_factory=list)
    redo_steps: list[Step] = field(default_factory=list)
    is_fresh: bool = False
    has_failed: bool = False  # could not be read again
    is_saving: bool = False
    is_unconfirmed: bool = False
    is_draft_pending: bool = False  # changed since the draft was last kept
    is_local: bool = False  # this connection has no schedules: drawn to be printed and exported
    waiting: WeekSchedule | None = None  # what the outbox holds of this site
    saves: int = 0  # an answer to a read that began before a save is no news

    @property
    def has_draft(self) -> bool:
        return self.base is not None and not is_same(self.current, self.base.schedule)

    @property
    def standing(self) -> Standing:
        if self.is_local:
            return Standing.LOCAL
        if self.is_saving:
            return Standing.SAVING
        if self.waiting is not None and is_same(self.current, self.waiting):
            return Standing.WAITING
        if self.is_unconfirmed:
            return Standing.NOT_CONFIRMED
        if self.has_draft:
            return Standing.DRAFT
        if self.waiting is not None:
            return Standing.EARLIER_WAITS
        if self.is_fresh:
            return Standing.SAVED
        return Standing.STALE if self.has_failed else Standing.READING

    def difference(self, style: WordStyle = PLAIN) -> Difference:
        before = self.base.schedule if self.base else WeekSchedule()
        return difference(before, self.current, style)

    def edit(self, schedule: WeekSchedule, what: str) -> None:
        if schedule == self.current:
            return
        self.undo_steps.append((self.current, what))
        self.redo_steps.clear()
        self._take(schedule)

    def undo(self) -> bool:
        if not self.undo_steps:
            return False
        before, what = self.undo_steps.pop()
        self.redo_steps.append((self.current, what))
        self._take(before)
        return True

    def redo(self) -> bool:
        if not self.redo_steps:
            return False
        after, what = self.redo_steps.pop()
        self.undo_steps.append((self.current, what))
        self._take(after)
        return True

    def take_stored(self, stored: StoredSchedule, *, is_fresh: bool) -> None:
        """A draft stays as it is; what the server has now becomes known beside it. Being what the server has, it is none."""
        self.is_fresh = is_fresh
        self.has_failed = self.is_local = False
        if self.has_draft and is_same(stored.schedule, self.current):
            self.base, self.theirs = stored, None
            self.is_unconfirmed = False
            self.is_draft_pending = True
        elif not self.has_draft:
            if not is_same(stored.schedule, self.current):
                self._step_to(stored.schedule, "Change by somebody else")
            self.base, self.theirs = stored, None
        elif self.base is not None and is_same(stored.schedule, self.base.schedule):
            # What was not confirmed has not arrived. Should it still, its ETag or ours is refused.
            self.base, self.theirs, self.is_unconfirmed = stored, None, False
        else:
            self.theirs = stored

    def take_sent(self, wish: WeekSchedule, stored: StoredSchedule) -> None:
        """The outbox brought `wish` to the server, merged perhaps; what was drawn since stays a draft, and a change to
        `wish`: what somebody else saved meanwhile was never seen on this screen, so it was not taken out."""
        is_mine, is_merged = is_same(self.current, wish), not is_same(stored.schedule, wish)
        self.base, self.theirs, self.is_unconfirmed = stored, None, False
        if is_mine and is_merged:
            self._step_to(stored.schedule, "Merge")
        elif is_merged:
            self.base, self.theirs = replace(stored, schedule=wish, etag=""), stored
        self.is_draft_pending = True

    def restore(self, schedule: WeekSchedule, base: StoredSchedule) -> None:
        """A draft from disk, as one step that can be undone."""
        self.base = base
        self.current = base.schedule
        self.edit(schedule, "Draft")
        self.is_draft_pending = False

    def _step_to(self, schedule: WeekSchedule, what: str) -> None:
        """Not the person's own step, but one that undo can go behind when there is anything to undo."""
        if self.undo_steps:
            self.undo_steps.append((self.current, what))
        self.redo_steps.clear()
        self.current = schedule

    def _take(self, schedule: WeekSchedule) -> None:
        self.current = schedule
        self.is_unconfirmed = False
        self.is_draft_pending = True
