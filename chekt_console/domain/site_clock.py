"""Wall time of a site to instants and back, skipped and doubled hours included."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chekt_console.domain.schedule import DAY_MIN

_MINUTE = timedelta(minutes=1)


def zone_of(name: str) -> ZoneInfo | None:
    """None when the name is empty or not an IANA zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The clock of a site jumps: at `instant` it would show `before` (wall minutes of `day`) and shows `after`."""

    day: date
    instant: datetime
    before_min: int
    after_min: int

    @property
    def is_skip(self) -> bool:
        return self.after_min > self.before_min

    @property
    def shift_min(self) -> int:
        return self.after_min - self.before_min


def wall_of(instant_ms: int, zone: tzinfo) -> datetime:
    return datetime.fromtimestamp(instant_ms / 1000, zone)


def week_minute(wall: datetime) -> int:
    return wall.weekday() * DAY_MIN + wall.hour * 60 + wall.minute


def instant_of(day: date, minute: int, zone: tzinfo, *, is_last: bool = False) -> datetime:
    """The UTC instant when the clock of `day` shows `minute` (any number of days on).

    A doubled time is its first showing, or the last with `is_last`. A skipped time is the instant of the jump.
    """
    wall = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minute)
    first, last = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
    if first > last:  # skipped: the two readings lie on both sides of the jump
        return _jump_between(last, first, zone)
    return last if is_last else first


def end_of(day: date, minute: int, zone: tzinfo) -> datetime:
    """The UTC instant when the last minute before `minute` of `day` is over, its doubled showing included."""
    last = instant_of(day, minute - 1, zone, is_last=True) + _MINUTE
    return min(last, instant_of(day, minute, zone, is_last=True))


@functools.lru_cache(maxsize=256)
def clock_changes(zone: tzinfo, first_day: date, days: int) -> tuple[ClockChange, ...]:
    """Every jump of the clock from the beginning of `first_day` on, for so many days."""
    now = instant_of(first_day, 0, zone)
    end = instant_of(first_day, days * DAY_MIN, zone)
    found = []
    while now < end:
        later = min(now + timedelta(hours=1), end)
        if now.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            jump = _jump_between(now, later, zone)
            after = jump.astimezone(zone)
            shift = _offset(jump, zone) - _offset(jump - _MINUTE, zone)
            after_min = after.hour * 60 + after.minute
            before_min = after_min - shift
            found.append(ClockChange(after.date(), jump, before_min, after_min))
        now = later
    return tuple(found)


def _jump_between(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """The first whole UTC minute with the offset of `high`; the offset changes once between the two."""
    target = _offset(high, zone)
    while high - low > _MINUTE:
        middle = low + timedelta(minutes=(high - low) // _MINUTE // 2)
        if _offset(middle, zone) == target:
            high = middle
        else:
            low = middle
    return high


def _offset(instant: datetime, zone: tzinfo) -> int:
    """Minutes ahead of UTC."""
    offset = instant.astimezone(zone).utcoffset() or timedelta()
    return round(offset / _MINUTE)
