"""Rules for changing an arming week: paint, erase, move, resize, split, delete, copy, join, and the one normal form.

All minutes are half-open minutes of the site's week (0 = Monday 00:00). Every function takes a value and returns a new one.
What is put on the week wins over what it covers, so no two periods ever overlap. Only `normalise` and `paint` join touching
periods of one mode; a seam made by `split` stays until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, DayException, WeekSchedule

Periods = tuple[ArmedPeriod, ...]


def normalise(schedule: WeekSchedule) -> WeekSchedule:
    """Sorted, overlaps given to the later period of the input, touching periods of one mode joined also across Sunday."""
    laid: Periods = ()
    for period in schedule.periods:
        laid = (*_without(laid, period.start_min, period.length_min), period)
    by_day = {exception.day: exception for exception in schedule.exceptions}
    exceptions = tuple(_normal_exception(by_day[day]) for day in sorted(by_day))
    return WeekSchedule(_joined(laid), exceptions)


def is_same(one: WeekSchedule, other: WeekSchedule) -> bool:
    """True when both arm the same minutes in the same modes and have the same exceptions."""
    return normalise(one) == normalise(other)


def erase(schedule: WeekSchedule, start_min: int, length_min: int) -> WeekSchedule:
    """Disarm these minutes; a period that covers them on both sides falls in two."""
    return _with(schedule, _without(schedule.periods, start_min % WEEK_MIN, length_min))


def put(schedule: WeekSchedule, period: ArmedPeriod) -> WeekSchedule:
    """Lay a period over the week, joining nothing."""
    return _with(schedule, (*_without(schedule.periods, period.start_min, period.length_min), period))


def paint(schedule: WeekSchedule, start_min: int, length_min: int, mode: ArmingMode) -> WeekSchedule:
    """Lay `mode` over these minutes and grow together with touching periods of the same mode; Disarmed erases."""
    start_min %= WEEK_MIN
    if mode is ArmingMode.DISARMED:
        return erase(schedule, start_min, length_min)
    rest = _without(schedule.periods, start_min, length_min)
    while length_min < WEEK_MIN:
        before = next((p for p in rest if p.mode is mode and p.end_min % WEEK_MIN == start_min), None)
        after = next(
            (p for p in rest if p.mode is mode and p.start_min == (start_min + length_min) % WEEK_MIN), None
        )
        if before is not None:
            start_min = before.start_min
        touching = {before, after} - {None}
        if not touching:
            break
        length_min += sum(p.length_min for p in touching if p is not None)
        rest = tuple(p for p in rest if p not in touching)
    return _with(schedule, (*rest, ArmedPeriod(start_min, length_min, mode)))


def delete(schedule: WeekSchedule, period: ArmedPeriod) -> WeekSchedule:
    return _with(schedule, tuple(p for p in schedule.periods if p != period))


def exchange(schedule: WeekSchedule, old: ArmedPeriod, new: ArmedPeriod) -> WeekSchedule:
    """Put `new` where `old` was taken away."""
    return put(delete(schedule, old), new)


def moved(period: ArmedPeriod, by_min: int) -> ArmedPeriod:
    """The period shifted, around the end of the week if need be."""
    return replace(period, start_min=(period.start_min + by_min) % WEEK_MIN)


def with_start(period: ArmedPeriod, start_min: int, *, shortest_min: int = 1) -> ArmedPeriod:
    """The start dragged to a minute that may lie before 0; the end stays. Kept between `shortest_min` and a week."""
    earliest, latest = period.end_min - WEEK_MIN, period.end_min - shortest_min
    start = min(max(start_min, earliest), latest)
    return replace(period, start_min=start % WEEK_MIN, length_min=period.end_min - start)


def with_end(period: ArmedPeriod, end_min: int, *, shortest_min: int = 1) -> ArmedPeriod:
    """The end dragged to a minute that may lie beyond the week; the start stays. Kept between `shortest_min` and a week."""
    length = min(max(end_min - period.start_min, shortest_min), WEEK_MIN)
    return replace(period, length_min=length)


def with_mode(schedule: WeekSchedule, period: ArmedPeriod, mode: ArmingMode) -> WeekSchedule:
    """Another mode for one period; Disarmed takes it away."""
    if mode is ArmingMode.DISARMED:
        return delete(schedule, period)
    return exchange(schedule, period, replace(period, mode=mode))


def split(schedule: WeekSchedule, period: ArmedPeriod, at_min: int) -> WeekSchedule:
    """Cut one period in two at a minute inside it (given on any lap of the week); outside or at an end nothing changes."""
    offset = (at_min - period.start_min) % WEEK_MIN
    if not 0 < offset < period.length_min:
        return schedule
    first = replace(period, length_min=offset)
    second = ArmedPeriod((period.start_min + offset) % WEEK_MIN, period.length_min - offset, period.mode)
    return put(put(delete(schedule, period), first), second)


def copy_period(schedule: WeekSchedule, period: ArmedPeriod, days: Iterable[int]) -> WeekSchedule:
    """The same clock times and mode on other days (0 = Monday); what it covers there gives way."""
    wanted = {*days, period.day}
    return _put_all(schedule, (moved(period, (day - period.day) * DAY_MIN) for day in wanted))


def copy_day(schedule: WeekSchedule, source: int, days: Iterable[int]) -> WeekSchedule:
    """Other days begin what `source` begins: their own periods are taken away first."""
    wanted = {*days, source}
    begun = tuple(p for p in schedule.periods if p.day == source)
    rest = _with(schedule, (p for p in schedule.periods if p.day not in wanted))
    return _put_all(rest, (moved(p, (day - source) * DAY_MIN) for day in wanted for p in begun))


def starts_win(periods: Iterable[ArmedPeriod]) -> Periods:
    """Sorted; a period that runs past the start of the next (around Sunday too) ends there. Starts must differ."""
    found = sorted(periods)
    return tuple(
        replace(
            period,
            length_min=min(
                period.length_min, (following.start_min - period.start_min) % WEEK_MIN or WEEK_MIN
            ),
        )
        for period, following in zip(found, [*found[1:], *found[:1]], strict=True)
    )


def period_at(schedule: WeekSchedule, minute: int) -> ArmedPeriod | None:
    minute %= WEEK_MIN
    return next((p for p in schedule.periods if (minute - p.start_min) % WEEK_MIN < p.length_min), None)


def armed_minutes(schedule: WeekSchedule) -> int:
    """Armed minutes of a week without exceptions."""
    return sum(period.length_min for period in schedule.periods)


def disarmed_stretches(schedule: WeekSchedule) -> tuple[tuple[int, int], ...]:
    """(start minute, length) of every disarmed stretch, in order; around Sunday as one."""
    periods = sorted(schedule.periods)
    if not periods:
        return ((0, WEEK_MIN),)
    gaps = []
    for period, following in zip(periods, [*periods[1:], periods[0]], strict=True):
        if period.length_min < WEEK_MIN:
            gap = (following.start_min - period.end_min) % WEEK_MIN
            if len(periods) == 1:
                gap = WEEK_MIN - period.length_min
            if gap:
                gaps.append((period.end_min % WEEK_MIN, gap))
    return tuple(sorted(gaps))


def longest_disarmed(schedule: WeekSchedule) -> tuple[int, int] | None:
    """(start minute, length) of the longest disarmed stretch; None when the week is armed throughout."""
    return max(disarmed_stretches(schedule), key=lambda gap: gap[1], default=None)


def day_pieces(period: ArmedPeriod) -> Periods:
    """A period cut every 24 hours from its start, so that each piece begins on a day of its own."""
    return tuple(
        ArmedPeriod((period.start_min + done) % WEEK_MIN, min(DAY_MIN, period.length_min - done), period.mode)
        for done in range(0, period.length_min, DAY_MIN)
    )


def _without(periods: Sequence[ArmedPeriod], start_min: int, length_min: int) -> Periods:
    left: list[ArmedPeriod] = []
    for period in periods:
        if length_min >= WEEK_MIN:
            continue
        if period.length_min == WEEK_MIN:
            left.append(
                replace(
                    period, start_min=(start_min + length_min) % WEEK_MIN, length_min=WEEK_MIN - length_min
                )
            )
            continue
        cut = (start_min - period.start_min) % WEEK_MIN
        if cut >= period.length_min and cut + length_min <= WEEK_MIN:  # the usual case: they do not meet
            left.append(period)
            continue
        spans = [(0, period.length_min)]
        for low, high in ((cut - WEEK_MIN, cut - WEEK_MIN + length_min), (cut, cut + length_min)):
            spans = [
                part for a, b in spans for part in ((a, min(b, low)), (max(a, high), b)) if part[0] < part[1]
            ]
        left += [
            replace(period, start_min=(period.start_min + a) % WEEK_MIN, length_min=b - a) for a, b in spans
        ]
    return tuple(left)


def _joined(periods: Periods) -> Periods:
    """Sorted and not overlapping periods with touching ones of the same mode grown together."""
    joined: list[ArmedPeriod] = []
    for period in sorted(periods):
        if joined and joined[-1].mode is period.mode and joined[-1].end_min == period.start_min:
            joined[-1] = replace(joined[-1], length_min=joined[-1].length_min + period.length_min)
        else:
            joined.append(period)
    if len(joined) > 1:
        first, last = joined[0], joined[-1]
        if first.mode is last.mode and last.end_min % WEEK_MIN == first.start_min:
            joined[-1] = replace(last, length_min=last.length_min + first.length_min)
            del joined[0]
    if len(joined) == 1 and joined[0].length_min == WEEK_MIN:
        joined[0] = replace(joined[0], start_min=0)
    return tuple(joined)


def _normal_exception(exception: DayException) -> DayException:
    laid: list[tuple[int, int, ArmingMode]] = []
    for start, length, mode in exception.periods:
        parts = [
            (a, b, other)
            for s, ln, other in laid
            for a, b in ((s, min(s + ln, start)), (max(s, start + length), s + ln))
            if a < b
        ]
        laid = [*((a, b - a, other) for a, b, other in parts), (start, length, mode)]
    laid.sort(key=lambda item: item[0])
    joined: list[tuple[int, int, ArmingMode]] = []
    for start, length, mode in laid:
        if joined and joined[-1][2] is mode and joined[-1][0] + joined[-1][1] == start:
            joined[-1] = (joined[-1][0], joined[-1][1] + length, mode)
        else:
            joined.append((start, length, mode))
    return DayException(exception.day, tuple(joined))


def _put_all(schedule: WeekSchedule, periods: Iterable[ArmedPeriod]) -> WeekSchedule:
    for period in starts_win(periods):
        schedule = put(schedule, period)
    return schedule


def _with(schedule: WeekSchedule, periods: Iterable[ArmedPeriod]) -> WeekSchedule:
    return WeekSchedule(tuple(sorted(periods)), schedule.exceptions)
