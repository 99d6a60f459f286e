"""False alarms counted by site and camera, with their causes, hours and weeks; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chekt_console.domain.decision import FALSE
from chekt_console.domain.natural_order import natural
from chekt_console.domain.site_clock import wall_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

WEEK_MS = 7 * 86_400_000
_ALL_CAMERAS = ""


class AlarmFact(NamedTuple):
    """`decision` and `cause` as they count now."""

    event_id: str
    site_id: str
    instant_ms: int
    device_key: str
    where: str
    decision: str
    cause: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Of one site (`where` "") or one of its cameras. `by_week`: oldest first; `by_hour`: 24, in site time.
    `newest_id`: the last false alarm."""

    site_id: str
    where: str
    device_key: str
    alarms: int
    undecided: int
    false: int
    causes: Mapping[str, int]
    by_hour: tuple[int, ...]
    by_week: tuple[int, ...]
    newest_id: str
    known_weeks: int  # of by_week, counted from its end; before that nothing, or only a part, is known

    @property
    def share(self) -> float:
        """False among those that were decided; 0 when none was."""
        decided = self.alarms - self.undecided
        return self.false / decided if decided else 0.0

    @property
    def is_rising(self) -> bool:
        """The newer half of the weeks holds clearly more than the older half."""
        known = self.by_week[len(self.by_week) - self.known_weeks :]
        half = len(known) // 2
        older, newer = (sum(known[:half]), sum(known[-half:])) if half else (0, 0)
        return newer >= older + 3 and newer > 1.5 * older


@dataclass(frozen=True, slots=True)
class SiteTally:
    site: Tally
    cameras: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The last `weeks` before `now_ms`, of which those are known that lie wholly after `known_from_ms`."""

    now_ms: int
    weeks: int
    known_from_ms: int = 0

    @property
    def known_weeks(self) -> int:
        return max(0, min(self.weeks, (self.now_ms - self.known_from_ms) // WEEK_MS))


def tallies(
    facts: Iterable[AlarmFact], zone_of_site: Callable[[str], tzinfo | None], span: Span
) -> tuple[SiteTally, ...]:
    """Sites with false alarms, the most first; cameras likewise."""
    by_site: dict[str, dict[str, list[AlarmFact]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        by_site[fact.site_id][fact.where].append(fact)
    found = []
    for site_id, by_camera in by_site.items():
        zone = zone_of_site(site_id) or UTC
        whole = _tally([one for some in by_camera.values() for one in some], _ALL_CAMERAS, zone, span)
        if not whole.false:
            continue
        cameras = [_tally(some, where, zone, span) for where, some in by_camera.items()]
        cameras.sort(key=lambda one: (-one.false, natural(one.where)))
        found.append(SiteTally(whole, tuple(one for one in cameras if one.false)))
    return tuple(sorted(found, key=lambda one: (-one.site.false, natural(one.site.site_id))))


def _tally(facts: list[AlarmFact], where: str, zone: tzinfo, span: Span) -> Tally:
    false = [fact for fact in facts if fact.decision == FALSE]
    instants = np.array([fact.instant_ms for fact in false], np.int64)
    ages = np.clip((span.now_ms - instants) // WEEK_MS, 0, span.weeks - 1)
    by_week = np.bincount(span.weeks - 1 - ages, minlength=span.weeks)
    hours = np.array([wall_of(fact.instant_ms, zone).hour for fact in false], np.int64)
    by_hour = np.bincount(hours, minlength=24)
    newest = max(false, key=lambda fact: fact.instant_ms, default=None)
    return Tally(
        facts[0].site_id,
        where,
        next((fact.device_key for fact in facts if fact.device_key), "") if where else "",
        len(facts),
        sum(not fact.decision for fact in facts),
        len(false),
        dict(Counter(fact.cause for fact in false).most_common()),
        tuple(map(int, by_hour)),
        tuple(map(int, by_week)),
        newest.event_id if newest is not None else "",
        span.known_weeks,
    )
