"""Reads an arming schedule out of a calendar file (RFC 5545): weekly entries are the week, single ones exceptions.

An entry counts when its words name a mode, or say armed; a staff meeting arms nothing. What is left out is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from icalendar import Calendar

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.calendar_spans import NOTHING, Planned, planned
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import day_pieces, normalise
from chekt_console.domain.schedule_exceptions import FILE_YEARS, MOST_DAYS
from chekt_console.domain.schedule_json import Reading
from chekt_console.domain.schedule_words import date_words
from chekt_console.domain.site_clock import zone_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.schedule_exceptions import DayPeriods

_BYDAY = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TOO_FINE = ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS", "BYHOUR", "BYMINUTE", "BYSECOND")
_MOST = 2000
_NAMED = 2  # so many of the entries that arm nothing are named
_ARMED_MODE = re.compile(r"\barmed (away|stay|night)\b")
_MODE = re.compile(r"\b(away|stay|night)\b")
_ARMED = re.compile(r"\barmed\b")


class CalendarProblem(ValueError):
    """A calendar, or an entry of it, that cannot be read as a schedule; the text says why."""


@dataclass(frozen=True, slots=True)
class _Weekly:
    """One day's piece of a weekly entry, `after_days` after the entry begins: it does from `first` on, save on `skipped`."""

    piece: ArmedPeriod
    after_days: int
    first: date
    skipped: frozenset[date]

    def begins_on(self, day: date) -> bool:
        begun = day - timedelta(days=self.after_days)
        return self.piece.day == day.weekday() and begun >= self.first and begun not in self.skipped

    def left_out(self) -> set[date]:
        days = {day + timedelta(days=self.after_days) for day in self.skipped if day >= self.first}
        return {day for day in days if day.weekday() == self.piece.day}


def from_calendar(raw: bytes, timezone: str, today: date) -> Reading:
    """UTC is turned into the site's time; a wall time of any place stays that wall time, for a schedule is meant by the
    clock on the wall. Raises CalendarProblem when no entry is one of a schedule."""
    zone = zone_of(timezone) or UTC
    try:
        calendar = Calendar.from_ical(raw)
    # The reader of calendars falls over some lines of its own, as over a name that is said twice.
    except (ValueError, LookupError, AttributeError, TypeError, ArithmeticError) as error:
        raise CalendarProblem("This is no calendar file.") from error
    entries = list(calendar.walk("VEVENT"))
    if not entries:
        raise CalendarProblem("The calendar has no entries.")
    if len(entries) > _MOST:
        raise CalendarProblem(f"The calendar has more than {_MOST} entries.")
    weekly: list[_Weekly] = []
    single: dict[date, list[tuple[int, int, ArmingMode]]] = defaultdict(list)
    problems: list[str] = []
    others: list[str] = []
    replaced = _replaced(entries, zone)
    for entry in entries:
        if _text(entry, "status").upper() == "CANCELLED" or _is_of_series(entry):
            continue
        try:
            if (plan := _plan(entry)) is not None:
                single[plan.day].append((plan.start_min, plan.length_min, plan.mode))
            elif _mode(entry) is None and NOTHING not in _words(entry):
                others.append(_name(entry))
            elif entry.get("rrule") is not None:
                weekly += _weekly(entry, zone, today, replaced[_text(entry, "uid")], problems)
            else:
                for day, periods in _single(entry, zone):
                    single[day].extend(periods)
        except CalendarProblem as problem:
            problems.append(f"{problem} It was left out.")
        except ValueError:  # the reader of calendars tells a broken part when it is first asked for
            problems.append(f"{_name(entry)} has a part that cannot be read. It was left out.")
    if others:
        problems.append(_others_words(others))
    if not weekly and not single:
        raise CalendarProblem(problems[0])
    exceptions = []
    for day in sorted(set(single).union(*(one.left_out() for one in weekly))):
        begun = [
            (one.piece.start_min % DAY_MIN, one.piece.length_min, one.piece.mode)
            for one in weekly
            if one.begins_on(day)
        ]
        exceptions.append(DayException(day, tuple(sorted([*begun, *single[day]], key=lambda one: one[0]))))
    schedule = normalise(WeekSchedule(tuple(one.piece for one in weekly), tuple(exceptions)))
    return Reading(schedule, tuple(problems))


