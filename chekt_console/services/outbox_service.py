"""Sends what waits in the outbox, in order for each site, and keeps on disk what became of it before it is shown."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from uuid import uuid4

from chekt_console.api.priority import briefly
from chekt_console.api.retry import LONGEST_S, WAITS_S
from chekt_console.domain.outbox import (
    Change,
    EntryState,
    EventReport,
    OutboxEntry,
    ScheduleChange,
)
from chekt_console.domain.record_change import RecordChange, TheirRows
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.errors import (
    Cancelled,
    ConsoleError,
    DiskFailed,
    ServerBroken,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
    WorldFailed,
)
from chekt_console.services.contact_service import AnswerLost
from chekt_console.services.delivery_ending import Ending, after_write, report_ending, unnamed_ending
from chekt_console.services.record_delivery import RecordDelivery
from chekt_console.services.schedule_delivery import ScheduleDelivery

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.outbox import Theirs
    from chekt_console.domain.record_change import RecordKind, Rows
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.services.ports import Client
    from chekt_console.services.record_ways import Way
    from chekt_console.services.schedule_service import ScheduleService
    from chekt_console.store.outbox import OutboxStore

T = TypeVar("T")

_log = logging.getLogger(__name__)

_SLOWEST_S = 60.0
_NOTHING = "Nothing was sent."
_KEY_LIFE_MS = 23 * 3_600_000  # the server remembers a key for 24 hours
_THERE = Ending(EntryState.DONE, "The server has it.")
_DISCARDED = "Discarded by you. Nothing of it is sent."
TOO_LATE = (
    "It was sent more than a day ago and the server no longer knows whether it was: sending it again could"
    " make it twice. Look whether it is there, then send or discard it."
)


class Waits(ConsoleError):
    """What a person saved could not be sent now, or nobody knows whether it was: it is on disk and goes by itself."""

    def __init__(self, why: str, entry: OutboxEntry) -> None:
        how = "the server is read before it goes again" if entry.is_unknown else "goes by itself when it can"
        sentence = (
            f"{why.removesuffix(_NOTHING).strip()} It is not saved yet: it waits on this computer, and {how}."
        )
        super().__init__(sentence.strip())
        self.entry = entry


class RaisedSender(Protocol):
    """Of events raised by hand; chekt_console/services/outbound_service.py fits."""

    def named(self, report: EventReport, key: str) -> EventReport: ...
    def send(self, report: EventReport, key: str) -> Mapping[str, Any]: ...


class OutboxService:
    """Safe from any thread; two of one site never run at once."""

    def __init__(
        self,
        store: OutboxStore,
        client: Client,
        schedules: ScheduleService,
        clock: Clock,
        *,
        raised: RaisedSender | None = None,
        ways: Mapping[RecordKind, Way] | None = None,
    ) -> None:
        """`raised`: sends what was raised by hand. `ways`: how each kind of record is sent."""
        self._store = store
        self._client = client
        self._clock = clock
        self._schedules = schedules
        self._raised = raised
        self._delivery = ScheduleDelivery(client, schedules)
        self._records = RecordDelivery(ways or {})
        self._busy: set[str] = set()
        self._under_way: set[int] = set()
        self._in_forms: set[int] = set()  # tried for a person who looks at the form meanwhile
        self._lock = threading.Lock()
        self.on_ended: Callable[[OutboxEntry], None] = lambda _: None  # called in the thread that sent it

    def recover(self) -> None:
        """At the start: what was under way when the program ended may have arrived. So may what a disk that refused did not
        let end."""
        for entry in self._store.open_entries():
            if entry.state is EntryState.SENDING and entry.number not in self._under_way:
                self._store.update(entry.number, (EntryState.SENDING,), _interrupted)

    def add(self, change: Change, *, key: str = "", is_unknown: bool = False) -> OutboxEntry:
        """On disk before it returns. `is_unknown`: it was sent already, without an answer."""
        return self._store.add(change, key or str(uuid4()), self._clock.now_ms(), is_unknown=is_unknown)

    def entries(self) -> tuple[OutboxEntry, ...]:
        return tuple(one for one in self._store.entries() if one.number not in self._in_forms)

    def entry_of_key(self, key: str) -> OutboxEntry | None:
        return self._store.entry_of_key(key)

    def open_schedule(self, site_id: str) -> OutboxEntry | None:
        """The change of this site's schedule that waits; a newer one takes its place or its turn behind it."""
        found = [one for one in self._store.open_of(site_id) if isinstance(one.change, ScheduleChange)]
        return found[-1] if found else None

    def due_sites(self) -> tuple[str, ...]:
        now_ms = self._clock.now_ms()
        return tuple(
            dict.fromkeys(one.site_id for one in _heads(self._store.open_entries()) if _is_due(one, now_ms))
        )

    def next_due_ms(self) -> int | None:
        """When the next one is due; None when nothing goes by itself."""
        heads = _heads(self._store.open_entries())
        return min((one.next_ms for one in heads if goes_by_itself(one)), default=None)

    def hurry(self) -> None:
        """The server answers again: nothing waits for its time."""
        for entry in _heads(self._store.open_entries()):
            if goes_by_itself(entry) and entry.next_ms:
                self._store.update(
                    entry.number,
                    (EntryState.WAITING, EntryState.NOT_CONFIRMED),
                    lambda now: replace(now, next_ms=0),
                )

    def send_now(self, number: int) -> OutboxEntry | None:
        """The person wants it to go again now, whatever became of it before. None when that is not possible any more."""
        now_ms = self._clock.now_ms()

        def step(entry: OutboxEntry) -> OutboxEntry:
            is_late = isinstance(entry.change, EventReport) and _is_late(entry, now_ms)
            return replace(
                entry,
                state=EntryState.NOT_CONFIRMED if entry.is_unknown else EntryState.WAITING,
                change=_as_new_wish(entry),
                next_ms=0,
                sentence="",
                sent_ms=now_ms if is_late else entry.sent_ms,
            )

        states = (EntryState.WAITING, EntryState.NOT_CONFIRMED, EntryState.REFUSED)
        return self._store.update(number, states, step)

    def knows_key(self, entry: OutboxEntry) -> bool:
        """The server still does, so that sent again with it nothing exists twice."""
        return not _is_late(entry, self._clock.now_ms())

    def discard(self, number: int, sentence: str = _DISCARDED) -> OutboxEntry | None:
        """None when it is being sent or has ended already."""
        states = (EntryState.WAITING, EntryState.NOT_CONFIRMED, EntryState.CONFLICT, EntryState.REFUSED)
        return self._store.update(
            number,
            states,
            lambda now: replace(now, state=EntryState.DISCARDED, sentence=sentence),
        )

    def take_merged(self, number: int, merged: WeekSchedule, theirs: Theirs) -> OutboxEntry | None:
        """After a conflict: what the person made of both; a third change since `theirs` is refused again."""

        def step(entry: OutboxEntry) -> OutboxEntry:
            change = entry.change
            assert isinstance(change, ScheduleChange)
            return replace(
                entry,
                change=change.merged(theirs.schedule, theirs.etag, merged),
                state=EntryState.WAITING,
                sentence="",
                next_ms=0,
                is_unknown=False,
                theirs=None,
            )

        return self._store.update(number, (EntryState.CONFLICT,), step)

    def take_chosen(
        self, number: int, mine: Collection[tuple[str, str]], theirs: TheirRows
    ) -> OutboxEntry | None:
        """After a conflict: of what both changed, what is in `mine` (row id, field) goes over `theirs`, the rest is given
        up. A third change since `theirs` is asked about again."""

        def step(entry: OutboxEntry) -> OutboxEntry:
            assert isinstance(entry.change, RecordChange)
            chosen = entry.change.chosen(theirs.rows, mine)
            if chosen is None:
                return replace(
                    entry, state=EntryState.DISCARDED, sentence="You took what the server has.", theirs=None
                )
            return replace(
                entry,
                change=chosen,
                state=EntryState.WAITING,
                sentence="",
                next_ms=0,
                is_unknown=False,
                theirs=None,
            )

        return self._store.update(number, (EntryState.CONFLICT,), step)

    def make_anew(self, number: int) -> OutboxEntry | None:
        """What somebody else removed is added again, as it was wanted here."""
        return self._go_on_without(number, lambda change, there: change.anew(there, str(uuid4())))

    def leave_out(self, number: int) -> OutboxEntry | None:
        """The rest is sent without what somebody else removed."""
        return self._go_on_without(number, RecordChange.rest)

    def _go_on_without(
        self, number: int, made: Callable[[RecordChange, Rows], RecordChange | None]
    ) -> OutboxEntry | None:
        def step(entry: OutboxEntry) -> OutboxEntry:
            assert isinstance(entry.change, RecordChange)
            assert isinstance(entry.theirs, TheirRows)
            change = made(entry.change, entry.theirs.rows)
            assert change is not None
            return replace(
                entry, change=change, state=EntryState.WAITING, sentence="", next_ms=0, theirs=None
            )

        return self._store.update(number, (EntryState.REFUSED,), step)

    def save_now(self, change: RecordChange, key: str, save: Callable[[], T]) -> T:
        """What `save` returns or raises, with the change on disk as being sent before it runs and forgotten after. Raises
        Waits when it could not be sent now, or must wait behind earlier changes of the same site; then it goes by itself,
        with the same key."""
        earlier = any(isinstance(one.change, RecordChange) for one in self._store.open_of(change.site_id))
        entry = self.add(change, key=key)
        if earlier:  # not past them
            raise Waits("Earlier changes of this site still wait to be sent.", entry)
        self._in_forms.add(entry.number)
        try:
            with self._on_its_way(entry.number):
                return self._saved(entry, save)
        finally:
            self._in_forms.discard(entry.number)

    def _saved(self, entry: OutboxEntry, save: Callable[[], T]) -> T:
        begun = self._begun(entry.number)
        assert begun is not None
        try:
            with briefly():  # the person waits; the outbox goes on trying
                found = save()
        except Cancelled:
            raise  # the program ends: what became of it is read back at the next start
        except ConsoleError as error:
            ending = _saved_later(error)
            if ending is None:
                self._forget(entry.number)
                raise
            waits = self._store.update(
                entry.number, (EntryState.SENDING,), lambda now: self._ended(now, ending)
            )
            raise Waits(error.sentence, waits or begun) from error
        self._forget(entry.number)
        return found

    def _begun(self, number: int) -> OutboxEntry | None:
        """By a person. None when it is being sent or has ended already."""
        return self._store.update(
            number,
            (EntryState.WAITING, EntryState.NOT_CONFIRMED, EntryState.REFUSED),
            lambda now: replace(now, state=EntryState.SENDING, tries=now.tries + 1),
        )

    def _forget(self, number: int) -> None:
        """The person has the outcome. What a disk that refuses keeps of it is read back at the next start."""
        try:
            self._store.forget(number)
        except DiskFailed as error:
            _log.info("change %s was not forgotten: %s", number, error.detail)

    def report_now(self, report: EventReport, key: str) -> tuple[OutboxEntry, Mapping[str, Any] | None]:
        """Raised by hand, for a person who waits for the answer: on disk as being sent before it is. When it is cut off or
        there is no answer, the entry goes by itself later with the same key; then, or when it was refused, there is None
        beside it."""
        entry = self.add(report, key=key)
        now_ms = self._clock.now_ms()
        if entry.is_unknown and _is_late(entry, now_ms):
            return entry, None
        with self._on_its_way(entry.number), briefly():  # as with a form
            return self._reported(entry, now_ms)

    def _reported(self, entry: OutboxEntry, now_ms: int) -> tuple[OutboxEntry, Mapping[str, Any] | None]:
        begun = self._begun(entry.number)
        if begun is None:
            return self._store.entry(entry.number) or entry, None
        assert isinstance(begun.change, EventReport)
        ending, answer = self._send_report(begun, begun.change, now_ms)
        ended = self._store.update(begun.number, (EntryState.SENDING,), lambda now: self._ended(now, ending))
        return ended or begun, answer

    @contextmanager
    def _on_its_way(self, number: int) -> Iterator[None]:
        self._under_way.add(number)
        try:
            yield
        finally:
            self._under_way.discard(number)

    def send_next(self, site_id: str) -> OutboxEntry | None:
        """Send the oldest of this site that is due once; what became of it, None when there is nothing to send now.

        On disk it is "sending" before anything leaves this computer, and its outcome before this returns.
        """
        with self._lock:
            if site_id in self._busy:
                return None
            self._busy.add(site_id)
        try:
            return self._send_head(site_id)
        finally:
            with self._lock:
                self._busy.discard(site_id)

    def _send_head(self, site_id: str) -> OutboxEntry | None:
        now_ms = self._clock.now_ms()
        head = next((one for one in _heads(self._store.open_of(site_id)) if _is_due(one, now_ms)), None)
        if head is None:
            return None
        with self._on_its_way(head.number):
            return self._sent(head, now_ms)

    def _sent(self, head: OutboxEntry, now_ms: int) -> OutboxEntry | None:
        entry = self._store.update(
            head.number,
            (EntryState.WAITING, EntryState.NOT_CONFIRMED),
            lambda now: replace(now, state=EntryState.SENDING, tries=now.tries + 1),
        )
        if entry is None:
            return None
        match entry.change:
            case ScheduleChange() as change:
                ending = self._delivery.send(entry, change, self._keep)
            case RecordChange() as change:
                ending = self._records.send(entry, change, self._keep)
            case EventReport() as change:
                ending = self._report(entry, change, now_ms)
        ended = self._store.update(entry.number, (EntryState.SENDING,), lambda now: self._ended(now, ending))
        if ended is not None and not ended.state.is_open:
            if ended.state is EntryState.DONE and isinstance(ended.change, ScheduleChange):
                self._drop_draft(ended.change)
            self.on_ended(ended)
        return ended

    def _drop_draft(self, change: ScheduleChange) -> None:
        """What was drawn since stays, as a change to what has arrived."""
        try:
            draft = self._schedules.draft(change.site_id)
            if draft is None:
                return
            if is_same(draft.schedule, change.wish):
                self._schedules.discard_draft(change.site_id)
            elif is_same(draft.base.schedule, change.start):
                base = replace(draft.base, schedule=change.wish, etag="")
                self._schedules.keep_draft(change.site_id, draft.schedule, base, draft.note)
        except DiskFailed as error:  # it is saved all the same; the draft is compared when it is next shown
            _log.info("the draft of site %s was not removed: %s", change.site_id, error.detail)

    def _ended(self, entry: OutboxEntry, ending: Ending) -> OutboxEntry:
        is_again = ending.state in (EntryState.WAITING, EntryState.NOT_CONFIRMED)
        pause_s = min(max(_pause_s(entry.tries), ending.retry_after_s), LONGEST_S) if is_again else 0.0
        return replace(
            entry,
            state=ending.state,
            sentence=ending.sentence,
            is_unknown=ending.state is EntryState.NOT_CONFIRMED,
            theirs=ending.theirs,
            next_ms=self._clock.now_ms() + round(pause_s * 1000) if is_again else 0,
        )

    def _report(self, entry: OutboxEntry, change: EventReport, now_ms: int) -> Ending:
        if _is_late(entry, now_ms) and entry.is_unknown:
            return Ending(EntryState.NOT_CONFIRMED, TOO_LATE)
        return self._send_report(entry, change, now_ms)[0]

    def _send_report(
        self, entry: OutboxEntry, change: EventReport, now_ms: int
    ) -> tuple[Ending, Mapping[str, Any] | None]:
        """With the same key and body at every try, so that it exists once."""
        raised = self._raised if change.is_raised else None
        if raised is not None:
            try:
                change = raised.named(change, entry.key)
            except WorldFailed as error:
                return unnamed_ending(error), None
        self._keep(replace(entry, change=change, sent_ms=entry.sent_ms or now_ms))
        try:
            if raised is not None:
                return _THERE, raised.send(change, entry.key)
            self._client.events.report(json.loads(change.body), entry.key)
        except WorldFailed as error:
            return report_ending(error, entry), None
        return _THERE, None

    def _keep(self, entry: OutboxEntry) -> None:
        """What it is about to do, on disk before it is done."""
        self._store.update(entry.number, (EntryState.SENDING,), lambda _: entry)


