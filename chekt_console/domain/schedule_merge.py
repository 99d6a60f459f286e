"""Three-way merge of schedules: what either side changed since the common base is kept, what both changed differently is a conflict.

Exact to the minute: a minute only one side changed takes that side's mode; a minute both changed alike is changed once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise, period_at


class Side(Enum):
    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class WeekConflict:
    """Minutes of the week that both sides changed, differently. None = disarmed."""

    start_min: int
    length_min: int
    mine: ArmingMode | None
    theirs: ArmingMode | None


@dataclass(frozen=True, slots=True)
class DayConflict:
    """A date whose exception both sides changed, differently. None = no exception."""

    day: date
    mine: DayException | None
    theirs: DayException | None


@dataclass(frozen=True, slots=True)
class Merge:
    """`merged` has every change that is nobody's conflict; at conflicts it holds the base until `resolve` says which side."""

    merged: WeekSchedule
    week_conflicts: tuple[WeekConflict, ...]
    day_conflicts: tuple[DayConflict, ...]

    @property
    def is_clean(self) -> bool:
        return not self.week_conflicts and not self.day_conflicts

    def resolve(
        self, choices: Mapping[WeekConflict | DayConflict, Side], *, default: Side = Side.MINE
    ) -> WeekSchedule:
        """The merged schedule with one side taken at each conflict."""
        pieces = list(self.merged.periods)
        for conflict in self.week_conflicts:
            mode = conflict.mine if choices.get(conflict, default) is Side.MINE else conflict.theirs
            pieces = [p for p in pieces if not _is_inside(p.start_min, conflict)] if mode is None else pieces
            if mode is not None:
                pieces.append(ArmedPeriod(conflict.start_min, conflict.length_min, mode))
        exceptions = {exception.day: exception for exception in self.merged.exceptions}
        for clash in self.day_conflicts:
            chosen = clash.mine if choices.get(clash, default) is Side.MINE else clash.theirs
            exceptions.pop(clash.day, None)
            if chosen is not None:
                exceptions[clash.day] = chosen
        return normalise(WeekSchedule(tuple(pieces), tuple(exceptions.values())))


def merge(base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule) -> Merge:
    base, mine, theirs = normalise(base), normalise(mine), normalise(theirs)
    pieces: list[ArmedPeriod] = []
    conflicts: list[WeekConflict] = []
    for low, high in _cuts(base, mine, theirs):
        was, ours, other = (_mode(schedule, low) for schedule in (base, mine, theirs))
        is_conflict = ours is not other and was not in (ours, other)
        if is_conflict:
            conflicts.append(WeekConflict(low, high - low, ours, other))
        mode = was if is_conflict else other if ours is was else ours
        if mode is not None:
            pieces.append(ArmedPeriod(low, high - low, mode))
    exceptions: list[DayException] = []
    clashes: list[DayConflict] = []
    by_day = [{exception.day: exception for exception in s.exceptions} for s in (base, mine, theirs)]
    for day in sorted(set().union(*by_day)):
        before, our_day, other_day = (days.get(day) for days in by_day)
        is_clash = our_day != other_day and before not in (our_day, other_day)
        if is_clash:
            clashes.append(DayConflict(day, our_day, other_day))
        kept = before if is_clash else other_day if our_day == before else our_day
        if kept is not None:
            exceptions.append(kept)
    # Not joined here: a piece inside a conflict must stay its own piece until it is resolved.
    return Merge(WeekSchedule(tuple(pieces), tuple(exceptions)), tuple(conflicts), tuple(clashes))


def _cuts(*schedules: WeekSchedule) -> Iterator[tuple[int, int]]:
    edges = {0, WEEK_MIN}
    for schedule in schedules:
        for period in schedule.periods:
            edges |= {period.start_min, period.end_min % WEEK_MIN}
    return pairwise(sorted(edges))


def _mode(schedule: WeekSchedule, minute: int) -> ArmingMode | None:
    period = period_at(schedule, minute)
    return period.mode if period else None


def _is_inside(minute: int, conflict: WeekConflict) -> bool:
    return conflict.start_min <= minute < conflict.start_min + conflict.length_min
