"""Proposes a schedule from when people really arm and disarm, with how sure it is and what speaks against it.

For each weekday: the median minute of the site's own clock at which the day's armed stretches began and ended over the
weeks looked at. Only a proposal: nothing here changes anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from statistics import median

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, DAY_NAMES, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise, starts_win
from chekt_console.domain.site_clock import wall_of

_ROUND_MIN = 15
_NEAR_MIN = 45
_SHORTEST_MIN = 30
_AROUND_MIN = 180  # of the neighbour days looked at with a day: enough that a habit is whole seen from either


@dataclass(frozen=True, slots=True)
class ArmedStretch:
    """One real armed stretch in the site's wall time: the day it began (or the day it counts for), minutes from that midnight."""

    day: date
    start_min: int
    end_min: int
    mode: ArmingMode


@dataclass(frozen=True, slots=True)
class DaySuggestion:
    """`seen` of `weeks` weeks agree within 45 minutes; `against` are the dates that do not."""

    period: ArmedPeriod
    seen: int
    weeks: int
    against: tuple[date, ...]

    @property
    def confidence(self) -> float:
        """0 to 1."""
        return self.seen / self.weeks if self.weeks else 0.0

    @property
    def sentence(self) -> str:
        name = DAY_NAMES[self.period.day]
        text = f"{name}: {self.seen} of {self.weeks} weeks"
        if self.against:
            days = ", ".join(f"{day.day} {day:%b}" for day in self.against[-3:])
            text += f"; not on {days}" + (" and others" if len(self.against) > 3 else "")
        return text


@dataclass(frozen=True, slots=True)
class Suggestion:
    schedule: WeekSchedule
    days: tuple[DaySuggestion, ...]

    @property
    def confidence(self) -> float:
        return min((day.confidence for day in self.days), default=0.0)


def armed_stretches(events: Iterable[Event], zone: tzinfo) -> tuple[ArmedStretch, ...]:
    """Armed stretches told by arming events, oldest first; one that never ended is left out."""
    told = sorted(
        (e for e in events if e.kind is EventKind.ARMING and e.mode is not None),
        key=lambda event: event.instant_ms,
    )
    found: list[ArmedStretch] = []
    began: tuple[int, ArmingMode] | None = None
    for event in told:
        if began is not None and event.mode is not began[1]:
            start, end = wall_of(began[0], zone), wall_of(event.instant_ms, zone)
            start_min = start.hour * 60 + start.minute
            end_min = (end.date() - start.date()).days * DAY_MIN + end.hour * 60 + end.minute
            if _SHORTEST_MIN <= end_min - start_min <= WEEK_MIN:
                found.append(ArmedStretch(start.date(), start_min, end_min, began[1]))
            began = None
        if began is None and event.mode is not None and event.mode is not ArmingMode.DISARMED:
            began = (event.instant_ms, event.mode)
    return tuple(found)


def suggest(events: Iterable[Event], zone: tzinfo, first_day: date, last_day: date) -> Suggestion:
    """From what happened on `first_day` to `last_day` (both included)."""
    stretches = armed_stretches(events, zone)
    days: list[DaySuggestion] = []
    for weekday in range(7):
        dates = [
            first_day + timedelta(days=n)
            for n in range((last_day - first_day).days + 1)
            if (first_day + timedelta(days=n)).weekday() == weekday
        ]
        for group in _groups(_seen_from(stretches, weekday)):
            if not 0 <= median(stretch.start_min for stretch in group) < DAY_MIN:
                continue  # a habit of the day before or after
            group = [stretch for stretch in group if first_day <= stretch.day <= last_day]
            on = {stretch.day for stretch in group}
            if len(on) * 2 <= len(dates):
                continue  # less than every other week is no habit
            days.append(
                DaySuggestion(
                    _typical(weekday, group),
                    len(on),
                    len(dates),
                    tuple(day for day in dates if day not in on),
                )
            )
    periods = {day.period.start_min: day.period for day in days}
    return Suggestion(normalise(WeekSchedule(starts_win(periods.values()))), tuple(days))


def _seen_from(stretches: Iterable[ArmedStretch], weekday: int) -> list[ArmedStretch]:
    """What began on this weekday, and shortly before or after it counted from its midnight: half past eleven one week and ten
    past midnight the next is one habit."""
    found = []
    for stretch in stretches:
        for days in (-1, 0, 1):
            start = stretch.start_min + days * DAY_MIN
            day = stretch.day - timedelta(days=days)
            if day.weekday() == weekday and -_AROUND_MIN <= start < DAY_MIN + _AROUND_MIN:
                found.append(ArmedStretch(day, start, stretch.end_min + days * DAY_MIN, stretch.mode))
    return found


def _groups(stretches: list[ArmedStretch]) -> list[list[ArmedStretch]]:
    """Stretches of one weekday that begin and end at about the same time."""
    groups: list[list[ArmedStretch]] = []
    for stretch in sorted(stretches, key=lambda one: one.start_min):
        for group in groups:
            middle_start = median(one.start_min for one in group)
            middle_end = median(one.end_min for one in group)
            if (
                abs(stretch.start_min - middle_start) <= _NEAR_MIN
                and abs(stretch.end_min - middle_end) <= _NEAR_MIN
            ):
                group.append(stretch)
                break
        else:
            groups.append([stretch])
    return groups


def _typical(weekday: int, group: list[ArmedStretch]) -> ArmedPeriod:
    start = round(median(one.start_min for one in group) / _ROUND_MIN) * _ROUND_MIN
    end = round(median(one.end_min for one in group) / _ROUND_MIN) * _ROUND_MIN
    mode = Counter(one.mode for one in group).most_common(1)[0][0]
    length = min(max(end - start, _ROUND_MIN), WEEK_MIN)
    return ArmedPeriod((weekday * DAY_MIN + start) % WEEK_MIN, length, mode)
