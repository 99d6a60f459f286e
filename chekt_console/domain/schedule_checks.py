"""Checks of a schedule: what an installer would want to be told before saving."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods, copy_day, disarmed_stretches, exchange, normalise
from chekt_console.domain.schedule_json import Loss, to_key_concepts
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


def check(schedule: WeekSchedule, style: WordStyle = PLAIN, *, is_stored: bool = True) -> tuple[Finding, ...]:
    """Worst first. Overlap cannot happen (periods give way to each other), so it is not looked for. `is_stored` False: the
    connection stores no schedule at all, so nothing is said of what it can hold."""
    schedule = normalise(schedule)
    if not schedule.periods:
        return (Finding(Verdict.LOOK, "Never armed: this schedule begins no period"),)
    holes = _holes(schedule, style)
    storable = _storable(schedule) if is_stored else []
    findings = [*storable, *holes, *_odd_days(schedule, style)]
    if not holes:
        findings.append(Finding(Verdict.GOOD, "No gap or overlap"))
    if is_stored and not storable:
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
    begins = {day: tuple(p for p in schedule.periods if p.day == day) for day in range(5)}
    kinds = {day: tuple(_kind(period) for period in begun) for day, begun in begins.items()}
    usual_kind, times = Counter(kinds.values()).most_common(1)[0]
    if times < 3 or times == 5 or not usual_kind:
        return []
    alike = [day for day in begins if kinds[day] == usual_kind]
    usual = begins[alike[0]]
    found = []
    for day, own in begins.items():
        if kinds[day] == usual_kind or _reaches_in(day, own, usual):
            continue
        place, text = _odd_words(day, own, usual, days_words(alike, style), style)
        found.append(
            Finding(
                Verdict.LOOK,
                text,
                day * DAY_MIN + place.start_min % DAY_MIN,
                place.length_min,
                f"Make {day_name(day)} like {day_name(alike[0])}",
                copy_day(schedule, alike[0], (day,)),
            )
        )
    return found


def _kind(period: ArmedPeriod) -> tuple[int, int, ArmingMode]:
    """What has the same kind begins and ends alike; all that goes on for more than a day does."""
    return period.start_min % DAY_MIN, min(period.length_min, DAY_MIN + 1), period.mode


def _reaches_in(day: int, own: Periods, usual: Periods) -> bool:
    """A Friday that begins as usual and stays armed over the weekend is as meant."""
    starts, usual_starts = ([(p.start_min % DAY_MIN, p.mode) for p in one] for one in (own, usual))
    return day == 4 and starts == usual_starts and own[-1].length_min > DAY_MIN


def _odd_words(
    day: int, own: Periods, usual: Periods, others: str, style: WordStyle
) -> tuple[ArmedPeriod, str]:
    """The first period that differs (or what the day lacks), and how."""
    name = day_name(day)
    if not own:
        return usual[0], f"{name} begins nothing, unlike {others}"
    pairs = list(zip(own, usual, strict=False))
    place = next((place for place, (one, other) in enumerate(pairs) if _kind(one) != _kind(other)), -1)
    mine, theirs = pairs[place]
    at, usual_at = (style.clock(period.start_min) for period in (mine, theirs))
    if len(own) != len(usual) and place != 0:
        return mine, f"{name} has {_periods(len(own))}, {others} {len(usual)}"
    if at != usual_at:
        return mine, f"{name} {at} differs from {others} {usual_at}"
    if mine.mode is not theirs.mode:
        return mine, f"{name} arms {mine.mode.label} at {at}, {others} {theirs.mode.label}"
    ends = [
        (f"{day_name(p.end_min // DAY_MIN)} " if p.length_min > DAY_MIN else "") + style.clock(p.end_min)
        for p in (mine, theirs)
    ]
    return mine, f"{name} {at} ends {ends[0]}, {others} {ends[1]}"


def _periods(count: int) -> str:
    return "1 period" if count == 1 else f"{count} periods"


def _storable(schedule: WeekSchedule) -> list[Finding]:
    losses = to_key_concepts(schedule).losses
    nearest = nearest_storable(schedule) if losses else None
    return [
        Finding(
            Verdict.BAD,
            loss.sentence,
            *_place(loss),
            "Take the nearest it can hold" if loss is losses[0] else "",
            nearest if loss is losses[0] else None,
        )
        for loss in losses
    ]


def _place(loss: Loss) -> tuple[int | None, int]:
    """A period, or the day of the week a date lies on."""
    if loss.period is not None:
        return loss.period.start_min, loss.period.length_min
    return (loss.day.weekday() * DAY_MIN, DAY_MIN) if isinstance(loss.day, date) else (None, 0)
