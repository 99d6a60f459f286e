"""Dates on which another rule than the week's counts: ranges, holidays, one skipped night, and what is over by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import day_pieces, normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST_DAYS = 400
FILE_YEARS = range(1970, 2200)  # dates that a file may name; others are a slip of the pen
DayPeriods = tuple[tuple[int, int, ArmingMode], ...]
ALL_DAY: DayPeriods = ((0, DAY_MIN, ArmingMode.AWAY),)
NOTHING: DayPeriods = ()


@dataclass(frozen=True, slots=True)
class ExceptionRun:
    """Neighbouring dates with the same periods, for a list: `first` to `last`, both included."""

    first: date
    last: date
    periods: DayPeriods

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def with_exception(schedule: WeekSchedule, first: date, last: date, periods: DayPeriods) -> WeekSchedule:
    """`periods` begin on each date from `first` to `last`. Raises ValueError for a range that is none."""
    if last < first or (last - first).days >= MOST_DAYS:
        raise ValueError("no such range of dates")
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return with_days(schedule, dict.fromkeys(days, periods))


def with_days(schedule: WeekSchedule, days: Mapping[date, DayPeriods]) -> WeekSchedule:
    kept = {one.day: one for one in schedule.exceptions}
    kept.update({day: DayException(day, periods) for day, periods in days.items()})
    return normalise(WeekSchedule(schedule.periods, tuple(kept.values())))


def without_days(schedule: WeekSchedule, days: Iterable[date]) -> WeekSchedule:
    gone = set(days)
    return WeekSchedule(schedule.periods, tuple(one for one in schedule.exceptions if one.day not in gone))


def runs(schedule: WeekSchedule) -> tuple[ExceptionRun, ...]:
    """Oldest first; a run ends where a date is missing or differs."""
    found: list[ExceptionRun] = []
    for one in sorted(schedule.exceptions, key=lambda exception: exception.day):
        if found and found[-1].periods == one.periods and one.day - found[-1].last == timedelta(days=1):
            found[-1] = ExceptionRun(found[-1].first, one.day, one.periods)
        else:
            found.append(ExceptionRun(one.day, one.day, one.periods))
    return tuple(found)


def week_periods(schedule: WeekSchedule, day: date) -> DayPeriods:
    """What the week would begin on this date."""
    pieces = [piece for period in schedule.periods for piece in day_pieces(period)]
    mine = [piece for piece in pieces if piece.day == day.weekday()]
    return tuple((piece.start_min % DAY_MIN, piece.length_min, piece.mode) for piece in sorted(mine))


def skip_next(
    schedule: WeekSchedule, period: ArmedPeriod, today: date, now_min: int = -1
) -> tuple[WeekSchedule, date]:
    """The next time this period would begin after `now_min` of `today`, it does not, on whatever days it goes on; what else
    begins there stays. Over by itself afterwards. Also the date it would have begun on."""
    ahead = (period.day - today.weekday()) % 7
    if ahead == 0 and period.start_min % DAY_MIN <= now_min:
        ahead = 7
    day = today + timedelta(days=ahead)
    known = {one.day: one.periods for one in schedule.exceptions}
    while day in known and not any(_is(one, period) for one in known[day]):
        day += timedelta(days=7)
    changed = {}
    for number in range(len(day_pieces(period))):
        on = day + timedelta(days=number)
        begun = known[on] if on in known else week_periods(schedule, on)
        changed[on] = tuple(one for one in begun if not _is(one, period))
    return with_days(schedule, changed), day


def past_days(schedule: WeekSchedule, today: date) -> tuple[date, ...]:
    """Exceptions that are over. Yesterday's may still run into today."""
    return tuple(one.day for one in schedule.exceptions if one.day < today - timedelta(days=1))


def _is(begun: tuple[int, int, ArmingMode], period: ArmedPeriod) -> bool:
    return begun[0] == period.start_min % DAY_MIN and begun[2] is period.mode
