"""The nearest schedule this connection can store, where it cannot store the one that was drawn.

Nearest means: the fewest minutes of the week (and of each exception's day) in another state than drawn, arming too much and too
little counted alike. One piece may begin a day and be 24 hours long at most (schedule_json), so the best ends of a piece lie on
clock times the drawn week has, or on midnight: a walk over the seven days knows the best of them for each and is exact.
"""

from __future__ import annotations

from bisect import bisect_left
from heapq import heappop, heappush
from itertools import accumulate, count

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise
from chekt_console.domain.schedule_json import to_key_concepts

_MODES = tuple(mode for mode in ArmingMode if mode is not ArmingMode.DISARMED)
_NEVER = -(10**9)

_Choice = tuple[int, int, ArmingMode]  # start minute of the day, length, mode
_Sums = dict[ArmingMode, list[int]]  # for each mode: minutes won by arming it from 0 to a minute


def nearest_storable(schedule: WeekSchedule) -> WeekSchedule:
    """The schedule itself when it can be stored."""
    schedule = normalise(schedule)
    if not to_key_concepts(schedule).losses:
        return schedule
    exceptions = tuple(_nearest_exception(exception) for exception in schedule.exceptions)
    return normalise(WeekSchedule(_nearest_week(schedule), exceptions))


def minutes_apart(one: WeekSchedule, other: WeekSchedule) -> int:
    """Minutes of the week in another state, exceptions left out."""
    return sum(a is not b for a, b in zip(_week(one), _week(other), strict=True))


def _week(schedule: WeekSchedule) -> list[ArmingMode | None]:
    minutes: list[ArmingMode | None] = [None] * WEEK_MIN
    for period in normalise(schedule).periods:
        for minute in range(period.start_min, period.end_min):
            minutes[minute % WEEK_MIN] = period.mode
    return minutes


def _nearest_week(schedule: WeekSchedule) -> tuple[ArmedPeriod, ...]:
    """What Sunday begins must end before what Monday begins. A walk takes both as free between two bounds; where its answer
    breaks that, either Sunday ends by a clock time between the two or Monday begins after it. The best that keeps it wins."""
    week = _week(schedule)
    if len(set(week)) == 1 and week[0] is not None:
        return schedule.periods
    sums = _sums([*week, *week[:DAY_MIN]])
    clocks = sorted(
        {0} | {m % DAY_MIN for period in schedule.periods for m in (period.start_min, period.end_min)}
    )
    number = count()
    won, chosen = _walk(sums, clocks, 0, DAY_MIN)
    open_ends = [(-won, next(number), 0, DAY_MIN, chosen)]
    while True:
        _, _, from_min, until_min, chosen = heappop(open_ends)
        monday = next((p.start_min for p in chosen if p.start_min < DAY_MIN), DAY_MIN)
        reached = max((p.end_min for p in chosen), default=0) - WEEK_MIN
        if reached <= monday:
            return tuple(sorted(chosen))
        between = [clock for clock in clocks if monday <= clock <= reached]
        place = (len(between) - 1) // 2
        for low, high in ((from_min, between[place]), (between[place + 1], until_min)):
            won, chosen = _walk(sums, clocks, low, high)
            heappush(open_ends, (-won, next(number), low, high, chosen))


def _sums(minutes: list[ArmingMode | None]) -> _Sums:
    return {
        mode: [0, *accumulate(1 if m is mode else -1 if m is None else 0 for m in minutes)] for mode in _MODES
    }


def _walk(sums: _Sums, clocks: list[int], from_min: int, until_min: int) -> tuple[int, list[ArmedPeriod]]:
    """From Sunday back to Monday: the most that can be won when Monday begins nothing before `from_min` and Sunday nothing
    that reaches beyond `until_min` of Monday."""
    won = [0 if clock <= until_min else _NEVER for clock in clocks]
    picks: list[list[_Choice | None]] = []
    for day in reversed(range(7)):
        won, begun = _day(sums, clocks, day * DAY_MIN, won)
        picks.append(begun)
    reached = bisect_left(clocks, from_min)
    total = won[reached]
    chosen: list[ArmedPeriod] = []
    for day, begun in enumerate(reversed(picks)):
        choice, reached = begun[reached], 0
        if choice is not None:
            start, length, mode = choice
            chosen.append(ArmedPeriod(day * DAY_MIN + start, length, mode))
            reached = bisect_left(clocks, max(start + length - DAY_MIN, 0))
    return total, chosen


def _day(
    sums: _Sums, clocks: list[int], midnight: int, after: list[int]
) -> tuple[list[int], list[_Choice | None]]:
    """What is won from this day on, and what begins, when nothing may begin before each of the clock times; last, when nothing
    may begin at all. `after`: the same for the next day."""
    none = after[0], None
    best: list[tuple[int, _Choice | None]] = [none] * len(clocks)
    for mode, until in sums.items():
        today: list[
            tuple[int, int]
        ] = []  # the best end on this day after each clock time, from the last one back
        end = 2 * _NEVER, 0
        for clock in reversed(clocks):
            today.append(end)
            end = max(end, (until[midnight + clock] + after[0], clock))
        end = 2 * _NEVER, 0
        for place, start in enumerate(clocks):
            end = max(end, (until[midnight + DAY_MIN + start] + after[place], DAY_MIN + start))
            value, last = max(end, today[-1 - place])
            value -= until[midnight + start]
            if value > best[place][0]:
                best[place] = value, (start, last - start, mode)
    won, begun = [after[0]], list[_Choice | None]([None])
    later: tuple[int, _Choice | None] = none
    for one in reversed(best):
        if one[0] > later[0]:
            later = one
        won.append(later[0])
        begun.append(later[1])
    return won[::-1], begun[::-1]


def _nearest_exception(exception: DayException) -> DayException:
    """One piece of 24 hours at most, beginning that day."""
    if not exception.periods:
        return exception
    last = max(start + length for start, length, _ in exception.periods)
    minutes: list[ArmingMode | None] = [None] * (max(last, DAY_MIN) + 1)
    for start, length, mode in exception.periods:
        minutes[start : start + length] = [mode] * length
    sums = _sums(minutes)
    ends = {end for start, length, _ in exception.periods for end in (start, start + length)}
    ends |= {end + shift for end in ends for shift in (DAY_MIN, -DAY_MIN)}
    choices: list[tuple[int, _Choice]] = [
        (sums[mode][end] - sums[mode][start], (start, end - start, mode))
        for start in sorted(ends)
        if 0 <= start < DAY_MIN
        for end in sorted(ends)
        if start < end <= min(start + DAY_MIN, len(minutes))
        for mode in _MODES
    ]
    won, choice = max(choices, key=lambda pair: pair[0])
    return DayException(exception.day, (choice,) if won > 0 else ())
