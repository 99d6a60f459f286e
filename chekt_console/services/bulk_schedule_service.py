"""One schedule to many sites: preview, write with the previous state kept first, carry on after a crash, and undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING
from uuid import uuid4

from chekt_console.domain.bulk_run import BulkRun, BulkSite, RunState, SiteStep
from chekt_console.domain.event import SCHEDULE_CHANGE, EventKind
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.domain.site import Site
from chekt_console.errors import (
    ChangedMeanwhile,
    NotAllowed,
    NotSignedIn,
    NotThere,
    ServerBroken,
    ServerSaid,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
    WorldFailed,
)
from chekt_console.services.bulk_preview import Preview, Standing, Verdict, preview
from chekt_console.services.read_back import looks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.services.authority_service import AuthorityService
    from chekt_console.services.ports import Client
    from chekt_console.services.schedule_service import ScheduleService, StoredSchedule
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

ERRORS_IN_A_ROW = 3
_ERRORS_SHARE = 10  # one of so many fails, and it stops as well
_ERRORS_LEAST, _ERRORS_MOST = 5, 20
_READ_BACK_S = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
_WRITES = 2  # the second only after the server was read and still has what was there before


class RunWish:
    """What the person wants of a run that goes on: looked at between two sites."""

    def __init__(self) -> None:
        self.stop_as: RunState | None = None

    def pause(self) -> None:
        self.stop_as = RunState.PAUSED

    def cancel(self) -> None:
        self.stop_as = RunState.CANCELLED


class _Sent(Enum):
    """What is known of a write."""

    MAYBE = "it is read back"
    REFUSED = "the server took it and said no"
    NOT = "it never reached the server, or not its turn"


class BulkScheduleService:
    """Blocking; call it in a worker."""

    def __init__(
        self,
        client: Client,
        schedules: ScheduleService,
        cache: Cache,
        local: LocalStore,
        clock: Clock,
        authorities: AuthorityService | None = None,
    ) -> None:
        self._client = client
        self._schedules = schedules
        self._cache = cache
        self._local = local
        self._store = local.templates
        self._clock = clock
        self._authorities = authorities
        self._without: set[str] = set()  # no schedule over this connection
        self._seen_ms: dict[str, int] = {}  # newest change known when the site's schedule was read

    # Looking

    def preview(
        self,
        schedule: WeekSchedule,
        sites: Iterable[Site],
        *,
        keeps_exceptions: bool = True,
        style: WordStyle = PLAIN,
    ) -> Preview:
        """From the disk alone: nothing is asked of the server. `keeps_exceptions`: each site's own ones stay."""
        sites = tuple(sites)
        standing = Standing(
            drafts=self._local.draft_sites(),
            without=frozenset(self._without),
            newer=frozenset(self._newer()),
            authorities=self._authorities.known if self._authorities else {},
            open_runs=frozenset(
                site.site_id
                for run in self.open_runs()
                for site in run.sites
                if site.step in (SiteStep.WAITING, SiteStep.WRITING, SiteStep.UNDOING)
            ),
            followed=self._store.applied(),
        )
        return preview(
            schedule, sites, self._cache.schedules(), standing, style, keeps_exceptions=keeps_exceptions
        )

    def read_missing(
        self, sites: Iterable[Site], progress: Progress, *, older_than: datetime | None = None
    ) -> tuple[str, ...]:
        """Read those never read here, those changed since, and those read before `older_than`, where given.

        Gives a sentence for each that could not be read.
        """
        known, newer = self._cache.schedules(), self._newer()

        def is_wanted(site: Site) -> bool:
            kept = known.get(site.site_id)
            if kept is None or site.site_id in newer:
                return True
            return older_than is not None and (kept.as_of is None or kept.as_of < older_than)

        wanted = [site for site in sites if is_wanted(site)]
        problems: list[str] = []
        for number, site in enumerate(wanted):
            progress.report(number, len(wanted), site.name)
            try:
                progress.partial(self._schedules.read(site))
            except NotThere:
                self._without.add(site.site_id)
            except (TooManyRequests, Unreachable, NotSignedIn):
                raise
            except WorldFailed as error:
                problems.append(f"{site.name}: {error.sentence}")
            else:
                self._without.discard(site.site_id)
                if site.site_id in newer:
                    self._seen_ms[site.site_id] = newer[site.site_id]
        return tuple(problems)

    def read_authorities(self, sites: Iterable[Site], progress: Progress) -> None:
        """Who decides the arming of each, where this connection can tell and it is not known yet."""
        wanted = tuple(sites)
        for number, site in enumerate(wanted):
            if self._authorities is None or not self._authorities.can_tell:
                return
            progress.report(number, len(wanted), site.name)
            try:
                self._authorities.authority(site.site_id)
            except (TooManyRequests, Unreachable, NotSignedIn):
                raise
            except WorldFailed:
                continue

    # Runs

    def open_runs(self) -> tuple[BulkRun, ...]:
        """Newest first; those that wait to be carried on, also those a crash cut off."""
        found = (self._store.run(run.run_id) for run in self._store.runs() if run.state.is_open)
        return tuple(run for run in found if run is not None)

    def last_run(self) -> BulkRun | None:
        """The newest that is open, else the newest of all."""
        runs = self._store.runs()
        chosen = next((run for run in runs if run.state.is_open), runs[0] if runs else None)
        return self._store.run(chosen.run_id) if chosen else None

    def run(self, run_id: str) -> BulkRun | None:
        return self._store.run(run_id)

    def begin(self, title: str, template_id: str, agreed: Preview, *, is_canary: bool = False) -> BulkRun:
        """The previous state of every site that changes is on disk when this returns; nothing is sent yet.

        `is_canary`: one site is written first, and then the run asks.
        """
        followed = self._store.applied()
        sites = tuple(
            BulkSite(
                one.site.site_id,
                one.site.name,
                step,
                one.before,
                one.etag,
                wanted=None if one.after == agreed.schedule else one.after,
                followed=followed.get(one.site.site_id),
            )
            for verdict, step in ((Verdict.CHANGES, SiteStep.WAITING), (Verdict.SAME, SiteStep.CHECKING))
            for one in agreed.of(verdict)
            if one.before is not None
        )
        run = BulkRun(
            str(uuid4()),
            title,
            template_id,
            agreed.schedule,
            RunState.PAUSED,
            self._now(),
            sites,
            is_canary=is_canary,
        )
        self._store.put_run(run)
        return run

    def carry_on(self, run_id: str, wish: RunWish, progress: Progress) -> BulkRun:
        """Write what waits, one site after another; first of all what a crash left open is read back.

        A canary run writes one site and asks; carried on from there it writes the rest. A write that got no answer is read
        back before anything else is done to it. What matched already is read anew at the end.
        """
        run = self._known(run_id)
        has_said_so = run.state is RunState.CANARY
        if run.is_canary and not has_said_so and run.count(SiteStep.WRITTEN):
            # It ended between the first site and the question.
            self._store.put_state(run_id, RunState.CANARY)
            return self._known(run_id)
        is_canary = run.is_canary and not has_said_so
        self._store.put_state(run_id, RunState.RUNNING, ends_canary=has_said_so)
        todo = [s for s in run.sites if s.step in (SiteStep.WRITING, SiteStep.UNCONFIRMED)]
        todo += [s for s in run.sites if s.step is SiteStep.WAITING]
        todo += [s for s in run.sites if s.step is SiteStep.CHECKING]
        ended, sentence = RunState.DONE, ""
        errors = failed = 0
        most = min(max(_ERRORS_LEAST, len(todo) // _ERRORS_SHARE), _ERRORS_MOST)
        for number, site in enumerate(todo):
            if wish.stop_as is not None:
                ended = wish.stop_as
                break
            progress.report(number, len(todo), site.name)
            after = self._check(run, site) if site.step is SiteStep.CHECKING else self._write(run, site)
            progress.partial(after)
            has_failed = after.step.is_error or after.step in (SiteStep.WAITING, SiteStep.CHECKING)
            errors = errors + 1 if has_failed else 0
            failed += has_failed
            if is_canary and number + 1 < len(todo):
                ended = RunState.STOPPED if has_failed else RunState.CANARY
                sentence = after.sentence
                break
            if errors == ERRORS_IN_A_ROW and number + 1 < len(todo):
                ended = RunState.STOPPED
                sentence = f"{errors} sites in a row failed. The last said: {after.sentence}"
                break
            if failed == most and number + 1 < len(todo):
                ended = RunState.STOPPED
                sentence = f"{failed} of {number + 1} sites failed. The last said: {after.sentence}"
                break
        unsent = self._known(run_id).count(SiteStep.WAITING, SiteStep.CHECKING)
        if ended is RunState.DONE and unsent:
            ended = RunState.STOPPED
            sentence = (
                f"{unsent} {'site was' if unsent == 1 else 'sites were'} not reached; go on to try again."
            )
        self._store.put_state(run_id, ended, sentence)
        return self._known(run_id)

    def cancel(self, run_id: str) -> BulkRun:
        """What waits is never written; what was written stays, and can be undone. An undo is given up where it stands."""
        run = self._known(run_id)
        sentence = ""
        if run.state is RunState.UNDOING:
            sentence = "The undo was given up."
            for site in run.sites:
                if site.step is SiteStep.UNDOING:
                    self._end(
                        run, site, SiteStep.REFUSED, f"undo given up; {site.sentence or 'not confirmed'}"
                    )
        self._store.put_state(run_id, RunState.CANCELLED, sentence)
        return self._known(run_id)

    def undo(self, run_id: str, wish: RunWish, progress: Progress) -> BulkRun:
        """Put the previous schedule back where the server still holds what the run wrote; others are left and named.

        A site that refuses stays as it is: the undo ends all the same, and can be tried again.
        """
        run = self._known(run_id)
        self._store.put_state(run_id, RunState.UNDOING)
        for site in run.sites:
            if site.step is SiteStep.SAME and run.template_id:  # only that it follows is taken back
                self._store.put_step(run, site, is_released=True)
        todo = [site for site in run.sites if site.step.may_be_ours]
        ended, errors, sentence = RunState.UNDONE, 0, ""
        for number, site in enumerate(todo):
            if wish.stop_as is not None:
                ended = RunState.UNDOING
                sentence = "The undo was paused."
                break
            progress.report(number, len(todo), site.name)
            after = self._restore(run, site)
            progress.partial(after)
            errors = errors + 1 if after.step in (SiteStep.UNDOING, SiteStep.REFUSED) else 0
            if errors == ERRORS_IN_A_ROW:
                sentence = f"{errors} sites in a row failed. The last said: {after.sentence}"
                break
        undone = self._known(run_id)
        # A refused one does not keep it open; those that were not reached do.
        if undone.count(SiteStep.UNDOING, SiteStep.WRITTEN, SiteStep.WRITING, SiteStep.UNCONFIRMED):
            ended = RunState.UNDOING
        self._store.put_state(run_id, ended, sentence)
        return self._known(run_id)

    # One site

    def _check(self, run: BulkRun, site: BulkSite) -> BulkSite:
        """It matched as it was read last, which may be long ago: nobody is told so before it is read anew."""
        there = self._looked(site)
        if there is None:
            return self._end(run, site, SiteStep.CHECKING, "could not be read; not known to match")
        if isinstance(there, WorldFailed):
            return self._end(run, site, SiteStep.FAILED, f"could not be read: {there.sentence}")
        if is_same(there.schedule, run.wanted_at(site)):
            return self._end(run, site, SiteStep.SAME, "matches, read just now")
        return self._end(
            run, site, SiteStep.CHANGED, "did not match any more when it was read just now; left alone"
        )

    def _write(self, run: BulkRun, site: BulkSite) -> BulkSite:
        wanted = run.wanted_at(site)
        is_first = site.step is SiteStep.WAITING
        # It may have gone out before, or the server has no versions and cannot refuse: ask first.
        if not is_first or not site.etag:
            there = self._read_back(site.site_id, site.name)
            if there is None and is_first:
                return self._end(run, site, SiteStep.WAITING, "could not be read; nothing was sent")
            if there is None:
                return self._end(run, site, SiteStep.UNCONFIRMED, "could not be read back; not confirmed")
            if is_same(there.schedule, wanted):
                return self._end(run, site, SiteStep.WRITTEN, "written and read back")
            if _is_another(there, site):
                return self._end(
                    run, site, SiteStep.CHANGED, "somebody else changed it meanwhile; left alone"
                )
        body = to_key_concepts(wanted).body
        for _ in range(_WRITES):
            self._end(run, site, SiteStep.WRITING, "")
            refusal, sent = self._put(site.site_id, body, site.etag)
            if sent is _Sent.NOT:  # its turn comes again
                return self._end(run, site, SiteStep.WAITING, refusal)
            if sent is _Sent.REFUSED:
                return self._end(run, site, SiteStep.FAILED, refusal)
            there = self._read_back(site.site_id, site.name)
            if there is None:
                return self._end(
                    run, site, SiteStep.UNCONFIRMED, "sent, but it could not be read back; not confirmed"
                )
            if is_same(there.schedule, wanted):
                return self._end(run, site, SiteStep.WRITTEN, "written and read back")
            if _is_another(there, site):
                return self._end(
                    run, site, SiteStep.CHANGED, "somebody else changed it meanwhile; left alone"
                )
        return self._end(run, site, SiteStep.FAILED, "the server still has the old one")

    def _restore(self, run: BulkRun, site: BulkSite) -> BulkSite:
        there = self._looked(site)
        if there is None:
            return self._end(run, site, SiteStep.UNDOING, "could not be read; not undone yet")
        if isinstance(there, WorldFailed):
            return self._end(run, site, SiteStep.REFUSED, f"not undone: {there.sentence}")
        body = to_key_concepts(site.previous).body
        for _ in range(_WRITES):
            if is_same(there.schedule, site.previous):
                return self._end(run, site, SiteStep.UNDONE, "as it was before")
            if not is_same(there.schedule, run.wanted_at(site)):
                return self._end(run, site, SiteStep.LEFT, "somebody changed it since; left alone")
            self._end(run, site, SiteStep.UNDOING, "")
            refusal, sent = self._put(site.site_id, body, there.etag)
            if sent is _Sent.REFUSED:
                return self._end(run, site, SiteStep.REFUSED, f"not undone: {refusal}")
            if sent is _Sent.NOT:
                return self._end(run, site, SiteStep.UNDOING, refusal)
            read = self._read_back(site.site_id, site.name)
            if read is None:
                return self._end(run, site, SiteStep.UNDOING, "sent, but it could not be read back")
            there = read
        if is_same(there.schedule, site.previous):
            return self._end(run, site, SiteStep.UNDONE, "as it was before")
        return self._end(run, site, SiteStep.UNDOING, "the server still has what was written")

    def _put(self, site_id: str, body: dict[str, object], etag: str) -> tuple[str, _Sent]:
        """What went wrong, and what is known of the write."""
        try:
            self._client.schedules.write(site_id, body, etag)
        except ChangedMeanwhile:  # or it is ours, of a write whose answer was lost
            return "somebody else changed it meanwhile", _Sent.MAYBE
        except Unreachable as error:
            return error.sentence, _Sent.MAYBE if error.may_have_acted else _Sent.NOT
        except (TooManyRequests, NotSignedIn) as error:
            return error.sentence, _Sent.NOT
        except (ServerBroken, UnexpectedReply) as error:
            return error.sentence, _Sent.MAYBE
        except NotThere as error:
            self._without.add(site_id)
            return error.sentence, _Sent.REFUSED
        except (NotAllowed, ServerSaid) as error:
            return error.sentence, _Sent.REFUSED
        return "", _Sent.MAYBE

    def _read_back(self, site_id: str, name: str) -> StoredSchedule | None:
        return next(looks(lambda: self._schedules.read(Site(site_id, name)), self._clock, _READ_BACK_S), None)

    def _looked(self, site: BulkSite) -> StoredSchedule | WorldFailed | None:
        """What the server has; its error when it will not tell; None when it could not be asked."""

        def read() -> StoredSchedule | WorldFailed:
            try:
                return self._schedules.read(Site(site.site_id, site.name))
            except (NotThere, NotAllowed) as error:
                return error

        return next(looks(read, self._clock, _READ_BACK_S), None)

    def _end(self, run: BulkRun, site: BulkSite, step: SiteStep, sentence: str) -> BulkSite:
        """On disk before it is told. A site that has a copied week already keeps the template it follows."""
        after = replace(site, step=step, sentence=sentence)
        is_linked = step is SiteStep.WRITTEN or (step is SiteStep.SAME and bool(run.template_id))
        self._store.put_step(
            run,
            after,
            follows_since=self._now() if is_linked else None,
            is_released=step is SiteStep.UNDONE,
        )
        return after

    def _newer(self) -> dict[str, int]:
        """Sites whose schedule was changed, as events tell, after it was read here: the instant of the change."""
        changes = self._cache.all_events.schedule_changes(SCHEDULE_CHANGE, EventKind.ARMING)
        return {site_id: at_ms for site_id, at_ms in changes if at_ms > self._seen_ms.get(site_id, 0)}

    def _known(self, run_id: str) -> BulkRun:
        run = self._store.run(run_id)
        assert run is not None, "a run is never taken from the disk while it is open"
        return run

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)


def _is_another(there: StoredSchedule, site: BulkSite) -> bool:
    """The server has something else than before the run; without versions the hours themselves tell."""
    return there.etag != site.etag or not is_same(there.schedule, site.previous)
