"""An arming schedule as a calendar file (RFC 5545) and as a table (CSV), for other programs and for people."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, DAY_NAMES, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise
from chekt_console.domain.site_clock import zone_of

_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def to_calendar(
    schedule: WeekSchedule, *, site_id: str, site_name: str, timezone: str, from_day: date, stamp: datetime
) -> bytes:
    """Each weekly period repeats from `from_day`'s week on; exception dates leave it out and stand as single entries."""
    zone = zone_of(timezone) or UTC
    schedule = normalise(schedule)
    calendar = Calendar()
    calendar.add("prodid", "-//CHeKT Console//Arming schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Arming of {site_name}")
    monday = from_day - timedelta(days=from_day.weekday())
    for period in schedule.periods:
        start = _at(monday + timedelta(days=period.day), period.start_min % DAY_MIN)
        entry = _entry(site_id, f"week-{period.start_min}", site_name, period.mode, stamp)
        entry.add("dtstart", start.replace(tzinfo=zone))
        entry.add("dtend", (start + timedelta(minutes=period.length_min)).replace(tzinfo=zone))
        entry.add("rrule", {"freq": "weekly", "byday": _BYDAY[period.day]})
        skipped = [e.day for e in schedule.exceptions if e.day.weekday() == period.day and e.day >= monday]
        if skipped:
            entry.add(
                "exdate", [_at(day, period.start_min % DAY_MIN).replace(tzinfo=zone) for day in skipped]
            )
        calendar.add_component(entry)
    for exception in schedule.exceptions:
        for start_min, length, mode in exception.periods:
            start = _at(exception.day, start_min)
            entry = _entry(site_id, f"{exception.day}-{start_min}", site_name, mode, stamp)
            entry.add("dtstart", start.replace(tzinfo=zone))
            entry.add("dtend", (start + timedelta(minutes=length)).replace(tzinfo=zone))
            calendar.add_component(entry)
        if not exception.periods:
            entry = _entry(site_id, f"{exception.day}-none", site_name, ArmingMode.DISARMED, stamp)
            entry["summary"] = f"{site_name}: nothing is armed anew"
            entry.add("dtstart", exception.day)
            entry.add("dtend", exception.day + timedelta(days=1))
            calendar.add_component(entry)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def to_table(schedule: WeekSchedule) -> str:
    """CSV: day or date, arm time, disarm time, days later, mode. Cells never begin with what a spreadsheet would run."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(("day", "arm", "disarm", "days later", "mode"))
    schedule = normalise(schedule)
    for period in schedule.periods:
        table.writerow(
            _row(DAY_NAMES[period.day], period.start_min % DAY_MIN, period.length_min, period.mode)
        )
    for exception in schedule.exceptions:
        for start, length, mode in exception.periods:
            table.writerow(_row(exception.day.isoformat(), start, length, mode))
        if not exception.periods:
            table.writerow((exception.day.isoformat(), "", "", "", "nothing armed anew"))
    return out.getvalue()


class TableProblem(ValueError):
    """A table that cannot be read; the text names the line."""


def from_table(text: str) -> WeekSchedule:
    """Reads what `to_table` wrote, or what a person typed like it. Raises TableProblem naming the line."""
    periods: list[ArmedPeriod] = []
    exceptions: dict[date, list[tuple[int, int, ArmingMode]]] = {}
    for number, cells in enumerate(csv.reader(io.StringIO(text)), start=1):
        cells = [cell.strip() for cell in cells]
        if not any(cells) or (number == 1 and cells[0].casefold() == "day"):
            continue
        try:
            day = _weekday(cells[0])
            when = None if day is not None else date.fromisoformat(cells[0])
            if when is not None and not any(cells[1:4]):
                exceptions.setdefault(when, [])
                continue
            start, length = _span(cells, may_be_later=when is not None)
            mode = ArmingMode(cells[4].casefold().removeprefix("armed "))
            if mode is ArmingMode.DISARMED:
                raise ValueError("a period needs an armed mode: away, stay or night")
            if day is not None:
                periods.append(ArmedPeriod(day * DAY_MIN + start, length, mode))
            elif when is not None:
                exceptions.setdefault(when, []).append((start, length, mode))
        except (ValueError, IndexError) as problem:
            raise TableProblem(f"Line {number} cannot be read: {problem}") from None
    days = tuple(DayException(day, tuple(parts)) for day, parts in sorted(exceptions.items()))
    return normalise(WeekSchedule(tuple(sorted(periods)), days))


def _entry(site_id: str, part: str, site_name: str, mode: ArmingMode, stamp: datetime) -> Event:
    entry = Event()
    entry.add("uid", f"{site_id}-{part}@chekt-console")
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("summary", f"{site_name}: armed {mode.label}")
    entry.add("transp", "TRANSPARENT")
    return entry


def _at(day: date, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001  wall time of the site


def _row(day: str, start: int, length: int, mode: ArmingMode) -> tuple[str, str, str, int, str]:
    end = start + length
    return (day, _clock(start), _clock(end % DAY_MIN), end // DAY_MIN, mode.value)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _weekday(word: str) -> int | None:
    matches = [
        n
        for n, name in enumerate(DAY_NAMES)
        if len(word) >= 2 and name.casefold().startswith(word.casefold())
    ]
    return matches[0] if len(matches) == 1 else None


def _span(cells: list[str], *, may_be_later: bool) -> tuple[int, int]:
    """`may_be_later`: what is left of an overlapped period of a date may begin at 24:00 or after it."""
    start, end = _minute(cells[1]), _minute(cells[2]) % DAY_MIN
    if start >= DAY_MIN and not may_be_later:
        raise ValueError(f"{cells[1]} is not a time of the day")
    later = int(cells[3]) if cells[3] else int(end <= start)
    length = end + later * DAY_MIN - start
    if not 0 < length <= 7 * DAY_MIN:
        raise ValueError("the end is not after the start")
    return start, length


def _minute(text: str) -> int:
    hours, _, minutes = text.partition(":")
    minute = int(hours) * 60 + int(minutes)
    if not 0 <= minute <= 7 * DAY_MIN or int(minutes) > 59:
        raise ValueError(f"{text} is not a time")
    return minute
