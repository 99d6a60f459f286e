"""What a drag makes of the week, as tables: painted, moved and resized, across midnight and the week's end."""

from __future__ import annotations

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.ui.schedule.week_drag import WeekDrag
from chekt_console.ui.schedule.week_geometry import Part

AWAY, STAY, OFF = ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.DISARMED


def at(day: int, hour: float) -> int:
    return day * DAY_MIN + round(hour * 60)


@pytest.mark.parametrize(
    ("origin", "to", "start", "length"),
    [
        (at(0, 8) + 3, at(0, 9) + 1, at(0, 8), 75),  # outwards to the cells touched
        (at(0, 9), at(0, 8), at(0, 8), 60),  # backwards
        (at(0, 8) + 3, at(0, 8) + 4, at(0, 8), 15),  # never less than a step
        (at(1, 18), at(2, 7), at(1, 18), 13 * 60),  # down to the next row: over midnight
        (at(6, 18), at(7, 7), at(6, 18), 13 * 60),  # below the last row: around the week's end
        (at(0, 6), at(-1, 20), at(6, 20), 10 * 60),  # above the first row
    ],
)
def test_painting(origin: float, to: float, start: int, length: int) -> None:
    drag = WeekDrag(WeekSchedule(), Part.EMPTY, origin, AWAY)
    assert drag.result(to, 15).periods == (ArmedPeriod(start, length, AWAY),)


def test_painting_disarmed_cuts_a_hole() -> None:
    base = WeekSchedule((ArmedPeriod(at(0, 8), 240, AWAY),))
    drag = WeekDrag(base, Part.EMPTY, at(0, 9), OFF)
    assert drag.result(at(0, 10), 15).periods == (
        ArmedPeriod(at(0, 8), 60, AWAY),
        ArmedPeriod(at(0, 10), 120, AWAY),
    )
    assert drag.subject(at(0, 10), 15) is None


OVERNIGHT = ArmedPeriod(at(1, 18), 13 * 60, AWAY)  # Tue 18:00 to Wed 07:00
SUNDAY = ArmedPeriod(at(6, 22), 9 * 60, AWAY)  # Sun 22:00 to Mon 07:00
LAST = ArmedPeriod(at(6, 18), 4 * 60, AWAY)  # Sun 18:00 to 22:00
FIRST = ArmedPeriod(at(0, 2), 3 * 60, AWAY)  # Mon 02:00 to 05:00


@pytest.mark.parametrize(
    ("period", "part", "origin", "to", "start", "length"),
    [
        (OVERNIGHT, Part.BODY, at(1, 20), at(1, 21), at(1, 19), 780),
        (
            OVERNIGHT,
            Part.BODY,
            at(2, 3),
            at(4, 3),
            at(3, 18),
            780,
        ),  # taken by its second piece, two rows down
        (OVERNIGHT, Part.BODY, at(1, 20), at(-1, 20), at(6, 18), 780),  # over the week's end
        (OVERNIGHT, Part.END, at(2, 7), at(2, 8), at(1, 18), 14 * 60),
        (OVERNIGHT, Part.END, at(2, 7), at(1, 22), at(1, 18), 4 * 60),  # back over midnight
        (OVERNIGHT, Part.END, at(2, 7), at(1, 12), at(1, 18), 15),  # never through its own start
        (OVERNIGHT, Part.START, at(1, 18), at(2, 1), at(2, 1), 6 * 60),
        (OVERNIGHT, Part.START, at(1, 18), at(0, 20), at(0, 20), 35 * 60),
        (OVERNIGHT, Part.START, at(1, 18), at(3, 1), at(2, 6.75), 15),
        (SUNDAY, Part.END, at(0, 7), at(0, 8), at(6, 22), 10 * 60),
        (SUNDAY, Part.END, at(0, 7), at(6, 23), at(6, 22), 60),  # its end taken back to Sunday
        (SUNDAY, Part.END, at(0, 7), at(6, 20), at(6, 22), 15),
        (SUNDAY, Part.START, at(6, 22), at(6, 20), at(6, 20), 11 * 60),
        (SUNDAY, Part.START, at(6, 22), at(0, 1), at(0, 1), 6 * 60),
        (SUNDAY, Part.START, at(6, 22), at(0, 9), at(0, 6.75), 15),
        (LAST, Part.END, at(6, 22), at(0, 6), at(6, 18), 12 * 60),  # to the first row: around the week's end
        (LAST, Part.END, at(6, 22), at(7, 6), at(6, 18), 12 * 60),  # or below the last
        (FIRST, Part.START, at(0, 2), at(6, 20), at(6, 20), 9 * 60),
        (FIRST, Part.START, at(0, 2), at(-1, 20), at(6, 20), 9 * 60),
    ],
)
def test_moving_and_resizing(
    period: ArmedPeriod, part: Part, origin: float, to: float, start: int, length: int
) -> None:
    drag = WeekDrag(WeekSchedule((period,)), part, origin, AWAY, 0, period)
    changed = ArmedPeriod(start, length, AWAY)
    assert drag.result(to, 15).periods == (changed,)
    assert drag.subject(to, 15) == changed


def test_what_a_moved_period_covers_gives_way() -> None:
    other = ArmedPeriod(at(1, 8), 120, STAY)
    mine = ArmedPeriod(at(0, 8), 60, AWAY)
    drag = WeekDrag(WeekSchedule((mine, other)), Part.BODY, at(0, 8.5), AWAY, 0, mine)
    assert drag.result(at(1, 9), 15).periods == (
        ArmedPeriod(at(1, 8), 30, STAY),
        ArmedPeriod(at(1, 8.5), 60, AWAY),
        ArmedPeriod(at(1, 9.5), 30, STAY),
    )


def test_by_the_minute_and_with_sunday_first() -> None:
    drag = WeekDrag(WeekSchedule(), Part.EMPTY, 61.2, AWAY, 6)
    assert drag.result(100.5, 1).periods == (ArmedPeriod(at(6, 1) + 1, 40, AWAY),)


def test_a_drag_back_to_where_it_began_changes_nothing() -> None:
    base = WeekSchedule((ArmedPeriod(at(0, 8) + 7, 60, AWAY),))
    drag = WeekDrag(base, Part.END, at(0, 9) + 7, AWAY, 0, base.periods[0])
    assert drag.result(at(0, 9) + 7, 1) is base


def test_no_longer_than_the_week() -> None:
    drag = WeekDrag(WeekSchedule((LAST,)), Part.START, at(6, 18), AWAY, 0, LAST)
    assert drag.result(-3 * DAY_MIN, 15).periods[0].length_min == WEEK_MIN
