"""Where periods lie on the week grid and what a point means, as tables without a window."""

from __future__ import annotations

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.ui.schedule.week_geometry import LEFT, RIGHT, TOP, Part, WeekGeometry, snapped

AWAY = ArmingMode.AWAY
# One pixel a minute across, 50 px a row.
GRID = WeekGeometry(LEFT + DAY_MIN + RIGHT, TOP + 350 + 8)


def at(day: int, hour: float) -> int:
    return day * DAY_MIN + round(hour * 60)


def point(row: int, hour: float) -> tuple[float, float]:
    return LEFT + hour * 60, TOP + row * GRID.row_height + GRID.row_height / 2


@pytest.mark.parametrize(
    ("start", "length", "rows"),
    [
        (at(0, 8), 60, [(0, 480, 540, True, True)]),
        (at(0, 18), 6 * 60, [(0, 1080, 1440, True, True)]),  # ends at midnight: nothing on the next row
        (at(1, 18), 13 * 60, [(1, 1080, 1440, True, False), (2, 0, 420, False, True)]),
        (
            at(6, 22),
            9 * 60,
            [(6, 1320, 1440, True, False), (0, 0, 420, False, True)],
        ),  # around the week's end
        (
            at(4, 20),
            59 * 60,
            [
                (4, 1200, 1440, True, False),
                (5, 0, 1440, False, False),
                (6, 0, 1440, False, False),
                (0, 0, 420, False, True),
            ],
        ),
    ],
)
def test_a_period_is_one_piece_per_row(start: int, length: int, rows: list[tuple[object, ...]]) -> None:
    pieces = GRID.pieces(ArmedPeriod(start, length, AWAY))
    assert [(p.row, p.start_min, p.end_min, p.is_first, p.is_last) for p in pieces] == rows
    for piece in pieces:
        assert piece.box.left == LEFT + piece.start_min
        assert piece.box.right == LEFT + piece.end_min
        assert piece.box.middle == pytest.approx(point(piece.row, 0)[1])


def test_the_whole_week_from_midweek_comes_round_to_its_own_row() -> None:
    pieces = GRID.pieces(ArmedPeriod(at(2, 12), WEEK_MIN, AWAY))
    assert [piece.row for piece in pieces] == [2, 3, 4, 5, 6, 0, 1, 2]
    assert sum(piece.end_min - piece.start_min for piece in pieces) == WEEK_MIN


def test_rows_follow_the_first_weekday() -> None:
    sunday_first = WeekGeometry(GRID.width, GRID.height, 6)
    pieces = sunday_first.pieces(
        ArmedPeriod(at(5, 22), 4 * 60, AWAY)
    )  # Saturday into Sunday: last row to first
    assert [piece.row for piece in pieces] == [6, 0]
    assert sunday_first.week_minute(sunday_first.reading(at(3, 5))) == at(3, 5)


NIGHT_SHIFT = ArmedPeriod(at(1, 18), 13 * 60, AWAY)  # Tue 18:00 to Wed 07:00
NEXT = ArmedPeriod(at(2, 7), 60, AWAY)  # touches it


@pytest.mark.parametrize(
    ("row", "hour", "part", "period"),
    [
        (1, 20, Part.BODY, NIGHT_SHIFT),
        (1, 18.05, Part.START, NIGHT_SHIFT),
        (1, 17.95, Part.START, NIGHT_SHIFT),  # a little outside still takes the end
        (1, 17.5, Part.EMPTY, None),
        (1, 23.99, Part.BODY, NIGHT_SHIFT),  # midnight is no end of it
        (2, 0.0, Part.BODY, NIGHT_SHIFT),
        (2, 6.95, Part.END, NIGHT_SHIFT),
        (2, 7.95, Part.END, NEXT),
        (2, 8.5, Part.EMPTY, None),
        (6, 3, Part.EMPTY, None),
        (7, 3, Part.OUTSIDE, None),
        (-1, 3, Part.OUTSIDE, None),
        (3, -0.5, Part.OUTSIDE, None),
    ],
)
def test_what_lies_under_a_point(row: int, hour: float, part: Part, period: ArmedPeriod | None) -> None:
    hit = GRID.hit(WeekSchedule((NIGHT_SHIFT, NEXT)), *point(row, hour), selected=NIGHT_SHIFT)
    assert (hit.part, hit.period) == (part, period)


def test_where_two_touch_the_selected_ones_end_is_taken() -> None:
    schedule = WeekSchedule((NIGHT_SHIFT, NEXT))
    assert GRID.hit(schedule, *point(2, 7), NIGHT_SHIFT).part is Part.END
    assert GRID.hit(schedule, *point(2, 7), NEXT).part is Part.START


def test_a_narrow_period_keeps_a_body_between_its_ends() -> None:
    short = ArmedPeriod(at(0, 8), 12, AWAY)
    schedule = WeekSchedule((short,))
    parts = [GRID.hit(schedule, LEFT + 480 + px, point(0, 0)[1]).part for px in (1, 6, 11)]
    assert parts == [Part.START, Part.BODY, Part.END]


@pytest.mark.parametrize(
    ("row", "hour", "minute"),
    [(0, 0, 0), (0, 24, DAY_MIN - 1), (3, 12.5, at(3, 12.5)), (6, 23.99, WEEK_MIN - 1)],
)
def test_the_minute_under_a_point_is_half_open(row: int, hour: float, minute: int) -> None:
    assert GRID.hit(WeekSchedule(), *point(row, hour)).minute == minute


@pytest.mark.parametrize(
    ("x", "row", "reading"),
    [
        (LEFT - 40, 1, DAY_MIN),
        (LEFT + DAY_MIN + 40, 1, 2 * DAY_MIN),
        (LEFT + 60, 9, WEEK_MIN + 60),
        (LEFT, -5, -DAY_MIN),
    ],
)
def test_beside_the_grid_counts_as_its_nearer_end(x: float, row: int, reading: float) -> None:
    assert GRID.reading_at(x, point(row, 0)[1]) == reading


@pytest.mark.parametrize(
    ("minute", "step", "result"), [(7, 15, 0), (7.5, 15, 15), (-8, 15, -15), (7.4, 1, 7)]
)
def test_snapping(minute: float, step: int, result: int) -> None:
    assert snapped(minute, step) == result
