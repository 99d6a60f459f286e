"""The arming schedule of a site: read with ETag, drafts on disk, save with If-Match and read back."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.errors import (
    ChangedMeanwhile,
    DiskFailed,
    NotConfirmed,
    ServerBroken,
    ServerSaid,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
    WorldFailed,
)
from chekt_console.services.read_back import looks
from chekt_console.store.local import KeptDraft

if TYPE_CHECKING:
    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

_log = logging.getLogger(__name__)

_READ_BACK_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
_WRITES = 2  # the second only after the server was read and still has what the change started from


@dataclass(frozen=True, slots=True)
class StoredSchedule:
    """What the server has. `etag` goes into If-Match. `problems`: what could not be understood, in words.

    `is_after_ours`: it was found in place of what had been sent from here, which may have been stored for a moment.
    """

    site_id: str
    schedule: WeekSchedule
    etag: str
    as_of: datetime | None
    problems: tuple[str, ...] = ()
    is_after_ours: bool = False


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
    waits_because: str = ""  # nobody answered, or not now: why it may wait in the outbox, in words


class ScheduleService:
    def __init__(self, client: Client, cache: Cache, local: LocalStore, clock: Clock) -> None:
        self._client = client
        self._cache = cache
        self._local = local
        self._clock = clock

    def cached(self, site_id: str) -> StoredSchedule | None:
        kept = self._cache.schedule(site_id)
        if kept is None:
            return None
        return StoredSchedule(site_id, kept.schedule, kept.etag, kept.as_of, kept.problems)

    def read(self, site: Site) -> StoredSchedule:
        """Raises errors.NotThere when this connection has no schedule endpoint."""
        known = self.cached(site.site_id)
        reply = self._client.schedules.read(site.site_id, known.etag if known else "")
        if reply is None and known is not None:
            stored = StoredSchedule(site.site_id, known.schedule, known.etag, self._now(), known.problems)
        else:
            if reply is None:  # "not changed" to a question that named no version
                reply = self._client.schedules.read(site.site_id)
            if reply is None:
                raise NotConfirmed(f"The server does not tell the schedule of {site.name}. Try again.")
            reading = from_key_concepts(reply.body)
            stored = StoredSchedule(
                site.site_id, reading.schedule, reply.etag, self._now(), tuple(reading.problems)
            )
        try:
            self._cache.put_schedule(
                site.site_id, stored.schedule, stored.etag, stored.problems, stored.as_of
            )
        except DiskFailed as error:  # what the server said is true all the same
            _log.info("the schedule of site %s was not kept: %s", site.site_id, error.detail)
        return stored

    def draft(self, site_id: str) -> Draft | None:
        kept = self._local.draft(site_id)
        if kept is None:
            return None
        base = StoredSchedule(site_id, kept.base, kept.base_etag, kept.base_as_of, kept.base_problems)
        return Draft(site_id, kept.schedule, base, kept.changed_at, kept.note)

    def keep_draft(self, site_id: str, schedule: WeekSchedule, base: StoredSchedule, note: str = "") -> Draft:
        """On disk (synchronous=FULL) before it returns."""
        draft = Draft(site_id, schedule, base, self._now(), note)
        self._local.put_draft(
            site_id,
            KeptDraft(schedule, base.schedule, base.etag, base.as_of, draft.changed_at, note, base.problems),
        )
        return draft

    def discard_draft(self, site_id: str) -> None:
        self._local.drop_draft(site_id)

    def save(
        self, site: Site, schedule: WeekSchedule, base: StoredSchedule, progress: Progress
    ) -> SaveOutcome:
        """Keeps the draft first, PUTs once with If-Match, reads back, compares, and only then drops the draft.

        A PUT that got no answer is not repeated blindly: the schedule is read, and if it still is the base the write may go
        again with the same If-Match; if it equals ours it is confirmed.
        """
        body = to_key_concepts(schedule).body
        intended = from_key_concepts(body).schedule
        self.keep_draft(site.site_id, schedule, base, "saving")
        for attempt in range(1, _WRITES + 1):
            if not base.etag:  # a server without versions cannot refuse: what it has is looked at first
                try:
                    there = self.read(site)
                except (Unreachable, ServerBroken, TooManyRequests) as error:
                    if attempt > 1:
                        break
                    return self._not_now(site, schedule, base, error)
                if not is_same(there.schedule, base.schedule):
                    return self._lost_race(site, intended, schedule, base)
            progress.report(0, 0, "Sending")
            try:
                self._client.schedules.write(site.site_id, body, base.etag)
            except ChangedMeanwhile:
                return self._lost_race(site, intended, schedule, base)
            except Unreachable as error:
                if not error.may_have_acted:
                    return self._not_now(site, schedule, base, error)
            except TooManyRequests as error:
                return self._not_now(site, schedule, base, error)
            except (ServerBroken, UnexpectedReply):
                pass  # it may have acted before it broke
            except ServerSaid as error:
                return self._refused(site, schedule, base, f"The server refused the change. {error.sentence}")
            progress.report(0, 0, "Sent, reading back")
            stored = self._read_back(site)
            if stored is None:
                break
            if is_same(stored.schedule, intended):
                return self._saved(site, stored)
            if stored.etag != base.etag or not is_same(stored.schedule, base.schedule):
                return self._kept(site, schedule, base, stored, is_mine_there=False)
            if attempt == _WRITES:
                return self._kept(site, schedule, base, stored, is_mine_there=True)
        why = f"Not confirmed: the schedule of {site.name} was sent, but it could not be read back."
        sentence = f"{why} Your draft is kept on this computer; save again when the connection is back."
        self._note(site, schedule, base, sentence)
        return SaveOutcome(None, base, sentence, waits_because=why)

    def _saved(self, site: Site, stored: StoredSchedule) -> SaveOutcome:
        sentence = f"Saved and read back: the schedule of {site.name}."
        try:
            self._local.drop_draft(site.site_id)
        except DiskFailed as error:
            sentence += f" The draft could not be removed from this computer: {error.sentence}"
        return SaveOutcome(True, stored, sentence)

    def _note(self, site: Site, schedule: WeekSchedule, base: StoredSchedule, note: str) -> None:
        """The draft is on disk already; a disk that refuses the note does not hide what became of the save."""
        try:
            self.keep_draft(site.site_id, schedule, base, note)
        except DiskFailed as error:
            _log.info("the note on the draft of site %s was not kept: %s", site.site_id, error.detail)

    def _read_back(self, site: Site) -> StoredSchedule | None:
        return next(looks(lambda: self.read(site), self._clock, _READ_BACK_S), None)

    def _lost_race(
        self, site: Site, intended: WeekSchedule, schedule: WeekSchedule, base: StoredSchedule
    ) -> SaveOutcome:
        theirs = self._read_back(site)
        if theirs is not None and is_same(theirs.schedule, intended):
            # Ours arrived with a write whose answer was lost, or they wished the same.
            return self._saved(site, theirs)
        sentence = (
            f"Not saved: somebody else changed the schedule of {site.name} meanwhile. Your draft is kept; "
            "compare the two and save again."
        )
        self._note(site, schedule, base, sentence)
        return SaveOutcome(False, theirs or base, sentence, theirs)

    def _refused(self, site: Site, schedule: WeekSchedule, base: StoredSchedule, why: str) -> SaveOutcome:
        sentence = f"Not saved: the schedule of {site.name}. {why} Your draft is kept."
        self._note(site, schedule, base, sentence)
        return SaveOutcome(False, base, sentence)

    def _not_now(
        self, site: Site, schedule: WeekSchedule, base: StoredSchedule, error: WorldFailed
    ) -> SaveOutcome:
        outcome = self._refused(site, schedule, base, f"Not sent. {error.sentence}")
        return replace(outcome, waits_because=error.sentence)

    def _kept(
        self,
        site: Site,
        schedule: WeekSchedule,
        base: StoredSchedule,
        stored: StoredSchedule,
        *,
        is_mine_there: bool,
    ) -> SaveOutcome:
        """Read back, and it is not what was sent."""
        why = (
            "the server still has the old one"
            if is_mine_there
            else "the server has something else than was sent"
        )
        sentence = f"Not saved: {why} for {site.name}. Your draft is kept; compare and save again."
        self._note(site, schedule, base, sentence)
        theirs = None if is_mine_there else replace(stored, is_after_ours=True)
        return SaveOutcome(False, stored, sentence, theirs)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)
