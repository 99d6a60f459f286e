"""Checks of a schedule: what an installer would want to be told before saving."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import IntEnum

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, WeekSchedule
from chekt_console.domain.schedule_algebra import copy_day, disarmed_stretches, exchange, normalise
from chekt_console.domain.schedule_json import to_key_concepts
from chekt_console.domain.schedule_storable import nearest_storable
from chekt_console.domain.schedule_words import (
    PLAIN,
    WordStyle,
    day_name,
    days_words,
    length_words,
    span_words,
)


class Verdict(IntEnum):
    """Worst last."""

    GOOD = 0
    LOOK = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the checks list; `start_min` and `length_min` name its place on the week, None when it has none.

    `fix` names what would mend it, `fixed` is the schedule then.
    """

    verdict: Verdict
    sentence: str
    start_min: int | None = None
    length_min: int = 0
    fix: str = ""
    fixed: WeekSchedule | None = None


_Begin = tuple[int, int, str]


def check(schedule: WeekSchedule, style: WordStyle = PLAIN) -> tuple[Finding, ...]:
    """Worst first. Overlap cannot happen (periods give way to each other), so it is not looked for."""
    schedule = normalise(schedule)
    if not schedule.periods:
        return (Finding(Verdict.LOOK, "Never armed: this schedule begins no period"),)
    holes = _holes(schedule, style)
    storable = _storable(schedule)
    findings = [*storable, *holes, *_odd_days(schedule, style)]
    if not holes:
        findings.append(Finding(Verdict.GOOD, "No gap or overlap"))
    if not storable:
        findings.append(Finding(Verdict.GOOD, "This connection can store it"))
    return tuple(sorted(findings, key=lambda finding: -finding.verdict))


def _holes(schedule: WeekSchedule, style: WordStyle) -> list[Finding]:
    """Disarmed for more than a day; from Friday on it is the weekend nobody armed."""
    found = []
    for start, length in disarmed_stretches(schedule):
        if length > DAY_MIN:
            weekend = start >= 4 * DAY_MIN and start + length > WEEK_MIN
            why = "the weekend is open" if weekend else "more than a day"
            sentence = f"Disarmed {span_words(start, length, style)}, {length_words(length)}: {why}"
            found.append(
                Finding(Verdict.LOOK, sentence, start, length, *_bridged(schedule, start, length, style))
            )
    return found


def _bridged(
    schedule: WeekSchedule, start: int, length: int, style: WordStyle
) -> tuple[str, WeekSchedule | None]:
    """The period before the hole goes on to the last time in it that shows the clock it ends at: Friday to Monday 07:00."""
    before = next((p for p in schedule.periods if p.end_min % WEEK_MIN == start), None)
    more = (length - 1) // DAY_MIN * DAY_MIN
    if before is None or before.length_min + more > WEEK_MIN:
        return "", None
    longer = replace(before, length_min=before.length_min + more)
    end = (start + more) % WEEK_MIN
    fix = f"Extend {day_name(before.day)} to {day_name(end // DAY_MIN)} {style.clock(end)}"
    return fix, exchange(schedule, before, longer)


def _odd_days(schedule: WeekSchedule, style: WordStyle) -> list[Finding]:
    """Working days whose beginnings differ from what at least three of them share."""
    begins: dict[int, tuple[_Begin, ...]] = {}
    for day in range(5):
        mine = [p for p in schedule.periods if p.day == day]
        begins[day] = tuple(
            (p.start_min % DAY_MIN, min(p.length_min, DAY_MIN + 1), p.mode.label) for p in mine
        )
    usual, count = Counter(begins.values()).most_common(1)[0]
    if count < 3 or count == 5 or not usual:
        return []
    alike = [day for day in begins if begins[day] == usual]
    found = []
    for day, own in begins.items():
        if own == usual or _reaches_in(schedule, day, own, usual):
            continue
        others = days_words(alike, style)
        if not own:
            text = f"{day_name(day)} begins nothing, unlike {others}"
        elif (own[0][0], own[0][2]) != (usual[0][0], usual[0][2]):
            text = f"{day_name(day)} {_begin(own, style)} differs from {others} {_begin(usual, style)}"
        elif len(own) != len(usual):
            text = f"{day_name(day)} has {len(own)} periods, {others} {len(usual)}"
        else:
            ends = [style.clock(at[0][0] + at[0][1]) for at in (own, usual)]
            text = f"{day_name(day)} ends {ends[0]}, {others} {ends[1]}"
        place = own[0] if own else usual[0]
        alike_now = copy_day(schedule, alike[0], (day,))
        found.append(
            Finding(
                Verdict.LOOK,
                text,
                day * DAY_MIN + place[0],
                place[1],
                f"Make {day_name(day)} like {day_name(alike[0])}",
                alike_now,
            )
        )
    return found


def _reaches_in(schedule: WeekSchedule, day: int, own: tuple[_Begin, ...], usual: tuple[_Begin, ...]) -> bool:
    """A Friday that begins as usual and stays armed over the weekend is as meant."""
    starts_alike = [(at, mode) for at, _, mode in own] == [(at, mode) for at, _, mode in usual]
    return day == 4 and starts_alike and own[-1][1] > DAY_MIN


def _begin(begins: tuple[_Begin, ...], style: WordStyle) -> str:
    return style.clock(begins[0][0])


def _storable(schedule: WeekSchedule) -> list[Finding]:
    losses = to_key_concepts(schedule).losses
    nearest = nearest_storable(schedule) if losses else None
    return [
        Finding(
            Verdict.BAD,
            loss.sentence,
            loss.period.start_min if loss.period else None,
            loss.period.length_min if loss.period else 0,
            "Take the nearest it can hold" if loss is losses[0] else "",
            nearest if loss is losses[0] else None,
        )
        for loss in losses
    ]
