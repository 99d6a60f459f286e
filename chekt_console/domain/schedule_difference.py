"""What changed between two schedules: in words, counted, and in armed time gained and lost."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import normalise, period_at
from chekt_console.domain.schedule_words import (
    PLAIN,
    WordStyle,
    date_words,
    days_words,
    describe,
    span_words,
    times_words,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """`changes` counts single changes; `sentences` group equal changes of several days, the `dates` last of them are of
    exceptions. Minutes are of a plain week."""

    changes: int
    sentences: tuple[str, ...]
    gained_min: int
    lost_min: int
    other_mode_min: int
    dates: int = 0


def difference(before: WeekSchedule, after: WeekSchedule, style: WordStyle = PLAIN) -> Difference:
    before, after = normalise(before), normalise(after)
    removed = [p for p in before.periods if p not in after.periods]
    added = [p for p in after.periods if p not in before.periods]
    grouped: dict[str, list[int]] = {}
    whole: list[str] = []
    changes = 0
    for old, new in _paired(removed, added):
        changes += 1
        period = new or old
        assert period is not None
        if all(p is None or p.length_min <= DAY_MIN for p in (old, new)):
            grouped.setdefault(_sentence(_times(old, style), _times(new, style)), []).append(period.day)
        else:
            whole.append(_capital(_sentence(_span(old, style), _span(new, style))))
    sentences = [f"{days_words(days, style)}: {text}" for text, days in grouped.items()] + whole
    plain = len(sentences)
    old_days, new_days = ({e.day: e for e in s.exceptions} for s in (before, after))
    for day in sorted(old_days.keys() | new_days.keys()):
        one, other = old_days.get(day), new_days.get(day)
        if one != other:
            changes += 1
            words = _exception_words(WeekSchedule((), (other,)), style) if other else "no exception any more"
            sentences.append(f"{date_words(day)} {day.year}: {words}")
    return Difference(changes, tuple(sentences), *_minutes(before, after), dates=len(sentences) - plain)


def _paired(
    removed: list[ArmedPeriod], added: list[ArmedPeriod]
) -> list[tuple[ArmedPeriod | None, ArmedPeriod | None]]:
    """A removed and an added period that share minutes or the day are one change."""
    pairs: list[tuple[ArmedPeriod | None, ArmedPeriod | None]] = []
    left = list(added)
    for old in removed:
        new = max(left, key=lambda p: _shared(old, p), default=None)
        if new is not None and not _shared(old, new):
            new = next((p for p in left if p.day == old.day), None)
        if new is not None:
            left.remove(new)
        pairs.append((old, new))
    pairs += [(None, new) for new in left]
    return sorted(pairs, key=lambda pair: (pair[1] or pair[0] or removed[0]).start_min)


def _shared(one: ArmedPeriod, other: ArmedPeriod) -> int:
    total = 0
    for lap in (-WEEK_MIN, 0, WEEK_MIN):
        low = max(one.start_min, other.start_min + lap)
        total += max(0, min(one.end_min, other.end_min + lap) - low)
    return total


def _minutes(before: WeekSchedule, after: WeekSchedule) -> tuple[int, int, int]:
    cuts = {0, WEEK_MIN}
    for period in (*before.periods, *after.periods):
        cuts |= {period.start_min, period.end_min % WEEK_MIN}
    edges = sorted(cuts)
    gained = lost = other_mode = 0
    for low, high in pairwise(edges):
        old, new = period_at(before, low), period_at(after, low)
        if old is None and new is not None:
            gained += high - low
        elif old is not None and new is None:
            lost += high - low
        elif old is not None and new is not None and old.mode is not new.mode:
            other_mode += high - low
    return gained, lost, other_mode


def _times(period: ArmedPeriod | None, style: WordStyle) -> str:
    return f"{period.mode.label} {times_words(period.start_min, period.length_min, style)}" if period else ""


def _span(period: ArmedPeriod | None, style: WordStyle) -> str:
    return f"{period.mode.label} {span_words(period.start_min, period.length_min, style)}" if period else ""


def _sentence(old: str, new: str) -> str:
    if not old:
        return f"{new} is new"
    return f"{old} becomes {new}" if new else f"{old} is taken away"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _exception_words(schedule: WeekSchedule, style: WordStyle) -> str:
    return describe(schedule, style)[-1].split(": ", 1)[1]
