"""Three-way merge of schedules by period: what one side changed is taken, what both changed differently is a conflict.

Periods that share minutes are looked at together. Changes at different places of them (the start by one, the end by the
other) are both taken; changes that meet or touch are one conflict, so that nobody gets half of a period.
Outside conflicts it is exact to the minute: a minute only one side changed takes that side's mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods, normalise

_Span = tuple[int, int, ArmingMode]  # start, length, mode; minutes from some start


class Side(Enum):
    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"  # armed whenever one of them arms


@dataclass(frozen=True, slots=True)
class WeekConflict:
    """A stretch of the week both sides changed, differently, with the periods each has there."""

    start_min: int
    length_min: int
    base: Periods
    mine: Periods
    theirs: Periods

    @property
    def both(self) -> Periods | None:
        """What either arms; None where they differ in the mode, or it is what one of them or the base has anyway."""
        spans = _union(*(self.spans(periods) for periods in (self.base, self.mine, self.theirs)))
        if spans is None:
            return None
        return tuple(ArmedPeriod((self.start_min + low) % WEEK_MIN, long, mode) for low, long, mode in spans)

    @property
    def choices(self) -> tuple[Side, ...]:
        return _choices(has_both=self.both is not None)

    def taken(self, side: Side | None) -> Periods:
        """None: not decided, the base stays."""
        if side is Side.BOTH:
            both = self.both
            if both is None:
                raise ValueError("there is no both of these")
            return both
        return self.base if side is None else self.mine if side is Side.MINE else self.theirs

    def spans(self, periods: Periods) -> tuple[_Span, ...]:
        """Minutes from the start; around the end of a whole week in two."""
        found: list[_Span] = []
        for period in periods:
            low = (period.start_min - self.start_min) % WEEK_MIN
            over = max(0, low + period.length_min - self.length_min)
            found.append((low, period.length_min - over, period.mode))
            if over:
                found.append((0, over, period.mode))
        return tuple(sorted(found, key=lambda span: span[0]))


@dataclass(frozen=True, slots=True)
class DayConflict:
    """A date whose exception both sides changed, differently. None = no exception."""

    day: date
    base: DayException | None
    mine: DayException | None
    theirs: DayException | None

    @property
    def both(self) -> DayException | None:
        if self.mine is None or self.theirs is None:
            return None
        spans = _union(self.base.periods if self.base else None, self.mine.periods, self.theirs.periods)
        return None if spans is None else DayException(self.day, spans)

    @property
    def choices(self) -> tuple[Side, ...]:
        return _choices(has_both=self.both is not None)

    def taken(self, side: Side | None) -> DayException | None:
        if side is Side.BOTH:
            both = self.both
            if both is None:
                raise ValueError("there is no both of these")
            return both
        return self.base if side is None else self.mine if side is Side.MINE else self.theirs


Conflict = WeekConflict | DayConflict


@dataclass(frozen=True, slots=True)
class Merge:
    """`merged` has every change that is nobody's conflict; at conflicts it holds the base until `resolve` says which side."""

    merged: WeekSchedule
    week_conflicts: tuple[WeekConflict, ...]
    day_conflicts: tuple[DayConflict, ...]

    @property
    def is_clean(self) -> bool:
        return not self.week_conflicts and not self.day_conflicts

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return (*self.week_conflicts, *self.day_conflicts)

    def resolve(self, choices: Mapping[Conflict, Side], *, default: Side | None = Side.MINE) -> WeekSchedule:
        """The merged schedule with one side taken at each conflict; with no default the base stays where nothing is chosen."""
        pieces = [p for p in self.merged.periods if not any(p in c.base for c in self.week_conflicts)]
        for conflict in self.week_conflicts:
            pieces += conflict.taken(choices.get(conflict, default))
        exceptions = {exception.day: exception for exception in self.merged.exceptions}
        for clash in self.day_conflicts:
            chosen = clash.taken(choices.get(clash, default))
            exceptions.pop(clash.day, None)
            if chosen is not None:
                exceptions[clash.day] = chosen
        return normalise(WeekSchedule(tuple(pieces), tuple(exceptions.values())))


