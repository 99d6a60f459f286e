"""Three-way merge: no change is lost, none is doubled, and sides may change places."""

from __future__ import annotations

from hypothesis import given, settings

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_merge import Side, merge
from tests.unit.domain.schedule_strategies import minutes, schedules

FEW = settings(max_examples=40, deadline=None)


@given(schedules(), schedules())
@FEW
def test_one_sided_changes_arrive_whole(base: WeekSchedule, mine: WeekSchedule) -> None:
    assert merge(base, mine, base).is_clean
    assert is_same(merge(base, mine, base).resolve({}), mine)
    assert is_same(merge(base, base, mine).resolve({}), mine)
    assert is_same(merge(base, mine, mine).resolve({}), mine)


@given(schedules(), schedules(), schedules())
@FEW
def test_every_minute_is_somebodys(base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule) -> None:
    merged = merge(base, mine, theirs)
    was, ours, other = minutes(base), minutes(mine), minutes(theirs)
    in_conflict = {
        minute
        for conflict in merged.week_conflicts
        for minute in range(conflict.start_min, conflict.start_min + conflict.length_min)
    }
    for side, wanted in ((Side.MINE, ours), (Side.THEIRS, other)):
        got = minutes(merged.resolve({}, default=side))
        for minute in range(0, len(got), 5):
            a, b, c = was[minute], ours[minute], other[minute]
            assert (minute in in_conflict) == (b != c and a not in (b, c))
            if minute in in_conflict:
                assert got[minute] == wanted[minute]
            else:
                assert got[minute] == (c if b == a else b)


@given(schedules(), schedules(), schedules())
@FEW
def test_it_does_not_matter_who_is_called_mine(
    base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule
) -> None:
    one = merge(base, mine, theirs).resolve({}, default=Side.MINE)
    other = merge(base, theirs, mine).resolve({}, default=Side.THEIRS)
    assert is_same(one, other)
