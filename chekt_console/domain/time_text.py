"""Reads an instant from what a person types: many spellings of date and time, in the time of a site; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAY_OF = {
    name[:size]: place
    for place, name in enumerate(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    for size in range(3, len(name) + 1)
}
_DAY_WORDS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_FILLERS = {"at", "on", "the", "of", "last", "this", "um", "uhr", "t", "h"}
_UNIT_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_RELATIVE = re.compile(
    r"(\d+(?:\.\d+)?)\s*(weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])"
)
_OFFSET = r"(?:\s*([+-]\d{2}:?\d{2}))?"
_CLOCK = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(?:([ap])\.?\s?m\b\.?)?" + _OFFSET
)
_COMPACT = re.compile(r"(?<=\d)t(\d{2})(\d{2})(\d{2})?(?!\d)" + _OFFSET)
_HALF_DAY = re.compile(r"(?<![\d.:/])(\d{1,2})\s*([ap])\.?\s?m\b\.?")
_H_CLOCK = re.compile(r"(?<![\d.:/])(\d{1,2})h(\d{2})?(?!\w)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})(?:\.\s?(\d{4}|\d{2})?)?(?![\d.])")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})([/-])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?!\d)")
_NAME = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|\.)?\s*" + _NAME + r"(?:\s*(\d{4}))?(?!\d)")
_MONTH_DAY = re.compile(r"\b" + _NAME + r"\s*(\d{1,2})(?:st|nd|rd|th)?(?:\s*(\d{4}))?(?!\d)")
_DAYS_AGO = re.compile(r"(\d+)\s*(days?|d)\s+ago")
_YEARS = range(1971, 2400)
_EXAMPLES = "Try 21:04, yesterday 21:00, fri 6:12, 2026-11-23 21:04 or -2h."


@dataclass(frozen=True, slots=True)
class TimeReading:
    """What was understood. `instant_ms` None: nothing, and `note` says why; else `note` tells of a skipped or doubled
    hour, or "" when there is nothing to tell."""

    instant_ms: int | None
    note: str = ""


class _NotUnderstood(Exception):
    """Carries the sentence for the person."""


@dataclass(slots=True)
class _Parts:
    clock: time | None = None
    is_end_of_day: bool = False
    offset: tzinfo | None = None
    zone_word: str = ""
    day: date | None = None
    weekday: int | None = None


def read_time(
    text: str, *, zone: tzinfo, now_ms: int, near_ms: float | None = None, is_day_first: bool = True
) -> TimeReading:
    """The instant meant by `text`. A bare clock time means the one nearest to `near_ms` that is not to come;
    `is_day_first` settles 3/4 (the locale's habit). Never raises."""
    line = _plain(text)
    if not line:
        return TimeReading(None, _EXAMPLES)
    try:
        reading = _at_once(line, now_ms)
        return reading or _calendar(line, zone, now_ms, now_ms if near_ms is None else near_ms, is_day_first)
    except _NotUnderstood as problem:
        return TimeReading(None, str(problem))
    except (ValueError, OverflowError):
        return TimeReading(None, f"There is no such date or time. {_EXAMPLES}")


def _plain(text: str) -> str:
    line = unicodedata.normalize("NFKC", text[:100]).casefold()
    line = re.sub(r"[–—−]", "-", line)
    return " ".join(re.sub(r",(?!\d)|;", " ", line).split())


def _at_once(line: str, now_ms: int) -> TimeReading | None:
    """Now, distances from now, and seconds or milliseconds since 1970."""
    if line in ("now", "live"):
        return TimeReading(now_ms)
    if re.fullmatch(r"\d{10}|\d{13}", line):
        return TimeReading(int(line) * (1000 if len(line) == 10 else 1))
    is_ago = line.endswith(" ago")
    body = line.removesuffix(" ago").removeprefix("in ").strip()
    sign = -1 if is_ago or body.startswith("-") else 1
    is_signed = is_ago or line.startswith(("-", "+", "in "))
    body = body.lstrip("+-").strip()
    clock = re.fullmatch(r"(\d{1,3}):(\d{2})", body)
    if is_signed and clock:
        return TimeReading(now_ms + sign * (int(clock[1]) * 60 + int(clock[2])) * 60_000)
    if is_signed and body and not _RELATIVE.sub("", body).replace("and", "").strip():
        seconds = sum(float(match[1]) * _UNIT_S[match[2][0]] for match in _RELATIVE.finditer(body))
        if seconds > 100 * 366 * 86_400:
            raise _NotUnderstood("That is too far away.")
        return TimeReading(now_ms + sign * round(seconds * 1000))
    return None


def _calendar(line: str, zone: tzinfo, now_ms: int, near_ms: float, is_day_first: bool) -> TimeReading:
    today = _local(now_ms, zone).date()
    parts = _Parts()
    rest = _take_clock(line, parts)
    rest = _take_day(rest, parts, today, is_day_first)
    _take_words(rest, parts, zone, today)
    if parts.weekday is not None:
        if parts.day is None:
            parts.day = today - timedelta(days=(today.weekday() - parts.weekday) % 7)
            moment = datetime.combine(parts.day, parts.clock or time.min, _zone_of(parts, zone))
            if moment.timestamp() * 1000 > now_ms:
                parts.day -= timedelta(days=7)
        elif parts.day.weekday() != parts.weekday:
            raise _NotUnderstood(f"{_day_words(parts.day)} is a {parts.day:%A}.")
    if parts.day is None:
        if parts.clock is None:
            raise _NotUnderstood(f"This was not understood. {_EXAMPLES}")
        return _bare_clock(parts, zone, now_ms, near_ms)
    return _resolved(parts.day, parts, zone)


def _take_clock(line: str, parts: _Parts) -> str:
    """The clock time, cut out of the line."""
    for pattern in (_CLOCK, _COMPACT, _HALF_DAY, _H_CLOCK):
        match = pattern.search(line)
        if match is None:
            continue
        hour, minute, second, micros = int(match[1]), 0, 0, 0
        half = offset = None
        if pattern is _HALF_DAY:
            half = match[2]
        else:
            minute = int(match[2] or 0)
        if pattern in (_CLOCK, _COMPACT):
            second = int(match[3] or 0)
            offset = match[match.re.groups]
        if pattern is _CLOCK:
            micros, half = int((match[4] or "0").ljust(6, "0")), match[5]
        if half is not None:
            if not 1 <= hour <= 12:
                raise _NotUnderstood(f"There is no {hour} {half}m.")
            hour = hour % 12 + (12 if half == "p" else 0)
        if (hour, minute, second) == (24, 0, 0):
            parts.is_end_of_day, hour = True, 0
        if hour > 23 or minute > 59 or second > 59:
            raise _NotUnderstood(f"There is no clock time {match[0].strip()}.")
        parts.clock = time(hour, minute, second, micros)
        if offset:
            digits = offset[1:].replace(":", "")
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            parts.offset = timezone(-shift if offset[0] == "-" else shift)
        return f"{line[: match.start()]} {line[match.end() :]}"
    for word, hour in (("noon", 12), ("midnight", 0)):
        if re.search(rf"\b{word}\b", line):
            parts.clock = time(hour)
            return line.replace(word, " ", 1)
    return line


def _take_day(line: str, parts: _Parts, today: date, is_day_first: bool) -> str:
    """The date, cut out of the line. Without a year: the last time that day came round, or today."""
    for pattern in (
        _DAYS_AGO, _YEAR_FIRST, _COMPACT_DATE, _DAY_MONTH, _MONTH_DAY, _DOTTED, _SLASHED,
    ):  # fmt: skip
        match = pattern.search(line)
        if match is None:
            continue
        year: str | None
        if pattern is _DAYS_AGO:
            parts.day = today - timedelta(days=int(match[1]))
        elif pattern is _YEAR_FIRST:
            parts.day = _day_of(match[1], int(match[3]), int(match[4]), today)
        elif pattern is _COMPACT_DATE:
            parts.day = _day_of(match[1], int(match[2]), int(match[3]), today)
        elif pattern is _DAY_MONTH:
            parts.day = _day_of(match[3], _MONTHS.index(match[2]) + 1, int(match[1]), today)
        elif pattern is _MONTH_DAY:
            parts.day = _day_of(match[3], _MONTHS.index(match[1]) + 1, int(match[2]), today)
        elif pattern is _DOTTED:
            parts.day = _day_of(match[3], int(match[2]), int(match[1]), today)
        else:
            first, second, year = int(match[1]), int(match[3]), match[4]
            is_first_day = first > 12 or (is_day_first and second <= 12)
            day, month = (first, second) if is_first_day else (second, first)
            parts.day = _day_of(year, month, day, today)
        return f"{line[: match.start()]} {line[match.end() :]}"
    return line


def _take_words(line: str, parts: _Parts, zone: tzinfo, today: date) -> None:
    for word in line.replace("'s", "").split():
        stem = word.rstrip(".")
        if stem in _DAY_WORDS:
            parts.day = today + timedelta(days=_DAY_WORDS[stem])
        elif stem in ("z", "utc", "gmt"):
            parts.offset = UTC
        elif stem in _WEEKDAY_OF:
            parts.weekday = _WEEKDAY_OF[stem]
        elif stem in _zone_words(zone, parts.day or today):
            parts.zone_word = stem
        elif stem not in _FILLERS:
            raise _NotUnderstood(f"“{word[:24]}” was not understood. {_EXAMPLES}")


def _day_of(year: str | None, month: int, day: int, today: date) -> date:
    if year is not None:
        number = int(year)
        return date(number if len(year) == 4 else 2000 + number, month, day)
    for back in range(8):
        try:
            found = date(today.year - back, month, day)
        except ValueError:
            if (month, day) != (2, 29):
                raise
            continue
        if found <= today:
            return found
    raise ValueError(month, day)


def _bare_clock(parts: _Parts, zone: tzinfo, now_ms: int, near_ms: float) -> TimeReading:
    near = _local(near_ms, zone).date()
    readings = [_resolved(near + timedelta(days=days), parts, zone) for days in (-2, -1, 0, 1)]
    past = [found for found in readings if found.instant_ms is not None and found.instant_ms <= now_ms]
    return min(past or readings[:1], key=lambda found: abs((found.instant_ms or 0) - near_ms))


def _resolved(day: date, parts: _Parts, zone: tzinfo) -> TimeReading:
    """The instant of a local date and time; hours that clocks skip or repeat are told."""
    local = datetime.combine(day, parts.clock or time.min)
    if parts.is_end_of_day:
        local += timedelta(days=1)
    if local.year not in _YEARS:
        raise _NotUnderstood("That is too far away.")
    if parts.offset is not None:
        return TimeReading(_ms(local.replace(tzinfo=parts.offset)))
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if parts.zone_word:
        named = [moment for moment in (first, second) if _name(moment) == parts.zone_word]
        if not named:
            shift = _zone_words(zone, day)[parts.zone_word]
            return TimeReading(_ms(local.replace(tzinfo=timezone(shift))))
        return TimeReading(_ms(named[0]))
    if first.utcoffset() == second.utcoffset():
        return TimeReading(_ms(first))
    clock = f"{local:%H:%M}"
    if _local(_ms(first), zone).replace(tzinfo=None) != local:
        # In a gap fold 1 counts with the new offset and so lands before the change, fold 0 after it.
        changed = _change_between(_ms(second), _ms(first), zone)
        after = _local(changed, zone)
        return TimeReading(
            changed,
            f"Clocks go forward here: {clock} does not exist on {_day_words(day)}. Next: {after:%H:%M %Z}.",
        )
    return TimeReading(
        _ms(first),
        f"Clocks go back: {clock} happens twice. This is the first, {first:%Z}; add {second:%Z} for the second.",
    )


def _change_between(low: int, high: int, zone: tzinfo) -> int:
    """First instant with the later offset; low lies before the change, high at or after it."""
    before = _local(low, zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _local(middle, zone).utcoffset() == before else (low, middle)
    return high


def _zone_of(parts: _Parts, zone: tzinfo) -> tzinfo:
    return parts.offset or zone


def _zone_words(zone: tzinfo, day: date) -> dict[str, timedelta]:
    """Short names of the site's clock around that year ("pst", "pdt") and their offsets."""
    found = {}
    for month in (1, 7):
        moment = datetime(day.year, month, 1, 12, tzinfo=zone)
        name, offset = _name(moment), moment.utcoffset()
        if name.isalpha() and offset is not None:
            found[name] = offset
    return found


def _name(moment: datetime) -> str:
    return (moment.tzname() or "").casefold()


def _day_words(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _local(instant_ms: float, zone: tzinfo) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant_ms)).astimezone(zone)


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