def merge(base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule) -> Merge:
    base, mine, theirs = normalise(base), normalise(mine), normalise(theirs)
    changed = {p for side in (mine, theirs) for p in {*base.periods} ^ {*side.periods}}
    pieces = [p for p in base.periods if p not in changed]
    conflicts: list[WeekConflict] = []
    for group in _groups(sorted(changed)):
        was, ours, other = (_within(schedule.periods, group) for schedule in (base, mine, theirs))
        if other in (was, ours):
            pieces += ours
        elif ours == was:
            pieces += other
        else:
            conflict = WeekConflict(*_arc(group), was, ours, other)
            together = _at_different_places(conflict)
            if together is None:
                conflicts.append(conflict)
            pieces += was if together is None else together
    exceptions: list[DayException] = []
    clashes: list[DayConflict] = []
    by_day = [{exception.day: exception for exception in s.exceptions} for s in (base, mine, theirs)]
    for day in sorted(set().union(*by_day)):
        before, our_day, other_day = (days.get(day) for days in by_day)
        is_clash = our_day != other_day and before not in (our_day, other_day)
        if is_clash:
            clashes.append(DayConflict(day, before, our_day, other_day))
        kept = before if is_clash else other_day if our_day == before else our_day
        if kept is not None:
            exceptions.append(kept)
    # Not joined here: the periods inside a conflict must stay their own until it is resolved.
    conflicts.sort(key=lambda conflict: conflict.start_min)
    return Merge(WeekSchedule(tuple(pieces), tuple(exceptions)), tuple(conflicts), tuple(clashes))


def _groups(periods: Sequence[ArmedPeriod]) -> list[list[ArmedPeriod]]:
    """Periods that share minutes, directly or by way of others."""
    groups: list[list[ArmedPeriod]] = []
    for period in periods:
        met = [group for group in groups if any(_overlap(period, one) for one in group)]
        groups = [group for group in groups if group not in met]
        groups.append([period, *(one for group in met for one in group)])
    return groups


def _within(periods: Periods, group: Iterable[ArmedPeriod]) -> Periods:
    return tuple(p for p in periods if p in group)


def _overlap(one: ArmedPeriod, other: ArmedPeriod) -> bool:
    return _holds(one, other.start_min) or _holds(other, one.start_min)


def _holds(period: ArmedPeriod, minute: int) -> bool:
    return (minute - period.start_min) % WEEK_MIN < period.length_min


def _arc(group: Sequence[ArmedPeriod]) -> tuple[int, int]:
    """Start and length of what they cover together."""
    starts = {p.start_min for p in group}
    free = [s for s in starts if not any(_holds(p, s) for p in group if p.start_min != s)]
    if not free:
        return 0, WEEK_MIN
    start = free[0]
    return start, min(WEEK_MIN, max((p.start_min - start) % WEEK_MIN + p.length_min for p in group))


def _at_different_places(conflict: WeekConflict) -> Periods | None:
    """Both changes taken, when no change of one side meets or touches a change of the other; else None."""
    sides = [conflict.spans(periods) for periods in (conflict.base, conflict.mine, conflict.theirs)]
    pieces: list[ArmedPeriod] = []
    kinds: list[str] = []
    for low, high, (was, ours, other) in _steps(sides):
        if ours is other:
            kinds.append("" if was is ours else "alike")
        else:
            kinds.append("theirs" if ours is was else "mine" if other is was else "clash")
        mode = other if kinds[-1] == "theirs" else ours
        if mode is not None:
            pieces.append(ArmedPeriod((conflict.start_min + low) % WEEK_MIN, high - low, mode))
    neighbours = [*pairwise(kinds)]
    if conflict.length_min == WEEK_MIN:
        neighbours.append((kinds[-1], kinds[0]))
    if "clash" in kinds or any(one and other and one != other for one, other in neighbours):
        return None
    return tuple(pieces)


def _union(
    base: Sequence[_Span] | None, mine: Sequence[_Span], theirs: Sequence[_Span]
) -> tuple[_Span, ...] | None:
    """Joined; None where it would not be one's own choice."""
    laid: list[_Span] = []
    is_base = base is not None
    is_mine = is_theirs = True
    for low, high, (was, ours, other) in _steps((base or (), mine, theirs)):
        if ours is not other and None not in (ours, other):
            return None
        mode = ours or other
        is_base &= mode is was
        is_mine &= mode is ours
        is_theirs &= mode is other
        if mode is None:
            continue
        if laid and sum(laid[-1][:2]) == low and laid[-1][2] is mode:
            laid[-1] = (laid[-1][0], high - laid[-1][0], mode)
        else:
            laid.append((low, high - low, mode))
    return None if is_base or is_mine or is_theirs else tuple(laid)


def _steps(
    sides: Sequence[Sequence[_Span]],
) -> Iterator[tuple[int, int, list[ArmingMode | None]]]:
    """Stretches on which no side changes its mode, with the mode of each side."""
    edges = sorted({edge for side in sides for low, long, _ in side for edge in (low, low + long)})
    for low, high in pairwise(edges):
        yield low, high, [_mode_at(side, low) for side in sides]


def _mode_at(spans: Sequence[_Span], minute: int) -> ArmingMode | None:
    return next((mode for low, long, mode in spans if low <= minute < low + long), None)


def _choices(*, has_both: bool) -> tuple[Side, ...]:
    return (Side.MINE, Side.THEIRS, Side.BOTH) if has_both else (Side.MINE, Side.THEIRS)
