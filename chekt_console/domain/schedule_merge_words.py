"""A three-way merge in words: where two people clash, what each would have there, and what is merged by itself."""

from __future__ import annotations

from chekt_console.domain.schedule import DayException, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods, normalise
from chekt_console.domain.schedule_difference import difference
from chekt_console.domain.schedule_merge import Conflict, Merge, Side, WeekConflict
from chekt_console.domain.schedule_words import (
    PLAIN,
    WordStyle,
    date_words,
    rule_words,
    span_words,
)

_NO_EXCEPTION = "as the week has it"


def where_words(conflict: Conflict, style: WordStyle = PLAIN) -> str:
    """ "Mon 17:00 to Tue 08:00", or the date."""
    if isinstance(conflict, WeekConflict):
        return span_words(conflict.start_min, conflict.length_min, style)
    return f"{date_words(conflict.day)} {conflict.day.year}"


def side_words(conflict: Conflict, side: Side | None, style: WordStyle = PLAIN) -> str:
    """What is armed there by that side; None: before both changes."""
    if isinstance(conflict, WeekConflict):
        return _periods_words(conflict.taken(side), style)
    return _day_words(conflict.taken(side), style)


def settled_changes(
    base: WeekSchedule, mine: WeekSchedule, theirs: WeekSchedule, merged: Merge, style: WordStyle = PLAIN
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Mine and theirs, of what is merged by itself; what both changed alike is in both."""
    one, other = (
        difference(base, _with_base_at_conflicts(schedule, merged), style).sentences
        for schedule in (mine, theirs)
    )
    return one, other


def _with_base_at_conflicts(schedule: WeekSchedule, merged: Merge) -> WeekSchedule:
    given_up = {p for c in merged.week_conflicts for p in (*c.mine, *c.theirs)}
    periods = [p for p in normalise(schedule).periods if p not in given_up]
    periods += [p for c in merged.week_conflicts for p in c.base]
    days = {clash.day for clash in merged.day_conflicts}
    exceptions = [e for e in schedule.exceptions if e.day not in days]
    exceptions += [clash.base for clash in merged.day_conflicts if clash.base is not None]
    return WeekSchedule(tuple(periods), tuple(exceptions))


def _periods_words(periods: Periods, style: WordStyle) -> str:
    parts = [
        f"{period.mode.label} {span_words(period.start_min, period.length_min, style)}" for period in periods
    ]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts) or "disarmed"


def _day_words(exception: DayException | None, style: WordStyle) -> str:
    if exception is None:
        return _NO_EXCEPTION
    return rule_words(exception, style)