def _interrupted(entry: OutboxEntry) -> OutboxEntry:
    return replace(
        entry,
        state=EntryState.NOT_CONFIRMED,
        is_unknown=True,
        next_ms=0,
        sentence="What became of it was not written down. It is read back before it goes again.",
    )


def _saved_later(error: ConsoleError) -> Ending | None:
    """None when the answer is known and the person must act on it."""
    match error:
        case AnswerLost():
            return Ending(EntryState.NOT_CONFIRMED, error.sentence)
        case Unreachable() | ServerBroken() | UnexpectedReply() | TooManyRequests():
            return after_write(error)
        case _:
            return None


def _as_new_wish(entry: OutboxEntry) -> Change:
    """After a refusal: with the same key the server would only repeat it."""
    if entry.state is EntryState.REFUSED and isinstance(entry.change, RecordChange):
        return replace(entry.change, turn=entry.change.turn + 1)
    return entry.change


def _heads(entries: Iterable[OutboxEntry]) -> tuple[OutboxEntry, ...]:
    """Of each site the oldest change, and the oldest report: a change that waits for a person holds up no answer to the
    monitoring center. Nor does an event that waits for one; what was changed goes in the order it was made."""
    found: dict[tuple[str, bool], OutboxEntry] = {}
    for entry in entries:
        is_report = isinstance(entry.change, EventReport)
        if not is_report or entry.sentence != TOO_LATE:
            found.setdefault((entry.site_id, is_report), entry)
    return tuple(found.values())


def goes_by_itself(entry: OutboxEntry) -> bool:
    """False also for what waits until a person decided."""
    return entry.state in (EntryState.WAITING, EntryState.NOT_CONFIRMED) and entry.sentence != TOO_LATE


def _is_due(entry: OutboxEntry, now_ms: int) -> bool:
    """Nothing waits longer than the longest pause: then the computer's clock was set back meanwhile."""
    return goes_by_itself(entry) and not now_ms < entry.next_ms <= now_ms + LONGEST_S * 1000


def _is_late(entry: OutboxEntry, now_ms: int) -> bool:
    """Either way, because a clock that was set back tells nothing."""
    return bool(entry.sent_ms) and abs(now_ms - entry.sent_ms) > _KEY_LIFE_MS


def _pause_s(tries: int) -> float:
    return WAITS_S[tries - 1] if tries <= len(WAITS_S) else _SLOWEST_S
