"""An arming schedule as a calendar file (RFC 5545) and as a table (CSV), for other programs and for people."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.calendar_spans import NOTHING, PLAN, Begun, CalendarSpans, Planned, plan_words
from chekt_console.domain.schedule import DAY_MIN, DAY_NAMES, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise
from chekt_console.domain.schedule_exceptions import FILE_YEARS
from chekt_console.domain.site_clock import zone_of

_MOST_LINES = 2000
_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def to_calendar(
    schedule: WeekSchedule, *, site_id: str, site_name: str, timezone: str, from_day: date, stamp: datetime
) -> bytes:
    """Each weekly period repeats from `from_day`'s week on, with what the week before still arms in it; exception dates leave it
    out and stand as single entries. What an exception cuts short, and in the next 13 months what a change of the clock makes
    shorter or longer, is an entry of its own in the series, with what was planned beside it. A period of several days on
    which an exception falls is written day by day, for the date takes away only what begins on it."""
    schedule = normalise(schedule)
    monday = from_day - timedelta(days=from_day.weekday())
    spans = CalendarSpans(schedule, zone_of(timezone) or UTC, monday)
    calendar = Calendar()
    calendar.add("prodid", "-//CHeKT Console//Arming schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"Arming of {site_name}")

    def entry(part: str, mode: ArmingMode) -> Event:
        found = Event()
        found.add("uid", f"{site_id}-{part}@chekt-console")
        found.add("dtstamp", stamp.astimezone(UTC))
        found.add("summary", f"{site_name}: armed {mode.label}")
        found.add("transp", "TRANSPARENT")
        calendar.add_component(found)
        return found

    def single(part: str, begun: Begun) -> Event:
        mode = begun.plan.mode
        found = entry(part, mode)
        found.add("dtstart", begun.starts_at)
        if begun.is_skipped:
            found["summary"] = f"{site_name}: the clock skips {mode.label}, {NOTHING}"
        else:
            found.add("dtend", begun.ends_at)
        if begun.is_other:
            found.add(PLAN, plan_words(found, begun.plan))
        return found

    for piece in spans.pieces:
        first, skipped = spans.first_of(piece), spans.skipped(piece)
        part = f"week-{piece.start_min}"
        weekly = entry(part, piece.mode)
        weekly.add("dtstart", first)
        weekly.add("dtend", first + timedelta(minutes=piece.length_min))
        weekly.add("rrule", {"freq": "weekly", "byday": _BYDAY[piece.day]})
        if skipped:
            weekly.add("exdate", skipped)
        for begun in spans.others(piece):
            single(part, begun).add("recurrence-id", spans.time_of(begun.plan))
    for exception in schedule.exceptions:
        for start_min, length_min, mode in exception.periods:
            begun = spans.begun(Planned(exception.day, start_min, length_min, mode))
            single(f"{exception.day}-{start_min}", begun)
        if not exception.periods:
            nothing = entry(f"{exception.day}-none", ArmingMode.DISARMED)
            nothing["summary"] = f"{site_name}: {NOTHING}"
            nothing.add("dtstart", exception.day)  # a date without an end is that whole day
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
    lines = text.splitlines()  # also the line ends of an old Mac
    if len(lines) > _MOST_LINES:
        raise TableProblem(f"The table has more than {_MOST_LINES} lines.")
    rows = csv.reader(lines)
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            _read_row([cell.strip() for cell in row], number, periods, exceptions)
    except ValueError as problem:
        raise TableProblem(f"Line {number} cannot be read: {problem}") from None
    except IndexError:
        raise TableProblem(f"Line {number} cannot be read: a time or the mode is missing") from None
    except csv.Error as problem:  # raised on the way to the next line
        raise TableProblem(f"Line {number + 1} cannot be read: {problem}") from None
    days = tuple(DayException(day, tuple(parts)) for day, parts in sorted(exceptions.items()))
    return normalise(WeekSchedule(tuple(sorted(periods)), days))


def _read_row(
    cells: list[str],
    number: int,
    periods: list[ArmedPeriod],
    exceptions: dict[date, list[tuple[int, int, ArmingMode]]],
) -> None:
    """Adds what one line says. Raises ValueError or IndexError when it says nothing."""
    if not any(cells) or (number == 1 and cells[0].casefold() == "day"):
        return
    day = _weekday(cells[0])
    when = None if day is not None else date.fromisoformat(cells[0])
    if when is not None and when.year not in FILE_YEARS:
        raise ValueError(f"{cells[0]} is too far from today")
    if when is not None and not any(cells[1:4]):
        exceptions.setdefault(when, [])
        return
    start, length = _span(cells, may_be_later=when is not None)
    mode = ArmingMode(cells[4].casefold().removeprefix("armed "))
    if mode is ArmingMode.DISARMED:
        raise ValueError("a period needs an armed mode: away, stay or night")
    if day is not None:
        periods.append(ArmedPeriod(day * DAY_MIN + start, length, mode))
    elif when is not None:
        exceptions.setdefault(when, []).append((start, length, mode))


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
