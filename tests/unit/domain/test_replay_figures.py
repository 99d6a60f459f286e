"""The three figures of a replay, and the events each leads to."""

from __future__ import annotations

from chekt_console.domain.decision import FALSE, REAL
from chekt_console.domain.event import Event
from chekt_console.domain.replay_figures import Weight, figures
from chekt_console.domain.schedule_columns import WhatIf
from tests.unit.domain.test_what_if import DRAFT, NIGHTLY, _alarm, _what_if

EVENTS = [
    _alarm("cleaning", 10, 6, 5, FALSE),
    _alarm("cleaning again", 17, 6, 10, FALSE),
    _alarm("intrusion", 17, 6, 40, REAL),
    _alarm("night", 10, 23, 0, REAL),
    _alarm("noon", 10, 12, 0, ""),
]


def names(found: WhatIf, places: tuple[int, ...]) -> list[str]:
    rows: list[Event] = EVENTS
    return [rows[int(found.columns.rows[place])].event_id for place in places]


def test_a_draft_that_spares_false_alarms_and_misses_a_real_one() -> None:
    found = _what_if(EVENTS, NIGHTLY, DRAFT)
    armed, false, real = figures(found)
    assert (armed.text, armed.words, armed.weight) == ("1", "while armed, was 4", Weight.PLAIN)
    assert names(found, armed.places) == ["night"]
    assert (false.text, false.words, false.weight) == ("−2", "false alarms removed", Weight.GOOD)
    assert names(found, false.places) == ["cleaning again", "cleaning"]  # newest first
    assert (real.text, real.words, real.weight) == (
        "1",
        "real alarms would fall while disarmed",
        Weight.BAD,
    )
    assert names(found, real.places) == ["intrusion"]


def test_the_other_way_round_they_are_added_and_gained() -> None:
    armed, false, real = figures(_what_if(EVENTS, DRAFT, NIGHTLY))
    assert (armed.text, armed.words) == ("4", "while armed, was 1")
    assert (false.text, false.words, false.weight) == ("+2", "false alarms added", Weight.BAD)
    assert (real.text, real.words, real.weight) == ("+1", "real alarms newly while armed", Weight.GOOD)


def test_without_a_change_nothing_is_lost_or_gained() -> None:
    armed, false, real = figures(_what_if(EVENTS, NIGHTLY, NIGHTLY))
    assert (armed.text, armed.words, len(armed.places)) == ("4", "while armed", 4)
    assert [(one.text, one.weight, one.places) for one in (false, real)] == [("0", Weight.PLAIN, ())] * 2
