"""Sends the clip of a raised event once the server has the event, however much later, and keeps what became of it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from chekt_console.api.retry import LONGEST_S, WAITS_S
from chekt_console.domain.outbox import EntryState, EventReport
from chekt_console.errors import (
    DiskFailed,
    NotSignedIn,
    ServerBroken,
    ServerSaid,
    TooManyRequests,
    WorldFailed,
)
from chekt_console.store.raised_clips import ClipState, KeptClip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.outbox import OutboxEntry
    from chekt_console.domain.progress import Progress
    from chekt_console.store.raised_clips import RaisedClips

_log = logging.getLogger(__name__)

_SLOWEST_S = 60.0
_MOST_REFUSALS = 3  # a link may have ended meanwhile; the next try gets another
_SENT = "Its clip was sent."
_NO_EVENT = "The event it was to go with is not in the list of changes any more."
_NO_FILE = "Its file was removed from the data folder."
_PASSING = (NotSignedIn, ServerBroken, TooManyRequests)
_NO_PLACE = "The server gave no place for its clip."
_TOO_LATE = "The server took the event more than a day ago and gives no place for its clip any more."


class ClipSender(Protocol):
    """chekt_console/services/outbound_service.py fits."""

    def send(self, report: EventReport, key: str) -> Mapping[str, Any]: ...
    def upload(self, answer: Mapping[str, Any], content: bytes) -> bool: ...


class Waiting(Protocol):
    """Where the events wait; chekt_console/services/outbox_service.py fits."""

    def entry_of_key(self, key: str) -> OutboxEntry | None: ...
    def knows_key(self, entry: OutboxEntry) -> bool: ...


class RaisedClipService:
    """Blocking; call it in a worker. The server takes a clip that it has already once more, and keeps one."""

    def __init__(self, store: RaisedClips, outbox: Waiting, sender: ClipSender, clock: Clock) -> None:
        self._store = store
        self._outbox = outbox
        self._sender = sender
        self._clock = clock
        self._held: set[str] = set()
        self._turn = threading.Lock()

    @contextmanager
    def held(self, key: str) -> Iterator[None]:
        """Somebody sees to this one himself meanwhile."""
        self._held.add(key)
        try:
            yield
        finally:
            self._held.discard(key)

    def keep(self, report: EventReport, key: str, name: str, content: bytes) -> bool:
        """On disk before it returns; False when there is no room for it: an alarm is raised all the same. The event is yet to be
        added to the outbox."""
        clip = KeptClip(key, name, report.what, len(content), self._clock.now_ms())
        try:
            return self._store.keep(clip, content)
        except DiskFailed as error:
            _log.info("the clip of %s is not kept: %s", key, error.detail)
            return False

    def all(self) -> tuple[KeptClip, ...]:
        """Oldest first."""
        return self._store.all()

    def was_sent(self, key: str) -> None:
        """What the disk refuses to write down of it is sent once more, which changes nothing."""
        with suppress(DiskFailed):
            for clip in self._store.all():
                if clip.key == key:
                    self._store.end(clip, ClipState.SENT, _SENT)

    def drop(self, key: str) -> None:
        """There is no place for it at the server."""
        with suppress(DiskFailed):
            self._store.drop(key)

    def send_due(self, progress: Progress) -> tuple[KeptClip, ...]:
        """Those that got their end by this. What the person gave up is dropped with the event, and told nobody."""
        ended: list[KeptClip] = []
        with self._turn:
            for clip in self._store.all():
                progress.check()
                if clip.state is ClipState.WAITING and clip.key not in self._held:
                    ended += self._send_one(clip)
        return tuple(ended)

    def next_due_ms(self) -> int | None:
        """When the next one is due whose event is there; None when none is."""
        due = [clip.next_ms for clip in self._store.all() if self._report_of(clip) is not None]
        return min(due, default=None)

    def hurry(self) -> None:
        """The server answers again."""
        for clip in self._store.all():
            if clip.state is ClipState.WAITING and clip.next_ms:
                self._store.put(replace(clip, next_ms=0))

    def _report_of(self, clip: KeptClip) -> EventReport | None:
        """Of an event that is there and still lacks its clip."""
        entry = self._outbox.entry_of_key(clip.key) if clip.state is ClipState.WAITING else None
        is_there = entry is not None and entry.state is EntryState.DONE
        return entry.change if is_there and entry and isinstance(entry.change, EventReport) else None

    def _send_one(self, clip: KeptClip) -> list[KeptClip]:
        """Empty while it goes on waiting."""
        entry = self._outbox.entry_of_key(clip.key)
        if entry is None:
            return [self._store.end(clip, ClipState.FAILED, _NO_EVENT)]
        if entry.state is EntryState.DISCARDED:
            self._store.drop(clip.key)
            return []
        report, now_ms = self._report_of(clip), self._clock.now_ms()
        if report is None or now_ms < clip.next_ms <= now_ms + round(LONGEST_S * 1000):
            return []
        if not self._outbox.knows_key(entry):  # asked again it would be another event
            return [self._store.end(clip, ClipState.FAILED, _TOO_LATE)]
        try:
            content = self._store.content(clip.key)
            if content is None:
                return [self._store.end(clip, ClipState.FAILED, _NO_FILE)]
            is_sent = self._sender.upload(self._sender.send(report, clip.key), content)
        except WorldFailed as error:
            return self._put_off(clip, error, now_ms)
        state = ClipState.SENT if is_sent else ClipState.FAILED
        return [self._store.end(clip, state, _SENT if is_sent else _NO_PLACE)]

    def _put_off(self, clip: KeptClip, error: WorldFailed, now_ms: int) -> list[KeptClip]:
        is_refused = isinstance(error, ServerSaid) and not isinstance(error, _PASSING)
        refusals = clip.refusals + is_refused
        if refusals >= _MOST_REFUSALS:
            return [self._store.end(clip, ClipState.FAILED, error.sentence)]
        pause_s = WAITS_S[clip.tries] if clip.tries < len(WAITS_S) else _SLOWEST_S
        if isinstance(error, ServerSaid):
            pause_s = min(max(pause_s, error.retry_after_s or 0.0), LONGEST_S)
        next_ms = now_ms + round(pause_s * 1000)
        tried = replace(
            clip, sentence=error.sentence, tries=clip.tries + 1, next_ms=next_ms, refusals=refusals
        )
        self._store.put(tried)
        return []


def clip_words(clip: KeptClip) -> str:
    """What became of it, for a person."""
    match clip.state:
        case ClipState.SENT:
            return clip.sentence
        case ClipState.FAILED:
            return f"Its clip {clip.name} was not sent and is not tried any more: {clip.sentence}"
        case _:
            why = f" {clip.sentence}" if clip.sentence else ""
            return f"Its clip {clip.name} waits on this computer and goes by itself when the event is there.{why}"
