"""Several periods at once, with real mouse and key events: gathered, carried, changed, copied and taken away in one step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.ui.schedule.week_grid import WeekGrid
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show
from tests.ui.schedule.week_hand import WeekHand, at, away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

CONTROL = Qt.KeyboardModifier.ControlModifier
MON, TUE, WED, SAT = away(0, 18, 4), away(1, 18, 13), away(2, 12, 2), away(5, 8, 4)
WEEK = WeekSchedule((MON, TUE, WED, SAT))


@pytest.fixture
def grid(qtbot: QtBot) -> WeekGrid:
    made = WeekGrid(Theme())
    qtbot.addWidget(made)
    made.resize(1040, 420)
    show(qtbot, made)
    made.setFocus()
    made.show_schedule(WEEK)
    return made


@pytest.fixture
def hand(grid: WeekGrid) -> WeekHand:
    return WeekHand(grid)


@pytest.fixture
def seen(grid: WeekGrid) -> list[tuple[WeekSchedule, str]]:
    found: list[tuple[WeekSchedule, str]] = []
    grid.schedule_edited.connect(lambda schedule, what: found.append((schedule, what)))
    return found


Seen = list[tuple[WeekSchedule, str]]


def test_a_band_gathers_and_a_click_adds_or_lets_go(grid: WeekGrid, hand: WeekHand, seen: Seen) -> None:
    hand.band((0, 16), (1, 22))
    assert grid.group == (MON, TUE)
    assert grid.selected is None
    assert "2 periods, 17 h chosen" in grid.accessibleDescription()
    hand.click(5, 10, CONTROL)
    assert grid.group == (MON, TUE, SAT)
    hand.click(0, 20, CONTROL)
    hand.click(1, 20, CONTROL)
    assert (grid.group, grid.selected) == ((), SAT)
    hand.band((2, 1), (2, 3))  # the end of Tuesday's period
    assert grid.group == (SAT, TUE)
    hand.click(3, 10)
    assert grid.group == ()
    assert not seen


def test_they_are_carried_together_as_one_step(grid: WeekGrid, hand: WeekHand, seen: Seen) -> None:
    hand.band((0, 16), (1, 22))
    hand.press(1, 20)
    hand.move(2, 21)
    assert grid.schedule == WEEK  # nothing is real before the button is let go
    assert grid.drag_label == "2 periods, 17 h"
    hand.release()
    later = (away(1, 19, 4), away(2, 19, 13))
    assert seen == [(WeekSchedule(tuple(sorted((*later, WED, SAT)))), "Move")]
    assert grid.group == later
    hand.press(1, 20)
    hand.move(4, 3)
    hand.key(Qt.Key.Key_Escape)
    hand.release()
    assert len(seen) == 1
    assert (grid.schedule, grid.group) == (seen[0][0], later)


def test_keys_alone(grid: WeekGrid, hand: WeekHand, seen: Seen) -> None:
    hand.key(Qt.Key.Key_A, CONTROL)
    assert grid.group == WEEK.periods
    hand.key(Qt.Key.Key_2)
    assert {period.mode for period in grid.schedule.periods} == {ArmingMode.STAY}
    hand.key(Qt.Key.Key_Right, CONTROL)
    assert grid.schedule.periods[0].start_min == at(0, 18.25)
    hand.key(Qt.Key.Key_Down, CONTROL)
    assert grid.schedule.periods[0].start_min == at(1, 18.25)
    hand.key(Qt.Key.Key_Delete)
    assert grid.schedule == WeekSchedule()
    assert [what for _, what in seen] == ["Make Stay", "Move", "Move", "Delete 4 periods"]


def test_copied_together_and_pasted_from_another_day_on(grid: WeekGrid, hand: WeekHand, seen: Seen) -> None:
    hand.band((0, 16), (0, 20))
    hand.click(2, 13, CONTROL)
    assert grid.group == (MON, WED)
    hand.key(Qt.Key.Key_C, CONTROL)
    hand.click(3, 2)
    hand.key(Qt.Key.Key_V, CONTROL)
    pasted = (away(3, 18, 4), away(5, 12, 2))
    assert grid.group == pasted
    assert set(grid.schedule.periods) == {*WEEK.periods, *pasted}
    hand.key(Qt.Key.Key_Escape)
    hand.click(2, 13)
    hand.key(Qt.Key.Key_C, CONTROL)  # one alone is what Paste gives from now on
    hand.click(4, 2)
    hand.key(Qt.Key.Key_V, CONTROL)
    assert grid.selected == away(4, 12, 2)


def test_what_is_gone_is_no_longer_chosen(grid: WeekGrid, hand: WeekHand) -> None:
    hand.key(Qt.Key.Key_A, CONTROL)
    grid.show_schedule(WeekSchedule((MON, SAT)))
    assert grid.group == (MON, SAT)
    grid.set_editable(False)
    hand.key(Qt.Key.Key_Delete)
    assert grid.schedule == WeekSchedule((MON, SAT))


def test_keys_take_some_of_them_and_go_on(grid: WeekGrid, hand: WeekHand, seen: Seen) -> None:
    hand.click(0, 20)
    assert grid.selected == MON
    hand.key(Qt.Key.Key_Space)
    assert grid.group == (MON,)
    assert grid.accessibleDescription().endswith("chosen. 1 period, 4 h chosen in all")
    hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Down)  # past Tuesday, which is left out
    assert grid.group == (MON,)
    assert "Wed 18:00, disarmed" in grid.accessibleDescription()
    hand.key(Qt.Key.Key_Space)  # nothing is there to be taken
    for _ in range(5):
        hand.key(Qt.Key.Key_Left)
    assert grid.accessibleDescription().startswith("Away Wed 12:00")
    hand.key(Qt.Key.Key_Space)
    assert grid.group == (MON, WED)
    hand.key(Qt.Key.Key_2)
    assert [p.mode for p in grid.schedule.periods] == [
        ArmingMode.STAY,
        ArmingMode.AWAY,
        ArmingMode.STAY,
        ArmingMode.AWAY,
    ]
    assert [what for _, what in seen] == ["Make Stay"]


def test_space_lets_go_of_what_it_took(grid: WeekGrid, hand: WeekHand) -> None:
    hand.key(Qt.Key.Key_A, CONTROL)
    hand.key(Qt.Key.Key_Down)  # from Monday on
    hand.key(Qt.Key.Key_Space)
    assert grid.group == (MON, WED, SAT)
    hand.key(Qt.Key.Key_Escape)
    assert grid.group == ()
    hand.click(1, 20)
    hand.key(Qt.Key.Key_Space)
    hand.key(Qt.Key.Key_Space)
    assert (grid.group, grid.selected) == ((), TUE)


def test_copying_several_is_said(grid: WeekGrid, hand: WeekHand) -> None:
    hand.band((0, 16), (1, 22))
    hand.key(Qt.Key.Key_C, CONTROL)
    assert grid.accessibleDescription() == "Copied 2 periods, 17 h"
