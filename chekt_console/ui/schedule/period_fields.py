"""What typed numbers make of a period, and how times and lengths are read; rules without widgets."""

from __future__ import annotations

import re
from dataclasses import replace

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod
from chekt_console.domain.schedule_words import day_name

_LENGTH = re.compile(r"\s*(?:(\d{1,3})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?\s*", re.IGNORECASE)
_CLOCK = re.compile(r"\s*(\d{1,3}):([0-5]\d)\s*")
_TIME = re.compile(r"\s*(\d{1,2}?)[:.]?([0-5]\d)?\s*(?:([ap])\.?m\.?)?\s*", re.IGNORECASE)


def with_day(period: ArmedPeriod, day: int) -> ArmedPeriod:
    """The same times on another day."""
    return replace(period, start_min=day * DAY_MIN + period.start_min % DAY_MIN)


def with_arm_time(period: ArmedPeriod, minute: int) -> ArmedPeriod:
    """Armed from another time of the same day; the end stays, or comes to lie within a day after."""
    start = period.day * DAY_MIN + minute
    return replace(period, start_min=start, length_min=_length(period, period.end_min - start))


def with_disarm_time(period: ArmedPeriod, minute: int) -> ArmedPeriod:
    """Disarmed at another time: of the day `end_day_words` names, or within a day after the start for an ordinary period."""
    end = period.end_min // DAY_MIN * DAY_MIN + minute
    return replace(period, length_min=_length(period, end - period.start_min))


def end_day_words(period: ArmedPeriod) -> str:
    """ "same day", "next day", "Mon, 3 days later"."""
    days = (period.start_min % DAY_MIN + period.length_min) // DAY_MIN
    if days == 0:
        return "same day"
    return "next day" if days == 1 else f"{day_name(period.end_min // DAY_MIN)}, {days} days later"


def minutes_of(text: str) -> int | None:
    """ "13 h 30 min", "13:30", "90 min", "13" (hours); None when it is none of them."""
    if clock := _CLOCK.fullmatch(text):
        return int(clock[1]) * 60 + int(clock[2])
    if text.strip().isdecimal():
        return int(text) * 60
    length = _LENGTH.fullmatch(text)
    if length is None or not (length[1] or length[2]):
        return None
    return int(length[1] or 0) * 60 + int(length[2] or 0)


def clock_minutes_of(text: str) -> int | None:
    """ "18:00", "1800", "18", "6 pm", "6:30 PM", "24:00" (midnight); None when it is none of them."""
    clock = _TIME.fullmatch(text)
    if clock is None:
        return None
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if clock[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock[3].lower() == "p" else 0)
    total = hour * 60 + minute
    return total % DAY_MIN if total <= DAY_MIN else None


def _length(period: ArmedPeriod, asked: int) -> int:
    """Ordinary periods stay within a day; longer ones keep the days they span where that is possible: more than a week ends
    the day before."""
    if period.length_min > DAY_MIN and WEEK_MIN < asked <= WEEK_MIN + DAY_MIN:
        return asked - DAY_MIN
    if period.length_min <= DAY_MIN or not 1 <= asked <= WEEK_MIN:
        return asked % DAY_MIN or DAY_MIN
    return asked
