"""Three-way merge: no change is lost, none is doubled, sides may change places, and both covers what either arms."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise, put
from chekt_console.domain.schedule_merge import Merge, Side, WeekConflict, merge
from tests.unit.domain.schedule_strategies import PERIODS, minutes, schedules

FEW = settings(max_examples=40, deadline=None)
SIDES = {Side.MINE: Side.THEIRS, Side.THEIRS: Side.MINE, Side.BOTH: Side.BOTH}


def away(start_h: float, hours: float, mode: ArmingMode = ArmingMode.AWAY) -> ArmedPeriod:
    return ArmedPeriod(round(start_h * 60) % WEEK_MIN, round(hours * 60), mode)


def week(*periods: ArmedPeriod) -> WeekSchedule:
    return WeekSchedule(tuple(sorted(periods)))


def covered(conflict: WeekConflict) -> set[int]:
    return {(conflict.start_min + n) % WEEK_MIN for n in range(conflict.length_min)}


@given(schedules(), schedules())
@FEW
def test_one_sided_changes_arrive_whole(base: WeekSchedule, mine: WeekSchedule) -> None:
    for one, other in ((mine, base), (base, mine), (mine, mine)):
        merged = merge(base, one, other)
        assert merged.is_clean
        assert is_same(merged.resolve({}), mine)
        assert is_same(merged.merged, mine)


@given(schedules(), schedules(), schedules())
@FEW
def test_every_minute_is_somebodys(base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule) -> None:
    merged = merge(base, mine, theirs)
    was, ours, other = minutes(base), minutes(mine), minutes(theirs)
    places = [covered(conflict) for conflict in merged.week_conflicts]
    in_conflict = set().union(*places)
    assert sum(map(len, places)) == len(in_conflict)  # no minute is asked for twice
    results = {side: minutes(merged.resolve({}, default=side)) for side in (Side.MINE, Side.THEIRS)}
    undecided = minutes(merged.resolve({}, default=None))
    for minute in range(WEEK_MIN):
        a, b, c = was[minute], ours[minute], other[minute]
        if minute in in_conflict:
            assert (results[Side.MINE][minute], results[Side.THEIRS][minute]) == (b, c)
            assert undecided[minute] == a
        else:
            assert b == c or a in (b, c)  # two different changes are never settled by themselves
            wanted = c if b == a else b
            assert results[Side.MINE][minute] == results[Side.THEIRS][minute] == wanted == undecided[minute]


@given(schedules(), schedules(), schedules())
@FEW
def test_both_covers_the_union_and_is_a_choice_of_its_own(
    base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule
) -> None:
    for conflict in merge(base, mine, theirs).week_conflicts:
        sides = [minutes(WeekSchedule(p)) for p in (conflict.base, conflict.mine, conflict.theirs)]
        if conflict.both is None:
            continue
        got = minutes(WeekSchedule(conflict.both))
        for minute, (b, c) in enumerate(zip(sides[1], sides[2], strict=True)):
            assert ArmingMode.DISARMED in (b, c) or b is c
            assert got[minute] is (c if b is ArmingMode.DISARMED else b)
        assert got not in sides


@given(schedules(), schedules(), schedules())
@FEW
def test_it_does_not_matter_who_is_called_mine(
    base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule
) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert is_same(one.merged, other.merged)
    assert [c.choices for c in one.conflicts] == [c.choices for c in other.conflicts]
    for side in (Side.MINE, Side.THEIRS):
        assert is_same(one.resolve({}, default=side), other.resolve({}, default=SIDES[side]))
    assert is_same(_with_both(one), _with_both(other, mine=Side.THEIRS))


@given(schedules(), schedules(), schedules())
@FEW
def test_merging_again_changes_nothing(base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule) -> None:
    """What was merged and saved is theirs' next base: neither side has anything left to bring."""
    for side in (Side.MINE, Side.THEIRS):
        done = merge(base, mine, theirs).resolve({}, default=side)
        assert is_same(merge(theirs, done, theirs).resolve({}), done)
        assert is_same(merge(theirs, done, done).resolve({}), done)


@given(schedules(), PERIODS, PERIODS)
@FEW
def test_changes_at_different_places_are_both_taken(
    base: WeekSchedule, one: ArmedPeriod, other: ArmedPeriod
) -> None:
    """Each paints once over the same week, apart from the other: nobody is asked, in either order."""
    gap = {(one.start_min + n) % WEEK_MIN for n in range(-1, one.length_min + 1)}
    if gap & {(other.start_min + n) % WEEK_MIN for n in range(other.length_min)}:
        return
    mine, theirs = put(base, one), put(base, other)
    merged = merge(base, mine, theirs)
    assert merged.is_clean
    assert is_same(merged.merged, put(mine, other))
    assert is_same(merged.merged, put(theirs, one))


