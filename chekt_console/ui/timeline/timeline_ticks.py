"""Ticks of the time axis in the site's own time, right across clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from math import floor
from typing import TYPE_CHECKING

from chekt_console.ui.timeline.timeline_geometry import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS = -2_000_000_000_000
_LAST_MS = 32_000_000_000_000

_FINE_STEPS_MS = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(n * SECOND_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * MINUTE_MS for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR_MS for n in (1, 2, 3, 6, 12)),
)
_DAY_STEPS = (1, 2, 7)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Tick:
    """`is_major` begins a day, month or year where the steps are smaller than that."""

    instant_ms: int
    label: str
    is_major: bool = False


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The first instant of a new offset, and by how much clocks move there."""

    instant_ms: int
    shift_min: int

    @property
    def words(self) -> str:
        hours, minutes = divmod(abs(self.shift_min), 60)
        size = " ".join(
            part for part in (f"{hours} h" * bool(hours), f"{minutes} min" * bool(minutes)) if part
        )
        return f"clocks {'+' if self.shift_min > 0 else '−'}{size}"


def local_time(instant_ms: float, zone: tzinfo) -> datetime:
    """Site time of an instant; instants beyond the calendar are held at its ends."""
    held = min(max(instant_ms, _FIRST_MS), _LAST_MS)
    return (_EPOCH + timedelta(milliseconds=held)).astimezone(zone)


def ticks(from_ms: float, to_ms: float, min_step_ms: float, zone: tzinfo) -> list[Tick]:
    """Ticks between the two instants (inclusive) that lie at least about min_step_ms apart."""
    low, high = max(from_ms, _FIRST_MS), min(to_ms, _LAST_MS)
    if high < low:
        return []
    for step in _FINE_STEPS_MS:
        if step >= min_step_ms:
            return _fine_ticks(low, high, step, zone)
    for days in _DAY_STEPS:
        if days * DAY_MS >= min_step_ms:
            return _day_ticks(low, high, days, zone)
    for months in _MONTH_STEPS:
        if months * 30 * DAY_MS >= min_step_ms:
            return _month_ticks(low, high, months, zone)
    return _month_ticks(low, high, _MONTH_STEPS[-1], zone)


def clock_changes(from_ms: float, to_ms: float, zone: tzinfo) -> list[ClockChange]:
    """Changes of the offset from UTC at from_ms < instant <= to_ms."""
    low, high = max(from_ms, _FIRST_MS), min(to_ms, _LAST_MS)
    if high < low:
        return []
    years = range(_utc(low).year, _utc(high).year + 1)
    return [change for year in years for change in _changes_of(year, zone) if low < change.instant_ms <= high]


def _utc(instant_ms: float) -> datetime:
    return _EPOCH + timedelta(milliseconds=instant_ms)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _offset_ms(instant_ms: float, zone: tzinfo) -> int:
    offset = _utc(instant_ms).astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)


@lru_cache(maxsize=512)
def _changes_of(year: int, zone: tzinfo) -> tuple[ClockChange, ...]:
    """Found by looking at every day and halving the days at whose ends the offset differs."""
    found = []
    start = _ms(datetime(year, 1, 1, tzinfo=UTC))
    end = _ms(datetime(year + 1, 1, 1, tzinfo=UTC))
    before = _offset_ms(start, zone)
    for day in range(start, end, DAY_MS):
        after = _offset_ms(day + DAY_MS, zone)
        if after != before:
            low, high = day, day + DAY_MS
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if _offset_ms(middle, zone) == before else (low, middle)
            found.append(ClockChange(high, (after - before) // MINUTE_MS))
            before = after
    return tuple(found)


def _fine_ticks(low: float, high: float, step: int, zone: tzinfo) -> list[Tick]:
    """Between clock changes local time runs evenly: each stretch has its own row of ticks."""
    bounds = [low, *(change.instant_ms for change in clock_changes(low, high, zone)), floor(high) + 1]
    found: list[Tick] = []
    for start, end in pairwise(bounds):
        offset = _offset_ms(start, zone)
        local = -int(-(start + offset) // step) * step
        while local - offset < end:
            instant = local - offset
            found.append(_fine_tick(instant, step, zone))
            local += step
    return found


@lru_cache(maxsize=4096)
def _fine_tick(instant_ms: int, step: int, zone: tzinfo) -> Tick:
    moment = local_time(instant_ms, zone)
    if (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0):
        return Tick(instant_ms, f"{moment:%a} {moment.day} {moment:%b}", is_major=True)
    if step >= MINUTE_MS:
        label = f"{moment:%H:%M}"
    elif step >= SECOND_MS:
        label = f"{moment:%H:%M:%S}"
    else:
        label = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
    if moment.utcoffset() != moment.replace(fold=1 - moment.fold).utcoffset():
        label += f" {moment:%Z}"
    return Tick(instant_ms, label)


def _day_start_ms(day: date, zone: tzinfo) -> int | None:
    """The first instant of a local day; None for a date that a zone has skipped."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    instant = _ms(midnight.astimezone(UTC))
    return instant if local_time(instant, zone).date() == day else None


def _day_ticks(low: float, high: float, days: int, zone: tzinfo) -> list[Tick]:
    day = local_time(low, zone).date()
    last = local_time(high, zone).date()
    found = []
    while day <= last:
        is_on_step = day.weekday() == 0 if days == 7 else (day.day - 1) % days == 0 and day.day <= 30
        if is_on_step:
            instant = _day_start_ms(day, zone)
            if instant is not None and low <= instant <= high:
                label = f"{day:%a} {day.day}" if days == 1 and day.day != 1 else f"{day.day} {day:%b}"
                found.append(Tick(instant, label, is_major=day.day == 1))
        day += timedelta(days=1)
    return found


def _months(first: date, months: int) -> Iterator[date]:
    number = (first.year * 12 + first.month - 1) // months * months
    while number < 9999 * 12:
        yield date(number // 12, number % 12 + 1, 1)
        number += months


def _month_ticks(low: float, high: float, months: int, zone: tzinfo) -> list[Tick]:
    found = []
    for day in _months(local_time(low, zone).date(), months):
        instant = _day_start_ms(day, zone)
        if instant is not None and instant > high:
            break
        if instant is not None and instant >= low:
            is_year = day.month == 1
            label = f"{day:%Y}" if months >= 12 else f"{day:%b %Y}" if is_year else f"{day:%b}"
            found.append(Tick(instant, label, is_major=is_year and months < 12))
    return found