def _weekly(
    entry: Any, zone: tzinfo, today: date, replaced: frozenset[date], problems: list[str]
) -> list[_Weekly]:
    name, rule = _name(entry), entry["rrule"]
    is_weekly = not isinstance(rule, list) and [str(one).upper() for one in rule.get("FREQ", [])] == [
        "WEEKLY"
    ]
    if not is_weekly or rule.get("INTERVAL", [1]) != [1] or any(part in rule for part in _TOO_FINE):
        raise CalendarProblem(f"{name} repeats in a way a week cannot hold.")
    start, length = _times(entry, zone)
    minute = start.hour * 60 + start.minute
    named = [str(one)[-2:].upper() for one in rule.get("BYDAY", [])]
    days = [_BYDAY.index(day) for day in named if day in _BYDAY] or [start.weekday()]
    last = _last_day(rule, start.date(), len(days))
    if last is not None and last < today:
        raise CalendarProblem(f"{name} ended on {date_words(last)} {last.year}.")
    if last is not None:
        problems.append(f"{name} ends on {date_words(last)} {last.year} in the calendar; here it goes on.")
    if start.date() > today + timedelta(days=7):
        begin = f"{date_words(start.date())} {start.year}"
        problems.append(f"{name} begins on {begin} in the calendar; here it begins at once.")
    if entry.get("rdate") is not None:
        problems.append(f"{name} names more dates beside its week; they were left out.")
    skipped = _skipped(entry, zone) | replaced
    return [
        _Weekly(piece, number, start.date(), skipped)
        for day in days
        for number, piece in enumerate(day_pieces(ArmedPeriod(day * DAY_MIN + minute, length, _armed(entry))))
    ]


