"""Every gesture on the week grid, with real mouse and key events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_words import WordStyle
from chekt_console.ui.schedule.week_geometry import LEFT, Part
from chekt_console.ui.schedule.week_grid import WeekGrid
from chekt_console.ui.shared.theme import Theme
from tests.support.shown import show
from tests.ui.schedule.week_hand import WeekHand, at, away

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def grid(qtbot: QtBot) -> WeekGrid:
    made = WeekGrid(Theme())
    qtbot.addWidget(made)
    made.resize(1040, 420)
    show(qtbot, made)
    made.setFocus()
    return made


@pytest.fixture
def hand(grid: WeekGrid) -> WeekHand:
    return WeekHand(grid)


def edits(grid: WeekGrid) -> list[tuple[WeekSchedule, str]]:
    seen: list[tuple[WeekSchedule, str]] = []
    grid.schedule_edited.connect(lambda schedule, what: seen.append((schedule, what)))
    return seen


def test_painting_over_midnight_makes_one_period(grid: WeekGrid, hand: WeekHand) -> None:
    seen = edits(grid)
    hand.press(1, 18.02)
    hand.move(1, 20)
    hand.move(2, 6.95)
    assert grid.drag_label == "Away Tue 18:00 to Wed 07:00, 13 h"
    assert grid.schedule == WeekSchedule()  # nothing is real before the button is let go
    hand.release()
    assert seen == [(WeekSchedule((away(1, 18, 13),)), "Paint Away")]
    assert grid.selected == away(1, 18, 13)
    assert grid.drag_label == ""


def test_moving_by_the_second_piece(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(1, 18, 13),)))
    seen = edits(grid)
    hand.drag((2, 3), (3, 4))
    assert seen == [(WeekSchedule((away(2, 19, 13),)), "Move")]


@pytest.mark.parametrize(
    ("start", "end", "result"),
    [
        ((2, 7), (2, 8), away(1, 18, 14)),
        ((1, 18), (1, 17), away(1, 17, 14)),
        ((2, 7), (1, 22), away(1, 18, 4)),
    ],
)
def test_resizing_both_ends(
    grid: WeekGrid,
    hand: WeekHand,
    start: tuple[int, float],
    end: tuple[int, float],
    result: ArmedPeriod,
) -> None:
    grid.show_schedule(WeekSchedule((away(1, 18, 13),)))
    seen = edits(grid)
    hand.drag(start, end)
    assert seen == [(WeekSchedule((result,)), "Resize")]


def test_alt_goes_by_the_minute(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 8, 4),)))
    hand.drag((0, 12), (0, 13.62), ALT)
    assert grid.schedule.periods[0].end_min % 15 != 0
    assert abs(grid.schedule.periods[0].end_min - at(0, 13.62)) <= 2


def test_escape_cancels_a_drag(grid: WeekGrid, hand: WeekHand) -> None:
    before = WeekSchedule((away(0, 8, 4),))
    grid.show_schedule(before)
    seen = edits(grid)
    hand.press(0, 10)
    hand.move(3, 10)
    assert grid.is_dragging
    hand.key(Qt.Key.Key_Escape)
    hand.release()
    assert seen == []
    assert grid.schedule == before


def test_a_press_that_hardly_moves_only_selects(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 8, 4),)))
    seen = edits(grid)
    hand.press(0, 10)
    hand.move(0, 10.03)
    hand.release()
    assert (seen, grid.selected) == ([], away(0, 8, 4))
    hand.click(4, 3)
    assert (grid.selected, grid.cursor_min) == (None, at(4, 3))


def test_the_selection_is_told_on_a_click_and_follows_a_drag(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 8, 4), away(2, 8, 4))))
    told: list[ArmedPeriod | None] = []
    grid.period_selected.connect(told.append)
    hand.click(0, 10)
    assert told == [away(0, 8, 4)]
    hand.press(2, 10)
    hand.move(3, 10)
    assert told[-1] == away(3, 8, 4)
    hand.key(Qt.Key.Key_Escape)
    assert told[-1] == grid.selected == away(0, 8, 4)
    hand.release()
    hand.drag((2, 10), (3, 11))
    assert told[-1] == grid.selected == away(3, 9, 4)


def test_the_disarmed_brush_cuts_through_a_period(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 8, 4),)))
    grid.set_brush(ArmingMode.DISARMED)
    hand.drag((0, 9.02), (0, 9.98))
    assert grid.schedule.periods == (away(0, 8, 1), away(0, 10, 2))


def test_the_cursor_tells_what_a_press_would_do(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 8, 4),)))
    shapes = []
    for place in ((0, 8), (0, 10), (0, 12), (0, 14)):
        hand.move(*place)
        shapes.append(grid.cursor().shape())
    kinds = Qt.CursorShape
    assert shapes == [
        kinds.SizeHorCursor,
        kinds.OpenHandCursor,
        kinds.SizeHorCursor,
        kinds.CrossCursor,
    ]


def test_double_click_makes_an_hour_and_asks_for_its_numbers(
    grid: WeekGrid, hand: WeekHand, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(grid.edit_requested, timeout=1000):
        hand.double_click(3, 14.4)
    assert grid.selected == away(3, 14, 1)


def test_keys_create_change_and_take_away(grid: WeekGrid, hand: WeekHand) -> None:
    grid.go_to(at(2, 9))
    hand.key(Qt.Key.Key_Insert)
    assert grid.selected == away(2, 9, 1)
    hand.key(Qt.Key.Key_Right, SHIFT)
    assert grid.selected == away(2, 9, 1.25)
    hand.key(Qt.Key.Key_Left, SHIFT | CONTROL)
    assert grid.selected == away(2, 8.75, 1.5)
    hand.key(Qt.Key.Key_Down, CONTROL)
    assert grid.selected == away(3, 8.75, 1.5)
    hand.key(Qt.Key.Key_Down, SHIFT)
    assert grid.selected == away(3, 8.75, 25.5)
    hand.key(Qt.Key.Key_Right, CONTROL | ALT)
    assert grid.selected is not None
    assert grid.selected.start_min == at(3, 8.75) + 1
    hand.key(Qt.Key.Key_3)
    assert grid.selected is not None
    assert grid.selected.mode is ArmingMode.NIGHT
    hand.key(Qt.Key.Key_Delete)
    assert grid.schedule == WeekSchedule()


def test_arrows_go_from_period_to_empty_time_and_on(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 2, 2), away(1, 2, 2))))
    grid.go_to(at(0, 1))
    hand.key(Qt.Key.Key_Right)
    assert grid.selected == away(0, 2, 2)
    assert grid.accessibleDescription() == "Away Mon 02:00 to 04:00, 2 h"
    hand.key(Qt.Key.Key_Down)
    assert grid.selected == away(1, 2, 2)
    hand.key(Qt.Key.Key_Right)
    assert (grid.selected, grid.cursor_min) == (None, at(1, 4))
    assert grid.accessibleDescription() == "Tue 04:00, disarmed"


def test_copy_and_paste_to_another_day(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 18, 13),)))
    grid.select(away(0, 18, 13))
    hand.key(Qt.Key.Key_C, CONTROL)
    grid.go_to(at(4, 3))
    hand.key(Qt.Key.Key_V, CONTROL)
    assert grid.schedule.periods == (away(0, 18, 13), away(4, 18, 13))


def test_undo_and_redo_keys_are_handed_on(grid: WeekGrid, hand: WeekHand, qtbot: QtBot) -> None:
    with qtbot.waitSignal(grid.undo_requested, timeout=1000):
        hand.key(Qt.Key.Key_Z, CONTROL)
    with qtbot.waitSignal(grid.redo_requested, timeout=1000):
        hand.key(Qt.Key.Key_Y, CONTROL)


def menu_at(
    grid: WeekGrid, place: QPoint, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> QMenu:
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, grid.mapToGlobal(place), modifiers)
    QApplication.sendEvent(grid, event)
    return next(menu for menu in grid.findChildren(QMenu) if menu.isVisible() and menu.parent() is grid)


def choose(menu: QMenu, start: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(start)).trigger()
    menu.close()


@pytest.mark.qt_log_ignore("This plugin does not support")  # popups without a screen
def test_the_menu_changes_mode_splits_copies_and_deletes(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 18, 13),)))
    choose(menu_at(grid, hand.place(1, 2)), "Split at Tue 02:00")
    assert grid.schedule.periods == (away(0, 18, 8), away(1, 2, 5))
    choose(menu_at(grid, hand.place(0, 20)), "Stay")
    assert grid.schedule.periods[0] == ArmedPeriod(at(0, 18), 8 * 60, ArmingMode.STAY)
    choose(menu_at(grid, hand.place(1, 3)), "Delete")
    menu = menu_at(grid, hand.place(0, 20))
    copy = next(action for action in menu.actions() if action.text() == "Copy to days").menu()
    assert isinstance(copy, QMenu)
    choose(copy, "Weekdays")
    menu.close()
    assert [period.day for period in grid.schedule.periods] == [0, 1, 2, 3, 4]


@pytest.mark.qt_log_ignore("This plugin does not support")  # popups without a screen
@pytest.mark.parametrize(
    ("modifiers", "at_words"),
    [(Qt.KeyboardModifier.NoModifier, "Tue 02:00"), (Qt.KeyboardModifier.AltModifier, "Tue 02:04")],
)
def test_alt_splits_at_the_very_minute(
    grid: WeekGrid, hand: WeekHand, modifiers: Qt.KeyboardModifier, at_words: str
) -> None:
    grid.show_schedule(WeekSchedule((away(0, 18, 13),)))
    grid.resize(1440 + 200, 420)  # a pixel a minute and a little more
    choose(menu_at(grid, hand.place(1, 2 + 4 / 60), modifiers), f"Split at {at_words}")
    minute = 4 if modifiers else 0
    assert grid.schedule.periods[1].start_min == at(1, 2) + minute


@pytest.mark.qt_log_ignore("This plugin does not support")  # popups without a screen
def test_the_menu_of_empty_time_arms_it(grid: WeekGrid, hand: WeekHand) -> None:
    choose(menu_at(grid, hand.place(5, 10.3)), "Arm Night")
    assert grid.schedule.periods == (ArmedPeriod(at(5, 10), 60, ArmingMode.NIGHT),)


def test_read_only_selects_but_never_changes(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(0, 8, 4),)))
    grid.set_editable(False)
    seen = edits(grid)
    hand.drag((0, 10), (2, 10))
    hand.click(0, 10)
    hand.key(Qt.Key.Key_Delete)
    assert seen == []
    assert grid.selected == away(0, 8, 4)


def test_a_new_value_from_outside_ends_a_drag(grid: WeekGrid, hand: WeekHand) -> None:
    hand.press(0, 8)
    hand.move(0, 12)
    grid.show_schedule(WeekSchedule((away(3, 8, 4),)))
    assert not grid.is_dragging
    hand.release()
    assert grid.schedule == WeekSchedule((away(3, 8, 4),))


def test_it_paints_every_mode_with_sunday_first(grid: WeekGrid, qtbot: QtBot) -> None:
    grid.set_style_words(WordStyle(6, True))
    grid.set_now(at(2, 21))
    modes = (ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT)
    grid.show_schedule(WeekSchedule(tuple(ArmedPeriod(at(n, 20), 600, mode) for n, mode in enumerate(modes))))
    image = grid.grab().toImage()
    colors = Theme().colors
    geometry = grid.geometry_now
    for day, mode in enumerate(modes):
        band = geometry.row_box(geometry.row_of(day))
        row = [image.pixelColor(int(geometry.x_of(23 * 60)) + dx, int(band.bottom) - 4) for dx in range(12)]
        assert colors.mode(mode).rgb() in {color.rgb() for color in row}


def test_a_closer_look_keeps_the_hour_under_the_pointer_and_drags_finer(
    grid: WeekGrid, hand: WeekHand
) -> None:
    seen = edits(grid)
    place = QPointF(hand.place(1, 18))
    for _ in range(20):
        wheel = QWheelEvent(
            place,
            QPointF(grid.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            CONTROL,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(grid, wheel)
    geometry = grid.geometry_now
    assert geometry.span_min == 180
    assert abs(geometry.x_of(18 * 60) - place.x()) < 8  # half a pixel, looked at eight times closer
    hand.drag((1, 17.52), (1, 18.98))
    assert seen[-1][0] == WeekSchedule((away(1, 17.5, 1.5),))
    grid.go_to(at(1, 3))
    assert grid.geometry_now.from_min < 3 * 60 < grid.geometry_now.from_min + 180
    grid.select(away(1, 17.5, 1.5))
    first, last = (grid.geometry_now.x_of(hour * 60) for hour in (17.5, 19))
    assert LEFT <= first < last <= grid.geometry_now.right
    hand.key(Qt.Key.Key_0, CONTROL)
    assert not grid.geometry_now.is_zoomed


def test_an_end_that_is_not_seen_is_no_handle(grid: WeekGrid, hand: WeekHand) -> None:
    grid.show_schedule(WeekSchedule((away(1, 8, 12),)))
    for _ in range(4):
        hand.key(Qt.Key.Key_Plus, CONTROL)
    (piece,) = grid.geometry_now.pieces(away(1, 8, 12))
    assert (piece.is_first, piece.is_last) == (False, False)
    assert grid.geometry_now.hit(grid.schedule, piece.box.left + 1, piece.box.middle).part is Part.BODY
    assert grid.geometry_now.pieces(away(1, 0, 2)) == ()
