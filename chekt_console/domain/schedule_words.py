"""A schedule in words: clock times, days, lengths, one sentence per rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import (
    DAY_MIN,
    DAY_NAMES,
    WEEK_MIN,
    ArmedPeriod,
    DayException,
    WeekSchedule,
)
from chekt_console.domain.schedule_algebra import armed_minutes, longest_disarmed, normalise
from chekt_console.domain.schedule_exceptions import ExceptionRun, runs

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class WordStyle:
    """How the person reads a week: first weekday (0 = Monday) and 12 or 24 hour clock."""

    first_day: int = 0
    is_12h: bool = False

    def clock(self, minute: int) -> str:
        hour, rest = divmod(minute % DAY_MIN, 60)
        if not self.is_12h:
            return f"{hour:02}:{rest:02}"
        return f"{hour % 12 or 12}:{rest:02} {'AM' if hour < 12 else 'PM'}"

    def days(self) -> tuple[int, ...]:
        """Weekdays in reading order."""
        return tuple((self.first_day + row) % 7 for row in range(7))


PLAIN = WordStyle()


def day_name(day: int) -> str:
    return DAY_NAMES[day % 7][:3]


def date_words(day: date) -> str:
    return f"{day_name(day.weekday())} {day.day} {_MONTHS[day.month - 1]}"


def length_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return (
        " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)
        or "0 h"
    )


def days_words(days: Iterable[int], style: WordStyle = PLAIN) -> str:
    """ "Mon to Thu", "Sat and Sun", "Mon, Wed and Fri", "Every day"."""
    order = style.days()
    rows = sorted({order.index(day % 7) for day in days})
    if len(rows) == 7:
        return "Every day"
    runs: list[list[int]] = []
    for row in rows:
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    parts = []
    for run in runs:
        names = [day_name(order[row]) for row in run]
        parts += [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def times_words(start: int, length: int, style: WordStyle = PLAIN) -> str:
    """ "18:00 to 07:00 next day", "18:00 to 06:00, 3 days later"; "all day" from midnight to midnight."""
    if length == DAY_MIN and start % DAY_MIN == 0:
        return "all day"
    end = start % DAY_MIN + length
    later = "" if end <= DAY_MIN else " next day" if end < 2 * DAY_MIN else f", {end // DAY_MIN} days later"
    return f"{style.clock(start)} to {style.clock(end)}{later}"


def span_words(start: int, length: int, style: WordStyle = PLAIN) -> str:
    """ "Mon 18:00 to Tue 07:00", for any stretch of the week."""
    if length >= WEEK_MIN:
        return "the whole week"
    end = start + length
    last = day_name(end // DAY_MIN)
    same_day = end // DAY_MIN == start // DAY_MIN
    return f"{day_name(start // DAY_MIN)} {style.clock(start)} to {'' if same_day else last + ' '}{style.clock(end)}"


def period_words(period: ArmedPeriod, style: WordStyle = PLAIN) -> str:
    """ "Away Mon 18:00 to Tue 07:00, 13 h", as a screen reader says it."""
    span = span_words(period.start_min, period.length_min, style)
    return f"{period.mode.label} {span}, {length_words(period.length_min)}"


def describe(schedule: WeekSchedule, style: WordStyle = PLAIN) -> tuple[str, ...]:
    """One sentence per rule, in reading order of the week; exceptions last, neighbouring dates of one rule together."""
    schedule = normalise(schedule)
    groups: dict[tuple[int, int, ArmingMode], list[int]] = {}
    lines: list[tuple[int, str]] = []
    order = style.days()
    for period in sorted(schedule.periods, key=lambda one: one.length_min):
        start, length = period.start_min, period.length_min
        if length >= WEEK_MIN:
            lines.append((0, f"Armed {period.mode.label} the whole week"))
        elif start % DAY_MIN == 0 and length % DAY_MIN == 0:
            for day in range(period.day, period.day + length // DAY_MIN):
                groups.setdefault((0, DAY_MIN, period.mode), []).append(day % 7)
        elif length > DAY_MIN and (evening := _evening_of(period, groups)) is not None:
            groups[evening].append(period.day)
            for day in range(period.day + 1, period.end_min // DAY_MIN):
                groups.setdefault((0, DAY_MIN, period.mode), []).append(day % 7)
        elif length > DAY_MIN:
            span = span_words(start, length, style)
            lines.append((order.index(period.day) * DAY_MIN, f"{span} armed {period.mode.label}"))
        else:
            groups.setdefault((start % DAY_MIN, length, period.mode), []).append(period.day)
    for (start, length, mode), days in groups.items():
        rank = min(order.index(day) for day in days) * DAY_MIN + start
        lines.append(
            (rank, f"{days_words(days, style)} armed {mode.label} {times_words(start, length, style)}")
        )
    sentences = [line for _, line in sorted(lines)] or ["Never armed by schedule"]
    for run in runs(schedule):
        rule = rule_words(DayException(run.first, run.periods), style)
        sentences.append(f"{dates_words(run)}: {rule}")
    return tuple(sentences)


def _evening_of(
    period: ArmedPeriod, groups: Iterable[tuple[int, int, ArmingMode]]
) -> tuple[int, int, ArmingMode] | None:
    """What other days begin too, when the rest of a long period is whole days: Friday evening, then all weekend."""
    if period.end_min % DAY_MIN:
        return None
    at = period.start_min % DAY_MIN
    return next(
        (
            one
            for one in groups
            if (one[0], one[2]) == (at, period.mode) and DAY_MIN <= at + one[1] <= at + period.length_min
        ),
        None,
    )


def dates_words(run: ExceptionRun) -> str:
    """ "Thu 24 Dec 2026", "Thu 24 Dec to Sat 26 Dec 2026"."""
    if run.days == 1:
        return f"{date_words(run.first)} {run.first.year}"
    first = date_words(run.first) + (f" {run.first.year}" if run.first.year != run.last.year else "")
    return f"{first} to {date_words(run.last)} {run.last.year}"


def exception_words(exception: DayException, style: WordStyle = PLAIN) -> str:
    """ "Thu 24 Dec 2026: armed Away all day"."""
    when = f"{date_words(exception.day)} {exception.day.year}"
    return f"{when}: {rule_words(exception, style)}"


def rule_words(exception: DayException, style: WordStyle = PLAIN) -> str:
    """ "armed Away all day"."""
    armed = (
        f"armed {mode.label} {times_words(start, length, style)}" for start, length, mode in exception.periods
    )
    return " and ".join(armed) or "nothing is armed anew"


def summary_words(schedule: WeekSchedule, style: WordStyle = PLAIN) -> tuple[str, str]:
    """Armed hours a week, and the longest disarmed stretch."""
    armed = f"{length_words(armed_minutes(schedule))} of 168 h armed a week"
    gap = longest_disarmed(schedule)
    if gap is None:
        return armed, "Never disarmed by schedule"
    if gap[1] >= WEEK_MIN:
        return armed, "Disarmed the whole week"
    return armed, f"Longest disarmed: {span_words(*gap, style)}, {length_words(gap[1])}"