def _last_day(rule: Any, first: date, times_a_week: int) -> date | None:
    """Of a rule that ends; about, where it counts."""
    until, many = (rule.get(part, [None])[0] for part in ("UNTIL", "COUNT"))
    if isinstance(until, date):
        return until.date() if isinstance(until, datetime) else until
    if isinstance(many, int):
        weeks = min(-(-many // times_a_week), MOST_DAYS)
        return first + timedelta(days=7 * weeks - 1)
    return None


def _single(entry: Any, zone: tzinfo) -> list[tuple[date, DayPeriods]]:
    begin = _begin(entry)
    if isinstance(begin, datetime):
        start, length = _times(entry, zone)
        return [(start.date(), ((start.hour * 60 + start.minute, length, _armed(entry)),))]
    is_nothing = NOTHING in _words(entry)
    if not is_nothing and not _ARMED.search(_words(entry)):  # somebody is away, or stays the night
        raise CalendarProblem(f"{_name(entry)} is a whole day and does not say armed.")
    end = _when(entry, "dtend") or begin + timedelta(days=1)
    days = ((end.date() if isinstance(end, datetime) else end) - begin).days
    if days > MOST_DAYS:
        raise CalendarProblem(f"{_name(entry)} is longer than {MOST_DAYS} days.")
    periods: DayPeriods = () if is_nothing else ((0, DAY_MIN, _armed(entry)),)
    return [(begin + timedelta(days=number), periods) for number in range(max(days, 1))]


def _times(entry: Any, zone: tzinfo) -> tuple[datetime, int]:
    """Wall time of the beginning, and minutes on the site's clock."""
    start = _wall(_begin(entry), zone)
    end, duration = _when(entry, "dtend"), getattr(entry.get("duration"), "dt", None)
    length = timedelta(days=1)
    if end is not None:
        length = _wall(end, zone).replace(tzinfo=None) - start.replace(tzinfo=None)
    elif isinstance(duration, timedelta):
        length = duration
    minutes = round(length.total_seconds() / 60)
    if not 0 < minutes <= WEEK_MIN:
        raise CalendarProblem(f"{_name(entry)} does not end within a week after it begins.")
    return start, minutes


def _replaced(entries: list[Any], zone: tzinfo) -> defaultdict[str, frozenset[date]]:
    """For each series the dates that stand in the calendar as entries of their own."""
    found: defaultdict[str, frozenset[date]] = defaultdict(frozenset)
    for entry in entries:
        when = None
        with suppress(ValueError):  # told when the entry itself is read
            when = getattr(entry.get("recurrence-id"), "dt", None)
        if isinstance(when, date) and when.year in FILE_YEARS and not _is_of_series(entry):
            found[_text(entry, "uid")] |= {_wall(when, zone).date()}
    return found


def _plan(entry: Any) -> Planned | None:
    """What this program meant by an entry of its own that nobody changed since."""
    plan, mode = planned(entry), _mode(entry)
    if plan is None or _text(entry, "status").upper() == "CANCELLED":
        return None
    return plan if mode is plan.mode or (mode is None and NOTHING in _words(entry)) else None


def _is_of_series(entry: Any) -> bool:
    """Whether it only tells what a time of its series comes to."""
    return entry.get("recurrence-id") is not None and _plan(entry) is not None


def _skipped(entry: Any, zone: tzinfo) -> frozenset[date]:
    told = entry.get("exdate")
    lists = told if isinstance(told, list) else [told]
    moments = [moment.dt for one in lists for moment in getattr(one, "dts", ())]
    return frozenset(
        _wall(when, zone).date() for when in moments if isinstance(when, date) and when.year in FILE_YEARS
    )


def _wall(moment: date, zone: tzinfo) -> datetime:
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=zone)
    is_utc = moment.tzinfo is not None and moment.tzname() in ("UTC", "Z")
    return moment.astimezone(zone) if is_utc else moment


def _begin(entry: Any) -> date:
    found = _when(entry, "dtstart")
    if found is None:
        raise CalendarProblem(f"{_name(entry)} does not say when it begins.")
    return found


def _when(entry: Any, part: str) -> date | None:
    found = entry.get(part)
    if found is None:
        return None
    moment = getattr(found, "dt", None)
    if not isinstance(moment, date):  # said twice, a period, or what is no time
        raise CalendarProblem(f"{_name(entry)} does not say plainly when it begins and ends.")
    if moment.year not in FILE_YEARS:
        raise CalendarProblem(f"{_name(entry)} is too far from today: {moment.year}.")
    return moment


def _mode(entry: Any) -> ArmingMode | None:
    """The mode its words name, best with "armed" before it, for a site may be called Stay Inn; Away when they only say armed."""
    words = _words(entry)
    if NOTHING in words:
        return None
    found = _ARMED_MODE.findall(words) or _MODE.findall(words)
    if found:
        return ArmingMode(found[-1])
    return ArmingMode.AWAY if _ARMED.search(words) else None


def _armed(entry: Any) -> ArmingMode:
    mode = _mode(entry)
    if mode is None:
        raise CalendarProblem(f"{_name(entry)} arms nothing.")
    return mode


def _words(entry: Any) -> str:
    return _text(entry, "summary").casefold()


def _name(entry: Any) -> str:
    text = _text(entry, "summary")
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”" if text else "An entry without a name"


def _text(entry: Any, part: str) -> str:
    found = entry.get(part, "")
    return str(found[0] if isinstance(found, list) and found else found).strip()


def _others_words(others: list[str]) -> str:
    names = list(dict.fromkeys(others))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    verb = "names" if len(names) == 1 else "name"
    return f"{', '.join(names[:_NAMED])}{more} {verb} no arming mode (away, stay, night) and arm{'s' * (len(names) == 1)} nothing."
