"""A merge is told so that the person knows what is asked, and what is taken without asking."""

from __future__ import annotations

from datetime import date

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.schedule_merge import Side, merge
from chekt_console.domain.schedule_merge_words import settled_changes, side_words, where_words

NIGHT = ArmedPeriod(1080, 780, ArmingMode.AWAY)
EVE = date(2026, 12, 24)
BASE = WeekSchedule((NIGHT,))
MINE = WeekSchedule(
    (ArmedPeriod(1020, 840, ArmingMode.AWAY), ArmedPeriod(9000, 60, ArmingMode.STAY)),
    (DayException(EVE), DayException(date(2026, 12, 25))),
)
THEIRS = WeekSchedule(
    (ArmedPeriod(9000, 60, ArmingMode.STAY),),
    (DayException(EVE, ((600, 300, ArmingMode.NIGHT),)),),
)


def test_where_and_what_each_has() -> None:
    merged = merge(BASE, MINE, THEIRS)
    week, day = merged.conflicts
    assert where_words(week) == "Mon 17:00 to Tue 07:00"
    assert [side_words(week, side) for side in (None, *week.choices)] == [
        "Away Mon 18:00 to Tue 07:00",
        "Away Mon 17:00 to Tue 07:00",
        "disarmed",
    ]
    assert where_words(day) == "Thu 24 Dec 2026"
    assert [side_words(day, side) for side in (None, Side.MINE, Side.THEIRS)] == [
        "as the week has it",
        "nothing is armed anew",
        "armed Night 10:00 to 15:00",
    ]


def test_what_is_settled_is_told_by_whose_it_is() -> None:
    mine, theirs = settled_changes(BASE, MINE, THEIRS, merge(BASE, MINE, THEIRS))
    alike = "Sun: Stay 06:00 to 07:00 is new"
    assert mine == (alike, "Fri 25 Dec 2026: nothing is armed anew")
    assert theirs == (alike,)
