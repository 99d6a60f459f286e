"""Changes that were made while they could not be sent: what they are, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from chekt_console.domain.record_change import RecordChange, TheirRows
from chekt_console.domain.schedule_algebra import normalise
from chekt_console.domain.schedule_difference import difference
from chekt_console.domain.schedule_merge import merge
from chekt_console.domain.site import Site

if TYPE_CHECKING:
    from chekt_console.domain.schedule import WeekSchedule


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """`base` is what the person started from, `base_etag` the server's name for it ("" when it is to be asked for)."""

    site_id: str
    site_name: str
    base: WeekSchedule
    base_etag: str
    mine: WeekSchedule
    drawn: WeekSchedule | None = (
        None  # what the person drew, when `mine` was merged with another's change since
    )
    origin: WeekSchedule | None = None  # what the person started from, when `base` is another since

    @property
    def site(self) -> Site:
        return Site(site_id=self.site_id, name=self.site_name)

    @property
    def wish(self) -> WeekSchedule:
        return self.mine if self.drawn is None else self.drawn

    @property
    def start(self) -> WeekSchedule:
        return self.base if self.origin is None else self.origin

    @property
    def words(self) -> str:
        return f"Schedule of {self.site_name}"

    @property
    def parts(self) -> tuple[str, ...]:
        """What it changes, and so what is lost with it."""
        return tuple(difference(self.base, self.mine).sentences)

    def merged(self, base: WeekSchedule, base_etag: str, mine: WeekSchedule) -> ScheduleChange:
        """With what somebody else saved meanwhile."""
        return replace(self, base=base, base_etag=base_etag, mine=mine, drawn=self.wish, origin=self.start)

    def after(self, start: WeekSchedule, wish: WeekSchedule) -> ScheduleChange:
        """Drawn on top of an earlier change, from `start` to `wish`, that has arrived since. Only what was drawn on top is
        left to send: what the earlier one did and this one takes back would else look like somebody else's."""
        outcome = merge(start, wish, self.start)
        base = normalise(outcome.merged) if outcome.is_clean else self.start
        return replace(self, base=base, base_etag="", origin=self.start)


@dataclass(frozen=True, slots=True)
class EventReport:
    """An event to send in. `body` is JSON text with the console's own ids. `is_partner`: it goes to where partners send, by
    their names, and the key says nothing anywhere else. `sent_as`: the body in their form, once their names were read.
    What is sent is the same at every try: the server compares it."""

    site_id: str
    what: str
    body: str
    is_raised: bool = False  # by hand, and no answer to the monitoring center
    is_partner: bool = False
    sent_as: str = ""

    @property
    def words(self) -> str:
        return self.what

    @property
    def parts(self) -> tuple[str, ...]:
        return (f"The server is never told: {self.what}",)


Change = ScheduleChange | RecordChange | EventReport
"""Arming, disarming, activating a site and switching its monitoring are not among them: too old a wish is dangerous, they
fail plainly when offline."""


class EntryState(Enum):
    WAITING = "waiting"
    SENDING = "sending"  # found at the start: the program ended meanwhile, whether it arrived is not known
    NOT_CONFIRMED = "not confirmed"  # sent, and whether it arrived is not known
    CONFLICT = "conflict"
    REFUSED = "refused"
    DONE = "done"
    DISCARDED = "discarded"

    @property
    def is_open(self) -> bool:
        """The next change of the same site waits for its end."""
        return self in _OPEN


_OPEN = frozenset({EntryState.WAITING, EntryState.SENDING, EntryState.NOT_CONFIRMED, EntryState.CONFLICT})
OPEN_WORDS = tuple(sorted(state.value for state in _OPEN))


@dataclass(frozen=True, slots=True)
class Theirs:
    """The schedule that the server has instead of the one a change started from."""

    schedule: WeekSchedule
    etag: str


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One change on disk. `is_unknown`: it may have arrived, so it is read back before it goes again. `sent_ms`: when it
    first left this computer, 0 when never. `theirs`: what the server had, in a conflict and when rows of it were gone."""

    number: int
    key: str
    change: Change
    made_ms: int
    state: EntryState = EntryState.WAITING
    sentence: str = ""
    tries: int = 0
    next_ms: int = 0
    sent_ms: int = 0
    is_unknown: bool = False
    theirs: Theirs | TheirRows | None = None

    @property
    def site_id(self) -> str:
        return self.change.site_id
