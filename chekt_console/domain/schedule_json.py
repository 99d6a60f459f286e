"""The key-concepts JSON of a schedule: read with tolerance, written with a list of what it cannot hold.

It says one period a day, at most 24 hours long; a disarm time at or before the arm time means the day after (equal: 24 hours).
* A longer run is stored in pieces of 24 hours from its start, one beginning each day (Fri 20:00 to Mon 07:00 becomes
  Fri 20:00 to Sat 20:00, Sat 20:00 to Sun 20:00, Sun 20:00 to Mon 07:00); "all day Sat and Sun" is 00:00 to 00:00 on both.
  Reading joins touching pieces of one mode again. No other cut needs fewer days, so what does not fit this way does not fit.
* Days without a beginning period are left out. An exception replaces what its weekday begins; null begins nothing that day,
  while a period of the day before still runs to its end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import (
    DAY_MIN,
    DAY_NAMES,
    ArmedPeriod,
    DayException,
    WeekSchedule,
)
from chekt_console.domain.schedule_algebra import day_pieces, normalise, starts_win

_FIELDS = ("arm_time", "arm_mode", "disarm_time")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::00)?(?:\.0+)?")
_MODES = {mode.value: mode for mode in ArmingMode if mode is not ArmingMode.DISARMED}


@dataclass(frozen=True, slots=True)
class Reading:
    """A schedule as understood, and in words what could not be."""

    schedule: WeekSchedule
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Loss:
    """One thing the stored form leaves out; `day` is the weekday (0 = Monday) or the date of an exception."""

    sentence: str
    period: ArmedPeriod | None = None
    day: int | date | None = None


@dataclass(frozen=True, slots=True)
class Storable:
    """The body to send. With losses it is the nearest this form can say, not the same schedule."""

    body: dict[str, object]
    losses: tuple[Loss, ...] = ()


def from_key_concepts(body: Mapping[str, object]) -> Reading:
    problems: list[str] = []
    found: list[ArmedPeriod] = []
    for key, value in _mapping(body, "schedule", problems, is_needed=True).items():
        name = str(key).strip().capitalize()
        if name not in DAY_NAMES:
            problems.append(f"“{_short(key)}” is not a day of the week; it was left out.")
            continue
        entry = _entry(name, value, problems)
        if entry is not None:
            start, length, mode = entry
            found.append(ArmedPeriod(DAY_NAMES.index(name) * DAY_MIN + start, length, mode))
    exceptions: list[DayException] = []
    for key, value in _mapping(body, "exceptions", problems, is_needed=False).items():
        try:
            day = date.fromisoformat(str(key))
        except ValueError:
            problems.append(f"“{_short(key)}” is not a date; this exception was left out.")
            continue
        entry = _entry(day.isoformat(), value, problems)
        if entry is not None:
            exceptions.append(DayException(day, (entry,)))
        elif value is None:
            exceptions.append(DayException(day))
    week = WeekSchedule(_cut_where_the_next_begins(found, problems), tuple(exceptions))
    return Reading(normalise(week), tuple(problems))


def to_key_concepts(schedule: WeekSchedule) -> Storable:
    schedule = normalise(schedule)
    losses: list[Loss] = []
    begun: dict[int, list[tuple[ArmedPeriod, ArmedPeriod]]] = {}
    for period in schedule.periods:
        for piece in day_pieces(period):
            begun.setdefault(piece.day, []).append((piece, period))
    days: dict[str, object] = {}
    for day in sorted(begun):
        ranked = sorted(begun[day], key=lambda pair: (-pair[0].length_min, pair[0].start_min))
        kept = ranked[0][0]
        days[DAY_NAMES[day].lower()] = _wire(kept.start_min % DAY_MIN, kept.length_min, kept.mode)
        for piece, period in ranked[1:]:
            part = "the part " if piece != period else ""
            sentence = (
                f"{DAY_NAMES[day]}: this connection holds one armed period a day; "
                f"{part}{_words(piece.start_min, piece.length_min, piece.mode)} would be left out."
            )
            losses.append(Loss(sentence, period, day))
    dates: dict[str, object] = {}
    for exception in schedule.exceptions:
        dates[exception.day.isoformat()] = _exception(exception, losses)
    return Storable({"schedule": days, "exceptions": dates}, tuple(losses))


def _exception(exception: DayException, losses: list[Loss]) -> dict[str, str] | None:
    if not exception.periods:
        return None
    name = exception.day.isoformat()
    ranked = sorted(exception.periods, key=lambda item: (-item[1], item[0]))
    start, length, mode = ranked[0]
    for other in ranked[1:]:
        sentence = (
            f"{name}: this connection holds one armed period a day; {_words(*other)} would be left out."
        )
        losses.append(Loss(sentence, None, exception.day))
    if length > DAY_MIN:
        sentence = (
            f"{name}: an exception can be 24 h long at most; {_words(start, length, mode)} would be cut."
        )
        losses.append(Loss(sentence, None, exception.day))
    return _wire(start, min(length, DAY_MIN), mode)


def _wire(start: int, length: int, mode: ArmingMode) -> dict[str, str]:
    return {"arm_time": _clock(start), "arm_mode": mode.value, "disarm_time": _clock(start + length)}


def _mapping(
    body: Mapping[str, object], name: str, problems: list[str], *, is_needed: bool
) -> Mapping[object, object]:
    value = body.get(name)
    if isinstance(value, Mapping):
        return value
    if value is not None:
        problems.append(f"“{name}” is not a list of days; it was left out.")
    elif is_needed and name not in body:
        problems.append(f"The reply has no “{name}”; taken as never armed.")
    return {}


def _entry(name: str, value: object, problems: list[str]) -> tuple[int, int, ArmingMode] | None:
    """(start minute of the day, length, mode); None when nothing begins or it was not understood (then told)."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        problems.append(f"{name} is not an armed period; it was left out.")
        return None
    for key in value:
        if key not in _FIELDS:
            problems.append(f"{name} has an unknown field “{_short(key)}”; saving would drop it.")
    start = _minute(value.get("arm_time"), is_end=False)
    end = _minute(value.get("disarm_time"), is_end=True)
    mode = _MODES.get(str(value.get("arm_mode", "")).strip().lower())
    for field, understood in (("arm_time", start), ("disarm_time", end), ("arm_mode", mode)):
        if understood is None:
            what = f"has “{_short(value[field])}” as" if value.get(field) is not None else "has no"
            problems.append(f"{name} {what} {field.replace('_', ' ')}; it was left out.")
    if start is None or end is None or mode is None:
        return None
    return start, end - start if end > start else end - start + DAY_MIN, mode


def _minute(value: object, *, is_end: bool) -> int | None:
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if minute > 59 or hour > 24 or (hour == 24 and (minute or not is_end)):
        return None
    return hour * 60 + minute


def _cut_where_the_next_begins(found: list[ArmedPeriod], problems: list[str]) -> tuple[ArmedPeriod, ...]:
    found = sorted(found)
    cut = starts_win(found)
    for period, kept in zip(found, cut, strict=True):
        if period != kept:
            problems.append(
                f"{DAY_NAMES[period.day]}'s period runs into the next one; taken as ending at {_clock(kept.end_min)}."
            )
    return cut


def _clock(minute: int) -> str:
    minute %= DAY_MIN
    return f"{minute // 60:02}:{minute % 60:02}"


def _words(start: int, length: int, mode: ArmingMode) -> str:
    return f"{_clock(start)} to {_clock(start + length)} {mode.label}"


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"