BASE = week(away(18, 13))


@pytest.mark.parametrize(
    ("mine", "theirs", "both"),
    [
        (away(17, 14), away(19, 12), None),  # one covers the other: both is Mine
        (away(17, 14), away(17.5, 14.5), away(17, 15)),
        (away(19, 12), away(18.5, 11), away(18.5, 12.5)),
        (away(18, 4), away(22, 9), None),  # both together is what was there before
        (away(16, 4), away(19, 13), away(16, 16)),
        (away(19, 12), away(19.5, 13), away(19, 13.5)),
        (away(18, 12), away(18, 13, ArmingMode.NIGHT), None),  # another mode
        (None, away(17, 14), None),  # taken away by one
    ],
)
def test_one_period_changed_by_both(
    mine: ArmedPeriod | None, theirs: ArmedPeriod, both: ArmedPeriod | None
) -> None:
    merged = merge(BASE, week(*([mine] if mine else [])), week(theirs))
    (conflict,) = merged.week_conflicts
    assert conflict.base == BASE.periods
    assert conflict.mine == ((mine,) if mine else ())
    assert conflict.both == ((both,) if both else None)
    assert (Side.BOTH in conflict.choices) is (both is not None)


def test_the_two_ends_of_a_period_are_both_taken() -> None:
    merged = merge(BASE, week(away(17, 14)), week(away(18, 14)))
    assert merged.is_clean
    assert is_same(merged.merged, week(away(17, 15)))


def test_around_sunday_and_a_whole_week() -> None:
    night = week(away(6 * 24 + 20, 10))
    merged = merge(night, week(away(6 * 24 + 19, 12)), week(away(6 * 24 + 19.5, 13)))
    (conflict,) = merged.week_conflicts
    assert conflict.both == (away(6 * 24 + 19, 13.5),)
    always = week(ArmedPeriod(0, WEEK_MIN, ArmingMode.AWAY))
    apart = merge(always, week(away(33, 168 - 9)), week(away(81, 168 - 9)))
    assert apart.is_clean
    assert sum(p.length_min for p in normalise(apart.merged).periods) == (168 - 18) * 60
    (whole,) = merge(always, week(away(33, 168 - 9)), week(away(30, 168 - 9))).week_conflicts
    assert whole.length_min == WEEK_MIN


def test_every_pair_of_changes_of_one_day() -> None:
    day = date(2026, 12, 24)
    shut = DayException(day)
    late = DayException(day, ((1200, 600, ArmingMode.AWAY),))
    early = DayException(day, ((900, 600, ArmingMode.AWAY),))
    stay = DayException(day, ((900, 600, ArmingMode.STAY),))
    for before, mine, theirs in product((None, shut, late, early, stay), repeat=3):
        sides = [WeekSchedule((), (e,) if e else ()) for e in (before, mine, theirs)]
        merged = merge(*sides)
        if mine == theirs or before in (mine, theirs):
            assert merged.is_clean
            assert is_same(merged.merged, sides[2] if mine == before else sides[1])
            continue
        (clash,) = merged.day_conflicts
        assert (clash.base, clash.mine, clash.theirs) == (before, mine, theirs)
        for side, wanted in ((None, sides[0]), (Side.MINE, sides[1]), (Side.THEIRS, sides[2])):
            assert is_same(merged.resolve({}, default=side), wanted)
        is_union = {mine, theirs} == {late, early}
        assert clash.both == (DayException(day, ((900, 900, ArmingMode.AWAY),)) if is_union else None)
        assert (Side.BOTH in clash.choices) is is_union
        if clash.both is None:
            with pytest.raises(ValueError, match="no both"):
                clash.taken(Side.BOTH)


def test_each_conflict_has_its_own_answer() -> None:
    base = week(away(18, 13), away(42, 13))
    mine = week(away(17, 13), away(41, 13))
    theirs = week(away(17.5, 14), away(42.5, 14))
    merged = merge(base, mine, theirs)
    monday, tuesday = merged.week_conflicts
    got = merged.resolve({monday: Side.BOTH, tuesday: Side.THEIRS})
    assert is_same(got, week(away(17, 14.5), away(42.5, 14)))
    assert (
        replace(merged, week_conflicts=(tuesday, monday)).resolve({monday: Side.BOTH, tuesday: Side.THEIRS})
        == got
    )


def _with_both(merged: Merge, mine: Side = Side.MINE) -> WeekSchedule:
    return merged.resolve({c: Side.BOTH if Side.BOTH in c.choices else mine for c in merged.conflicts})
