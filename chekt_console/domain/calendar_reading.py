"""Reads an arming schedule out of a calendar file (RFC 5545): weekly entries are the week, single ones exceptions."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise
from chekt_console.domain.site_clock import zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST = 2000
_MODES = (ArmingMode.STAY, ArmingMode.NIGHT, ArmingMode.AWAY)


class CalendarProblem(ValueError):
    """A calendar that cannot be read as a schedule; the text says why."""


def from_calendar(raw: bytes, timezone: str) -> WeekSchedule:
    """UTC is turned into the site's time; a wall time of any place stays that wall time, for a schedule is meant by the
    clock on the wall. Raises CalendarProblem."""
    zone = zone_of(timezone) or UTC
    try:
        calendar = Calendar.from_ical(raw)
    except (ValueError, IndexError, KeyError) as error:
        raise CalendarProblem(f"This is no calendar file: {error}") from error
    entries = list(calendar.walk("VEVENT"))
    if not entries:
        raise CalendarProblem("The calendar has no entries.")
    if len(entries) > _MOST:
        raise CalendarProblem(f"The calendar has more than {_MOST} entries.")
    weekly: list[tuple[ArmedPeriod, frozenset[date]]] = []
    single: dict[date, list[tuple[int, int, ArmingMode]]] = defaultdict(list)
    for entry in entries:
        rule = entry.get("rrule")
        if rule is None:
            day, periods = _single(entry, zone)
            single[day].extend(periods)
        else:
            skipped = _skipped(entry, zone)
            weekly += [(period, skipped) for period in _weekly(entry, rule, zone)]
    days = set(single).union(*(skipped for _, skipped in weekly))
    exceptions = []
    for day in sorted(days):
        begun = [
            (period.start_min % DAY_MIN, period.length_min, period.mode)
            for period, skipped in weekly
            if period.day == day.weekday() and day not in skipped
        ]
        exceptions.append(DayException(day, tuple(sorted([*begun, *single[day]], key=lambda one: one[0]))))
    return normalise(WeekSchedule(tuple(period for period, _ in weekly), tuple(exceptions)))


def _weekly(entry: Any, rule: Any, zone: tzinfo) -> list[ArmedPeriod]:
    if "WEEKLY" not in [str(one).upper() for one in rule.get("FREQ", [])] or rule.get("INTERVAL", [1]) != [1]:
        raise CalendarProblem(f"“{entry.get('summary', '')}” repeats in a way a week cannot hold.")
    start, length = _times(entry, zone)
    minute = start.hour * 60 + start.minute
    named = [str(one)[-2:].upper() for one in rule.get("BYDAY", [])]
    days = [_BYDAY.index(name) for name in named if name in _BYDAY] or [start.weekday()]
    return [ArmedPeriod(day * DAY_MIN + minute, length, _mode(entry)) for day in days]


def _single(entry: Any, zone: tzinfo) -> tuple[date, list[tuple[int, int, ArmingMode]]]:
    begin = _moment(entry, "dtstart")
    if not isinstance(begin, datetime):  # a whole date: nothing begins, unless a mode is named
        words = str(entry.get("summary", "")).casefold()
        is_armed = any(f"armed {mode.value}" in words for mode in _MODES)
        return begin, [(0, DAY_MIN, _mode(entry))] if is_armed else []
    start, length = _times(entry, zone)
    return start.date(), [(start.hour * 60 + start.minute, length, _mode(entry))]


def _times(entry: Any, zone: tzinfo) -> tuple[datetime, int]:
    """Wall time of the beginning, and minutes on the site's clock."""
    begin, end = _moment(entry, "dtstart"), entry.get("dtend")
    if not isinstance(begin, datetime):
        begin = datetime(begin.year, begin.month, begin.day, tzinfo=zone)
    start = _wall(begin, zone)
    if end is not None:
        until = (
            end.dt
            if isinstance(end.dt, datetime)
            else datetime(end.dt.year, end.dt.month, end.dt.day, tzinfo=zone)
        )
        finish = _wall(until, zone)
        length = finish.replace(tzinfo=None) - start.replace(tzinfo=None)
    else:
        duration = entry.get("duration")
        length = duration.dt if duration is not None else timedelta(days=1)
    minutes = round(length.total_seconds() / 60)
    if not 0 < minutes <= WEEK_MIN:
        raise CalendarProblem(f"“{entry.get('summary', '')}” does not end within a week after it begins.")
    return start, minutes


def _skipped(entry: Any, zone: tzinfo) -> frozenset[date]:
    told = entry.get("exdate")
    lists = told if isinstance(told, list) else [] if told is None else [told]
    found = set()
    for one in lists:
        for moment in one.dts:
            when = moment.dt
            found.add(_wall(when, zone).date() if isinstance(when, datetime) else when)
    return frozenset(found)


def _wall(moment: datetime, zone: tzinfo) -> datetime:
    is_utc = moment.tzinfo is not None and moment.tzname() in ("UTC", "Z")
    return moment.astimezone(zone) if is_utc else moment


def _moment(entry: Any, name: str) -> date | datetime:
    found = entry.get(name)
    if found is None:
        raise CalendarProblem("An entry of the calendar does not say when it begins.")
    moment: date | datetime = found.dt
    return moment


def _mode(entry: Any) -> ArmingMode:
    """The mode its words name; Away when they name none."""
    words = str(entry.get("summary", "")).casefold()
    return next((mode for mode in _MODES if mode.value in words), ArmingMode.AWAY)
