"""What one schedule would change at many sites: counted and in words, from what the disk knows, before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_difference import Difference, difference
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_template import with_own_exceptions
from chekt_console.domain.schedule_words import PLAIN, WordStyle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from chekt_console.domain.account import ArmingAuthority
    from chekt_console.domain.schedule import DayException, WeekSchedule
    from chekt_console.domain.schedule_template import Applied
    from chekt_console.domain.site import Site
    from chekt_console.store.cache import CachedSchedule


class Verdict(Enum):
    CHANGES = "changes"
    SAME = "same"
    BLOCKED = "blocked"
    UNREAD = "unread"  # its schedule was never read here; read it, then look again


@dataclass(frozen=True, slots=True)
class SitePreview:
    """`reason` tells why it is blocked. `before` is what was read last, at `as_of`, with its ETag; `after` what it would have."""

    site: Site
    verdict: Verdict
    before: WeekSchedule | None = None
    etag: str = ""
    difference: Difference | None = None
    reason: str = ""
    after: WeekSchedule | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """`schedule` is what is applied, before a site's own exceptions are added to it."""

    schedule: WeekSchedule
    sites: tuple[SitePreview, ...]

    def of(self, verdict: Verdict) -> tuple[SitePreview, ...]:
        return tuple(one for one in self.sites if one.verdict is verdict)

    def reasons(self) -> dict[str, int]:
        """Why sites are blocked, and how many each."""
        counts: dict[str, int] = {}
        for one in self.of(Verdict.BLOCKED):
            counts[one.reason] = counts.get(one.reason, 0) + 1
        return counts

    def oldest(self) -> datetime | None:
        """When the copy that was read longest ago was read, of those that are compared."""
        compared = (*self.of(Verdict.CHANGES), *self.of(Verdict.SAME))
        return min((one.as_of for one in compared if one.as_of is not None), default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known beside the schedules. `without` have no schedule here; `authorities` as far as they were read."""

    drafts: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    newer: frozenset[str] = frozenset()  # the server told of a change after the schedule was read
    open_runs: frozenset[str] = frozenset()
    authorities: Mapping[str, ArmingAuthority] | None = None
    followed: Mapping[str, Applied] | None = None  # what was applied to a site last


@dataclass(frozen=True, slots=True)
class _Compared:
    after: WeekSchedule
    is_equal: bool
    difference: Difference
    lost: str


def preview(
    schedule: WeekSchedule,
    sites: Iterable[Site],
    cached: Mapping[str, CachedSchedule],
    standing: Standing,
    style: WordStyle = PLAIN,
    *,
    keeps_exceptions: bool = True,
) -> Preview:
    """`keeps_exceptions`: each site's own ones stay; else it has those of `schedule` and no other."""
    body = to_key_concepts(schedule)
    cannot = body.losses[0].sentence if body.losses else ""
    # What is stored is what is compared: key concepts may join or cut periods.
    meant = schedule if cannot else from_key_concepts(body.body).schedule
    followed = standing.followed or {}
    compared: dict[tuple[WeekSchedule, tuple[DayException, ...]], _Compared] = {}
    rows = []
    for site in sites:
        reason = cannot or _blocked(site, standing)
        kept = cached.get(site.site_id)
        if reason:
            before = kept.schedule if kept else None
            rows.append(SitePreview(site, Verdict.BLOCKED, before, reason=reason))
            continue
        if kept is None:
            rows.append(SitePreview(site, Verdict.UNREAD))
            continue
        applied = followed.get(site.site_id)
        given = applied.schedule if applied is not None else None
        key = kept.schedule, given.exceptions if given is not None else ()
        if key not in compared:
            after = with_own_exceptions(meant, kept.schedule, given) if keeps_exceptions else meant
            compared[key] = _compare(kept.schedule, after, style)
        found = compared[key]
        lost = found.lost
        if kept.problems:
            lost = "holds something this program cannot read and could not restore"
        verdict = Verdict.SAME if found.is_equal else Verdict.BLOCKED if lost else Verdict.CHANGES
        row = SitePreview(site, verdict, kept.schedule, kept.etag, found.difference)
        reason = "" if found.is_equal else lost
        rows.append(replace(row, reason=reason, after=found.after, as_of=kept.as_of))
    return Preview(meant, tuple(rows))


def _compare(before: WeekSchedule, after: WeekSchedule, style: WordStyle) -> _Compared:
    lost = "its schedule could not be restored by this connection" if to_key_concepts(before).losses else ""
    return _Compared(after, is_same(before, after), difference(before, after, style), lost)


def _blocked(site: Site, standing: Standing) -> str:
    site_id = site.site_id
    if site_id in standing.without:
        return "no schedule over this connection"
    if not site.is_active:
        return "not active"
    authority = (standing.authorities or {}).get(site_id)
    if authority is not None and not authority.is_chekt and authority.value:
        partner = authority.value == authority.ALARM_COM.value
        return "Alarm.com decides the arming" if partner else "the panel decides the arming"
    if site_id in standing.open_runs:
        return "in another run that is not finished"
    if site_id in standing.drafts:
        return "a draft is open here"
    if not site.timezone:
        return "time zone unknown"
    if site_id in standing.newer:
        return "a newer change on the server"
    return ""
