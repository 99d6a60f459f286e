"""Every clock change of every zone from 2025 to 2035, against a walk through the night minute by minute."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_forecast import clock_nights, forecast
from chekt_console.domain.site_clock import clock_changes

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_FIRST, _END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
# Begins and lengths around the jump, in minutes: before it, on it, in what is skipped or doubled, over it, far around.
_PERIODS = ((-300, 720), (-75, 45), (-75, 90), (-30, 30), (0, 60), (10, 15), (20, 100), (30, 30), (60, 480))

# The same for two periods: begin and length of the first, minutes disarmed between them, length of the second. Meeting,
# and a break, in what is skipped or doubled; a break around all of it.
_PAIRS = (
    (-300, 330, 0, 300),
    (-300, 310, 10, 300),
    (10, 5, 5, 5),
    (-60, 60, 0, 60),
    (0, 15, 0, 10),
    (-90, 60, 180, 60),
)

Change = tuple[datetime, timedelta, timedelta]  # UTC instant, offset before, offset after


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _changes(zone: ZoneInfo) -> tuple[Change, ...]:
    """Day by day; where the offset differs, minute by minute."""
    found = []
    at, before = _FIRST, _offset(_FIRST, zone)
    while at < _END:
        if _offset(at + _DAY, zone) == before:
            at += _DAY
            continue
        while _offset(at, zone) == before:
            at += _MINUTE
        found.append((at, before, _offset(at, zone)))
        before = found[-1][2]
    return tuple(found)


@cache
def _zones() -> dict[tuple[Change, ...], str]:
    """Zones whose clocks change alike are one case."""
    return {_changes(ZoneInfo(name)): name for name in sorted(zoneinfo.available_timezones())}


def _walked(zone: ZoneInfo, from_utc: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """Each minute: UTC, and what the clock on the wall shows."""
    steps = (from_utc + number * _MINUTE for number in range(minutes))
    return [(at, at.astimezone(zone).replace(tzinfo=None)) for at in steps]


def _armed(
    walk: list[tuple[datetime, datetime]], start: datetime, end: datetime
) -> tuple[datetime, datetime]:
    """From the first minute at which the clock shows `start` or later to the last at which it shows less than `end`."""
    first = next(at for at, wall in walk if wall >= start)
    last = next(at for at, wall in reversed(walk) if wall < end)
    return first, max(first, last + _MINUTE)


@pytest.mark.slow
def test_each_zone_changes_when_the_walk_sees_it_change() -> None:
    zones = _zones()
    assert len(zones) > 30
    for changes, name in zones.items():
        zone = ZoneInfo(name)
        for at, before, after in changes:
            day = (at + after).date()
            (found,) = clock_changes(zone, day - _DAY, 3)
            minute = (at + after).hour * 60 + (at + after).minute
            assert (found.day, found.instant, found.after_min) == (day, at, minute), name
            assert found.shift_min == (after - before) / _MINUTE, name


@pytest.mark.slow
def test_armed_instants_are_those_of_a_walk_minute_by_minute() -> None:
    checked = 0
    for changes, name in _zones().items():
        zone = ZoneInfo(name)
        for at, before, _after in changes:
            walk = _walked(zone, at - timedelta(hours=30), 60 * 60)
            shown = (at + before).replace(tzinfo=None)  # what the clock would have shown
            for begins, length in _PERIODS:
                start = shown + begins * _MINUTE
                checked += 1
                assert _forecast(zone, start, length) == _armed(walk, start, start + length * _MINUTE), (
                    name,
                    start,
                    length,
                )
    assert checked > 5_000


def _forecast(zone: ZoneInfo, start: datetime, length: int) -> tuple[datetime, datetime]:
    minute = start.weekday() * DAY_MIN + start.hour * 60 + start.minute
    week = WeekSchedule((ArmedPeriod(minute, length, ArmingMode.AWAY),))
    lines = forecast(week, zone, start.date() - _DAY, 3)
    (line,) = (line for line in lines if line.mode is not None)
    assert line.starts_at is not None
    assert line.ends_at is not None
    return line.starts_at, line.ends_at


@pytest.mark.slow
def test_two_periods_never_overlap_and_what_is_disarmed_between_them_is() -> None:
    checked = 0
    for changes, name in _zones().items():
        zone = ZoneInfo(name)
        for at, before, _after in changes:
            walk = _walked(zone, at - timedelta(hours=30), 60 * 60)
            shown = (at + before).replace(tzinfo=None)
            for begins, length, gap, then in _PAIRS:
                start = shown + (begins - 60) * _MINUTE, shown + (begins - 60 + length + gap) * _MINUTE
                checked += 1
                one, other = _forecast_two(zone, start, (length, then))
                first, end = _armed(walk, start[0], start[0] + length * _MINUTE)
                second = _armed(walk, start[1], start[1] + then * _MINUTE)
                if end > second[0]:  # it ends when its end is first shown
                    end = next(at for at, wall in walk if wall >= start[0] + length * _MINUTE)
                assert (one, other) == ((first, end), second), (name, start, length, gap, then)
                assert one[1] <= other[0], (name, start)
    assert checked > 3_000


def _forecast_two(
    zone: ZoneInfo, starts: tuple[datetime, datetime], lengths: tuple[int, int]
) -> tuple[tuple[datetime, datetime], ...]:
    modes = ArmingMode.AWAY, ArmingMode.NIGHT
    week = WeekSchedule(
        tuple(
            ArmedPeriod(start.weekday() * DAY_MIN + start.hour * 60 + start.minute, length, mode)
            for start, length, mode in zip(starts, lengths, modes, strict=True)
        )
    )
    lines = [line for line in forecast(week, zone, starts[0].date() - _DAY, 3) if line.mode is not None]
    lines.sort(key=lambda line: modes.index(line.mode or ArmingMode.AWAY))
    return tuple((line.starts_at, line.ends_at) for line in lines if line.starts_at and line.ends_at)


def test_in_a_doubled_hour_one_mode_gives_way_when_the_next_is_first_due() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    sunday = 6 * DAY_MIN
    week = WeekSchedule(
        (
            ArmedPeriod(sunday - 360, 450, ArmingMode.AWAY),
            ArmedPeriod(sunday + 90, 330, ArmingMode.NIGHT),
        )
    )
    away, night = forecast(week, zone, date(2026, 10, 31), 2)
    assert away.ends_at == night.starts_at == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
    with_break = WeekSchedule(
        (
            ArmedPeriod(sunday - 360, 430, ArmingMode.AWAY),
            ArmedPeriod(sunday + 80, 340, ArmingMode.AWAY),
        )
    )
    before, after = forecast(with_break, zone, date(2026, 10, 31), 2)
    assert (before.ends_at, after.starts_at) == (
        datetime(2026, 11, 1, 8, 10, tzinfo=UTC),
        datetime(2026, 11, 1, 8, 20, tzinfo=UTC),
    )


def test_thirteen_months_have_each_change_once() -> None:
    always = WeekSchedule((ArmedPeriod(0, WEEK_MIN, ArmingMode.NIGHT),))
    for changes, name in _zones().items():
        told = [night.change.instant for night in clock_nights(always, ZoneInfo(name), date(2027, 5, 1))]
        low, high = datetime(2027, 5, 2, tzinfo=UTC), datetime(2028, 5, 30, tzinfo=UTC)
        assert [at for at in told if low < at < high] == [at for at, _, _ in changes if low < at < high], name
