"""Events of sites: cached history, refresh of a span, and the live feed by polling."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.alarm_step import further
from chekt_console.domain.decision import Verdict
from chekt_console.domain.device_news import open_troubles
from chekt_console.domain.event import Event, EventKind
from chekt_console.errors import DiskFailed
from chekt_console.services.turns import Turns
from chekt_console.store.cache import KnownSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.decision import DecidedStep
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import KeptDecision, LocalStore

_log = logging.getLogger(__name__)

_DAY_MS = 86_400_000
_PAGE = 200
_MOST_PAGES = 500
_OVERLAP_MS = 10 * 60_000  # events come late: what was complete ten minutes ago is asked for again
_POLL_OVERLAP_MS = 2 * 60_000
_DEEP_EVERY_S = 60.0  # so often the longer overlap, for events that come late
_FIRST_POLL_PAGES = 25
_AHEAD_MS = _DAY_MS  # the server's clock may go before ours
_FAR_MS = (
    3_600_000  # so far apart, one of the clocks is wrong: the server's counts, because it dates the events
)


@dataclass(frozen=True, slots=True)
class EventList:
    """Events newest first, complete between `from_ms` and `to_ms` unless is_truncated. `partition_names`: those that an
    arming event may name."""

    site_id: str
    events: tuple[Event, ...]
    from_ms: int
    to_ms: int
    as_of: datetime | None
    is_truncated: bool = False
    partition_names: tuple[str, ...] = ()


class EventService:
    def __init__(self, client: Client, cache: Cache, local: LocalStore, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._local = local
        self._clock = clock
        self._turns = Turns()  # of one site's history: who comes second finds on disk what the first one read
        self._poll_lock = threading.Lock()
        self._take_lock = (
            threading.Lock()
        )  # its own: what is delivered never waits for a poll that is on its way
        self._feed_ms: int | None = None
        self._feed_span: tuple[int, int] | None = None
        self._server_ahead_ms = 0  # of this computer's clock, when they are far apart
        self._measured_ahead_ms = 0  # the same, however small
        self._deep_at = 0.0
        self._seen: dict[str, Event] = {}  # what the feed brought lately, as it was then
        self._unstored: dict[str, Event] = {}
        self._untold: dict[str, Event] = {}  # stored, but the poll that read them broke off

    @property
    def feed_span(self) -> tuple[int, int] | None:
        """Between these instants the polls of this run have read the events of all sites; None before the first."""
        return self._feed_span

    @property
    def server_ahead_ms(self) -> int:
        """By how much the clock that dates the events goes before this computer's; 0 until it is known."""
        return self._measured_ahead_ms

    def cached(self, site_id: str, days: int = 30) -> EventList:
        now = self._now_ms()
        return self._list(site_id, now - days * _DAY_MS, now)

    def refresh(self, site: Site, days: int, progress: Progress) -> EventList:
        """Read what is missing from the server, store it, return the whole span. Pages are handed to progress.partial
        as EventList of what is known so far."""
        with self._turns.of(site.site_id, progress):
            return self._refresh(site.site_id, days, progress)

    def _refresh(self, site_id: str, days: int, progress: Progress) -> EventList:
        now = self._now_ms()
        wanted_ms = now - days * _DAY_MS
        known = self._cache.known_span(site_id)
        if known is not None and not wanted_ms < known.to_ms <= now + _OVERLAP_MS:
            known = None  # nothing of it is wanted, or a clock was wrong when it was read
        newest_from = wanted_ms if known is None else known.to_ms - _OVERLAP_MS
        oldest_ms = wanted_ms if known is None else known.from_ms

        def keep(from_ms: int) -> None:
            self._cache.put_known_span(site_id, KnownSpan(from_ms, now, self._as_datetime(now)))

        # Pages come newest first: what was read is complete down to the last page, also when the rest is never read.
        is_whole = self._read_span(
            site_id, newest_from, now + _AHEAD_MS, wanted_ms, now, progress, keep if known is None else None
        )
        if is_whole:
            keep(oldest_ms)
            if known is not None and oldest_ms > wanted_ms:
                is_whole = self._read_span(site_id, wanted_ms, oldest_ms, wanted_ms, now, progress, keep)
                if is_whole:
                    keep(wanted_ms)
        return replace(self._list(site_id, wanted_ms, now), is_truncated=not is_whole)

    def read_older(self, site: Site, from_ms: int, progress: Progress) -> EventList:
        """The whole history back to `from_ms`. What the disk has needs no server; the rest is read, newest first, and
        stored page by page, so that what was broken off goes on there. Cut off before `from_ms`: is_truncated."""
        site_id, now = site.site_id, self._now_ms()
        known = self._cache.known_span(site_id)
        if known is None:
            return self.refresh(site, -((from_ms - now) // _DAY_MS), progress)

        def keep(reached_ms: int) -> None:
            newest = self._cache.known_span(site_id) or known
            self._cache.put_known_span(site_id, replace(newest, from_ms=min(newest.from_ms, reached_ms)))

        is_whole = True
        if known.from_ms > from_ms:
            is_whole = self._read_span(site_id, from_ms, known.from_ms, from_ms, now, progress, keep)
            if is_whole:
                keep(from_ms)
        return replace(self._list(site_id, from_ms, now), is_truncated=not is_whole)

    def poll(self) -> tuple[Event, ...]:
        """New events of all sites since the last call, oldest first; stored before they are returned, if the disk takes them.

        An event that changed (a video came, a decision was made) is new again.
        """
        with self._poll_lock:
            return self._poll()

    def _poll(self, *, is_again: bool = False) -> tuple[Event, ...]:
        is_first = self._feed_ms is None
        now = self._now_ms()
        feed_ms = self._feed_ms if self._feed_ms is not None else self._start_of_feed(now)
        # An event dated ahead of now must not hide those that come until then.
        newest_ms = min(feed_ms, now)
        is_deep = is_first or self._clock.monotonic() - self._deep_at >= _DEEP_EVERY_S
        start_ms = newest_ms - (_OVERLAP_MS if is_deep else _POLL_OVERLAP_MS)
        cursor, is_whole, reached_ms = "", False, now
        # The first reading may be long: newest first, so that what is cut off is the oldest.
        for _ in range(_FIRST_POLL_PAGES if is_first else _MOST_PAGES):
            page = self._client.events.search(
                start_ms=start_ms,
                end_ms=now + _AHEAD_MS,
                limit=_PAGE,
                cursor=cursor,
                newest_first=is_first,
            )
            if self._learn_clock(page.server_ms) and not is_again:
                return self._poll(is_again=True)  # what was asked for is another day
            self._take(page.events, is_first=is_first)
            instants = [event.instant_ms for event in page.events]
            newest_ms, reached_ms = max([newest_ms, *instants]), min([reached_ms, *instants])
            if not page.cursor or page.cursor == cursor:
                is_whole = not page.cursor
                break
            cursor = page.cursor
        self._feed_ms = min(newest_ms, now)
        if self._feed_span is None:
            # Newest first: what was cut off is the oldest, and more of the last instant may be among it.
            self._feed_span = (start_ms if is_whole else min(reached_ms + 1, now), now)
        else:
            self._feed_span = (self._feed_span[0], now if is_whole else self._feed_ms)
        if not self._unstored:
            self._cache.put_feed_ms(self._feed_ms)
        if is_deep:
            self._deep_at = self._clock.monotonic()
            oldest_ms = self._feed_ms - _OVERLAP_MS
            with self._take_lock:
                self._seen = {
                    key: event for key, event in self._seen.items() if event.instant_ms >= oldest_ms
                }
        with self._take_lock:
            fresh, self._untold = self._untold, {}
        ordered = sorted(fresh.values(), key=lambda event: (event.instant_ms, event.event_id))
        return self._decided(ordered)

    def deliver(
        self, events: Iterable[Event], guessed_ids: Collection[str] = frozenset()
    ) -> tuple[Event, ...]:
        """What webhooks brought, joined with what is known; stored before it is returned. Those that tell nothing new
        are left out, so that late, repeated and reordered deliveries change nothing.

        `guessed_ids`: events of which only the time of their delivery is told. It holds until their own is known."""
        joined: dict[str, Event] = {}
        others: list[Event] = []
        with self._take_lock:
            given = list(events)
            known = self._cache.versions(event.event_id for event in given)
            guessed = set(self._cache.guessed(known))
            for event in given:
                key = event.event_id
                before = joined.get(key) or known.get(key)
                is_guess = key in guessed_ids
                if before is None and is_guess:
                    guessed.add(key)
                if before is not None and is_another(
                    before, event, is_dated=not is_guess and key not in guessed
                ):
                    others.append(event)
                    continue
                joined[key] = together(before, event) if before else event
                if before is not None and key in guessed and not is_guess:
                    joined[key] = replace(joined[key], instant_ms=event.instant_ms)
                    guessed.discard(key)
            fresh = [event for key, event in joined.items() if known.get(key) != event]
            self._cache.put_events([*fresh, *others], {one.event_id for one in fresh} & guessed)
            self._seen.update((event.event_id, event) for event in fresh)
        return self._decided(sorted(fresh, key=lambda event: (event.instant_ms, event.event_id)))

    def conflict_words(self) -> str:
        """What came under the id of another event, for the person; "" when nothing did."""
        found = self._cache.conflicts()
        if not found:
            return ""
        newest = found[-1]
        rest = f" {len(found) - 1} more like it are kept too." if len(found) > 1 else ""
        when = datetime.fromtimestamp(newest.instant_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return (
            f"The server used the number of event {newest.event_id} again for something else ({newest.subtype or 'no name'},"
            f" {when}). The first one is shown, the other is kept.{rest} Tell CHeKT support."
        )

    def keep_step(self, event_id: str, site_id: str, status: str, at_ms: int) -> Event | None:
        """How far the monitoring center has come with an alarm; waits for it when it is not here yet (None)."""
        self._cache.alarm_steps.put(event_id, site_id, status, at_ms)
        return self.find(event_id)

    def site_of_account(self, number: str) -> str:
        return self._cache.site_of_account(number)

    def open_alarms(self) -> dict[str, int]:
        """Undecided alarms of the last 24 hours per site id, from the cache."""
        alarms = self._cache.all_events.recent(self._now_ms() - _DAY_MS, (EventKind.ALARM,))
        return dict(Counter(event.site_id for event in self._decided(alarms) if not event.decision))

    def open_troubles(self) -> dict[str, int]:
        """Devices with a trouble of the last 24 hours, per site id, that has not been restored, by events and webhooks."""
        since_ms = self._now_ms() - _DAY_MS
        troubles = self._cache.all_events.recent(since_ms, (EventKind.TROUBLE,))
        return open_troubles(troubles, self._cache.device_news.since(since_ms))

    def find(self, event_id: str) -> Event | None:
        event = self._cache.event(event_id)
        if event is None:
            return None
        (event,) = self._stepped((event,))
        kept = self._local.decision(event_id)
        return replace(event, decision=kept.decision) if kept is not None else event

    def kept_ids(self) -> frozenset[str]:
        """Events of which more is known here than the list of events tells: decided here, or told on by the center."""
        return frozenset(self._local.decisions()).union(self._cache.alarm_steps.event_ids())

    def as_kept(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Events of the cache, with what is known here beside it."""
        return self._decided(events)

    def newest_incidents(self, limit: int) -> tuple[Event, ...]:
        """Alarms and troubles of all sites from the disk, newest first."""
        return self._decided(self._cache.all_events.newest((EventKind.ALARM, EventKind.TROUBLE), limit))

    def decide(self, event: Event, decision: str, note: str, cause: str = "") -> Event:
        """Real, false or unsure: written to disk before it returns; kept locally (no public endpoint takes it yet)."""
        return self.decide_all((event,), Verdict(decision, note, cause))[0]

    def decide_all(self, events: Iterable[Event], verdict: Verdict) -> tuple[Event, ...]:
        """The same of several alarms, as one step; all on disk before it returns."""
        told = tuple(events)
        self._local.steps.decide(
            ((event.event_id, event.site_id) for event in told), verdict, self._clock.now_ms()
        )
        return tuple(replace(event, decision=verdict.decision) for event in told)

    def keep_note(self, event: Event, note: str) -> None:
        """A note without a decision yet, on disk when this returns; "" drops it. Deciding takes its place."""
        self._local.put_note(event.event_id, note)

    def kept_note(self, event_id: str) -> str:
        return self._local.note(event_id)

    def undo_decision(self) -> tuple[DecidedStep, tuple[Event, ...]] | None:
        """Take the newest step back; the alarms of it as they count now. None when there is nothing to take back."""
        step = self._local.steps.undo()
        if step is None:
            return None
        found = self._cache.versions(step.event_ids)
        return step, self._decided(found.values())

    def decision(self, event_id: str) -> KeptDecision | None:
        """What was decided on this computer, with its note and time."""
        return self._local.decision(event_id)

    def _start_of_feed(self, now: int) -> int:
        """Where the last run of the program ended, at most a day ago. The newest event in the cache is no measure: it may
        be of one site whose history was read while the feed stood still."""
        known = self._cache.feed_ms() or 0
        return max(known if known <= now else 0, now - _DAY_MS)  # after now: a clock was wrong then

    def _now_ms(self) -> int:
        """By the clock that dates the events."""
        return self._clock.now_ms() + self._server_ahead_ms

    def _learn_clock(self, server_ms: int) -> bool:
        """True when it proves to be far from what was taken for now."""
        if not server_ms:
            return False
        before = self._server_ahead_ms
        self._measured_ahead_ms = ahead_ms = server_ms - self._clock.now_ms()
        self._server_ahead_ms = ahead_ms if abs(ahead_ms) > _FAR_MS else 0
        return abs(self._server_ahead_ms - before) > _FAR_MS

    def _take(self, events: tuple[Event, ...], *, is_first: bool) -> None:
        """Store a page of the feed; those that the feed has not brought in this shape are to be told."""
        with self._take_lock:
            self._take_locked(events, is_first=is_first)

    def _take_locked(self, events: tuple[Event, ...], *, is_first: bool) -> None:
        known = self._cache.versions(event.event_id for event in events) if is_first else self._seen
        guessed = self._cache.guessed(event.event_id for event in events)
        told: dict[str, Event] = {}
        others: list[Event] = []
        for event in events:
            first = told.get(event.event_id)
            before = first or known.get(event.event_id)
            is_dated = first is not None or event.event_id not in guessed
            if before is not None and is_another(before, event, is_dated=is_dated):
                others.append(event)
            else:
                told[event.event_id] = event
        changed = {key: event for key, event in told.items() if known.get(key) != event}
        self._seen.update(told)
        for waiting in (self._untold, self._unstored):
            waiting.update(changed)
        try:
            self._cache.put_events([*self._unstored.values(), *others])
            self._unstored.clear()
        except DiskFailed as error:  # an alarm is told all the same, and stored when the disk takes it
            _log.info("%d events wait for the disk: %s", len(self._unstored), error.detail)

    def _read_span(
        self,
        site_id: str,
        from_ms: int,
        to_ms: int,
        wanted_ms: int,
        now: int,
        progress: Progress,
        keep: Callable[[int], None] | None,
    ) -> bool:
        """Newest first; False when cut off before `from_ms` was reached. `keep` is told from where on it is complete."""
        cursor = ""
        reached_ms = top_ms = min(to_ms, now)
        for number in range(1, _MOST_PAGES + 1):
            # In seconds of the time that is to be read: nobody knows how many pages there are.
            progress.report((top_ms - reached_ms) // 1000, (top_ms - from_ms) // 1000, "Reading events")
            page = self._client.events.search(
                site_id=site_id, start_ms=from_ms, end_ms=to_ms, limit=_PAGE, cursor=cursor
            )
            self._cache.put_events(page.events)
            if not page.cursor:
                return True
            if page.cursor == cursor:
                return False
            cursor = page.cursor
            if not page.events:
                continue
            # More events of the last instant may be on the next page.
            reached_ms = min(top_ms, *(event.instant_ms + 1 for event in page.events))
            if keep is not None:
                keep(reached_ms)
            # The whole list is read for each showing, so ever fewer of them.
            if number & (number - 1) == 0 or number % 50 == 0:
                progress.partial(replace(self._list(site_id, wanted_ms, now), from_ms=reached_ms))
        return False

    def _list(self, site_id: str, from_ms: int, now: int) -> EventList:
        known = self._cache.known_span(site_id)
        events = self._decided(self._cache.events(site_id, from_ms), site_id)
        site = self._cache.site(site_id)
        names = tuple(part.name for part in site.partitions) if site is not None else ()
        if known is None:
            return EventList(site_id, events, now, now, None, partition_names=names)
        return EventList(
            site_id, events, max(from_ms, known.from_ms), known.to_ms, known.as_of, partition_names=names
        )

    def _decided(self, events: Iterable[Event], site_id: str = "") -> tuple[Event, ...]:
        """What was decided here counts before what the server tells; a step that the center told holds until the log tells
        of one that is further on."""
        events = self._stepped(tuple(events))
        kept = self._local.decisions(site_id)
        if not kept:
            return events
        return tuple(
            replace(event, decision=kept[event.event_id].decision)
            if event.event_id in kept and kept[event.event_id].decision != event.decision
            else event
            for event in events
        )

    def _stepped(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        steps = self._cache.alarm_steps.of(
            event.event_id for event in events if event.kind is EventKind.ALARM
        )
        if not steps:
            return events
        return tuple(
            replace(event, status=further(event.status, steps[event.event_id]))
            if event.event_id in steps
            else event
            for event in events
        )

    @staticmethod
    def _as_datetime(instant_ms: int) -> datetime:
        return datetime.fromtimestamp(instant_ms / 1000, UTC)


def together(known: Event, told: Event) -> Event:
    """A webhook may tell less than the log, or come late: it adds, and takes nothing away."""
    return replace(
        known,
        text=known.text or told.text,
        subtype=known.subtype or told.subtype,
        status=further(known.status, told.status),
        category_id=known.category_id or told.category_id,
        zone_number=known.zone_number if known.zone_number is not None else told.zone_number,
        device_id=known.device_id or told.device_id,
        device_name=known.device_name or told.device_name,
        device_key=known.device_key or told.device_key,
        has_video=known.has_video or told.has_video,
        mode=known.mode or told.mode,
        decision=told.decision or known.decision,
        user=known.user or told.user,
    )


def is_another(known: Event, told: Event, *, is_dated: bool = True) -> bool:
    """The same id for something else: no new version of it (the store has the same rule). `is_dated`: both tell the
    event's own time, not that of a delivery."""
    return (
        known.site_id != told.site_id
        or known.kind is not told.kind
        or (is_dated and abs(known.instant_ms - told.instant_ms) >= 2000)
    )
