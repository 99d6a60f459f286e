"""The nearest schedule this connection can store, where it cannot store the one that was drawn.

Nearest means: the fewest minutes of the week (and of each exception's day) in another state than drawn, arming too much and too
little counted alike. One piece may begin a day and be 24 hours long at most (schedule_json), so the best ends of a piece lie on
clock times the drawn week has, or on midnight: a walk over the seven days tries all of them and is exact.
"""

from __future__ import annotations

from itertools import accumulate

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
    week = _week(schedule)
    if len(set(week)) == 1 and week[0] is not None:
        return schedule.periods
    sums = _sums([*week, *week[:DAY_MIN]])
    clocks = sorted(
        {0} | {m % DAY_MIN for period in schedule.periods for m in (period.start_min, period.end_min)}
    )
    tables = [_table(sums, day * DAY_MIN, clocks) for day in range(7)]
    best: tuple[int, list[ArmedPeriod]] | None = None
    for reaches_in in clocks:  # what Sunday may leave to Monday
        won, chosen = _walk(tables, clocks, reaches_in)
        if best is None or won > best[0]:
            best = won, chosen
    return tuple(sorted(best[1])) if best is not None else ()


def _sums(minutes: list[ArmingMode | None]) -> _Sums:
    return {
        mode: [0, *accumulate(1 if m is mode else -1 if m is None else 0 for m in minutes)] for mode in _MODES
    }


def _table(sums: _Sums, midnight: int, clocks: list[int]) -> list[tuple[int, int, ArmingMode, int]]:
    """Every piece that may begin on this day and wins minutes: start, end (from that midnight), mode, minutes won."""
    table: list[tuple[int, int, ArmingMode, int]] = []
    for start in clocks:
        for end in (*(c for c in clocks if c > start), *(c + DAY_MIN for c in clocks if c <= start)):
            won, mode = max(
                (
                    (sums[m][midnight + end] - sums[m][midnight + start], m)
                    for m in _MODES
                    if midnight + end < len(sums[m])
                ),
                key=lambda pair: pair[0],
                default=(0, _MODES[0]),
            )
            if won > 0:
                table.append((start, end, mode, won))
    return table


def _walk(
    tables: list[list[tuple[int, int, ArmingMode, int]]], clocks: list[int], reaches_in: int
) -> tuple[int, list[ArmedPeriod]]:
    """From Sunday back to Monday: the most that can be won when the day before reaches to a clock time."""
    won = {clock: 0 if clock <= reaches_in else _NEVER for clock in clocks}
    picks: list[dict[int, tuple[int, int, ArmingMode] | None]] = []
    for table in reversed(tables):
        best: dict[int, tuple[int, tuple[int, int, ArmingMode] | None]] = dict.fromkeys(
            clocks, (won[0], None)
        )
        for start, end, mode, gain in table:
            total = gain + won[max(end - DAY_MIN, 0)]
            if total > best[start][0]:
                best[start] = (total, (start, end, mode))
        later: tuple[int, tuple[int, int, ArmingMode] | None] = (won[0], None)
        for clock in reversed(clocks):
            if best[clock][0] > later[0]:
                later = best[clock]
            best[clock] = later
        won = {clock: best[clock][0] for clock in clocks}
        picks.append({clock: best[clock][1] for clock in clocks})
    chosen: list[ArmedPeriod] = []
    reached = reaches_in
    for day, pick_of in enumerate(reversed(picks)):
        pick = pick_of[reached]
        reached = 0
        if pick is not None:
            start, end, mode = pick
            chosen.append(ArmedPeriod(day * DAY_MIN + start, end - start, mode))
            reached = max(end - DAY_MIN, 0)
    return won[reaches_in], chosen


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
