"""Where the periods of a week lie on the grid: rectangles, hit test and minutes under a point, as plain numbers.

Rows are days in reading order, columns are hours. "Reading minutes" count from the beginning of the first row (0 to 10080,
half-open); beyond the last row they run on into the next lap of the week, so that a drag can cross the week's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule

DRAG_FROM_PX = 4  # less is a click
SNAP_MIN = 15
FINE_SNAP_MIN = 1
LEFT = 58.0
RIGHT = 16.0
TOP = 30.0
BOTTOM = 8.0
LEAST_ROW = 26.0
LEAST_SPAN_MIN = 180.0

_GAP = 9.0  # between the blocks of two rows
_EDGE_OUT = 4.0  # how far outside a block its end can still be taken
_EDGE_IN = 7.0


class Part(Enum):
    """What lies under a point."""

    OUTSIDE = "outside"
    EMPTY = "empty"
    BODY = "body"
    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a period that lies in one row. `start_min` and `end_min` are minutes of that day, 0 to 1440."""

    period: ArmedPeriod
    row: int
    start_min: int
    end_min: int
    box: Box
    is_first: bool
    is_last: bool

    @property
    def is_whole_day(self) -> bool:
        return self.end_min - self.start_min == DAY_MIN


@dataclass(frozen=True, slots=True)
class Hit:
    part: Part
    period: ArmedPeriod | None = None
    minute: int = 0  # minute of the week under the point


@dataclass(frozen=True)
class WeekGeometry:
    """The grid at one size; `first_day` is the weekday of the first row (0 = Monday).

    Seen are `span_min` minutes of each day from `from_min` on.
    """

    width: float
    height: float
    first_day: int = 0
    from_min: float = 0.0
    span_min: float = DAY_MIN

    @cached_property
    def row_height(self) -> float:
        return max(LEAST_ROW, (self.height - TOP - BOTTOM) / 7)

    @cached_property
    def right(self) -> float:
        return max(self.width - RIGHT, LEFT + 96)

    def row_of(self, day: int) -> int:
        return (day - self.first_day) % 7

    def day_of(self, row: int) -> int:
        return (row + self.first_day) % 7

    def x_of(self, day_minute: float) -> float:
        """Of a minute of the day, 0 to 1440; beside the grid when it is not seen."""
        return LEFT + (day_minute - self.from_min) / self.span_min * (self.right - LEFT)

    @property
    def is_zoomed(self) -> bool:
        return self.span_min < DAY_MIN

    def zoomed(self, factor: float, x: float) -> tuple[float, float]:
        """First minute and number of minutes, closer by `factor`; what is under `x` stays there."""
        span = min(max(self.span_min / factor, LEAST_SPAN_MIN), DAY_MIN)
        share = min(max((x - LEFT) / (self.right - LEFT), 0.0), 1.0)
        first = self.from_min + share * (self.span_min - span)
        return min(max(first, 0.0), DAY_MIN - span), span

    def seeing(self, day_minute: float) -> float:
        """The first minute to be seen so that this one is, with an hour around it where there is room."""
        room = min(60.0, self.span_min / 4)
        first = max(min(self.from_min, day_minute - room), day_minute + room - self.span_min)
        return min(max(first, 0.0), DAY_MIN - self.span_min)

    def row_box(self, row: int) -> Box:
        """The band a row's blocks are drawn in."""
        top = TOP + row * self.row_height
        return Box(LEFT, top + _GAP / 2, self.right - LEFT, self.row_height - _GAP)

    def reading(self, week_minute: int) -> int:
        return (week_minute - self.first_day * DAY_MIN) % WEEK_MIN

    def week_minute(self, reading: int) -> int:
        return (reading + self.first_day * DAY_MIN) % WEEK_MIN

    def reading_at(self, x: float, y: float) -> float:
        """Reading minutes under a point; one row above the first and one below the last belong to the laps before and
        after, and beside the grid counts as the row's nearer end."""
        row = min(max(int((y - TOP) // self.row_height), -1), 7)
        share = min(max((x - LEFT) / (self.right - LEFT), 0.0), 1.0)
        return row * DAY_MIN + self.from_min + share * self.span_min

    def pieces(self, period: ArmedPeriod) -> tuple[Piece, ...]:
        """One per row and lap that is seen, from the period's start on; an end that is not seen is none."""
        start = self.reading(period.start_min)
        end = start + period.length_min
        pieces = []
        at = start
        while at < end:
            row, begin = divmod(at, DAY_MIN)
            until = min(end, (row + 1) * DAY_MIN)
            finish = until - row * DAY_MIN
            low, high = max(begin, self.from_min), min(finish, self.from_min + self.span_min)
            if low < high:
                box = self._box(row % 7, low, high)
                is_first, is_last = at == start and low == begin, until == end and high == finish
                pieces.append(Piece(period, row % 7, begin, finish, box, is_first, is_last))
            at = until
        return tuple(pieces)

    def hit(self, schedule: WeekSchedule, x: float, y: float, selected: ArmedPeriod | None = None) -> Hit:
        """The selected period's ends go first where two periods touch."""
        row = int((y - TOP) // self.row_height)
        if not 0 <= row < 7 or not LEFT - _EDGE_OUT <= x <= self.right + _EDGE_OUT:
            return Hit(Part.OUTSIDE)
        reading = min(int(self.reading_at(x, y)), (row + 1) * DAY_MIN - 1)
        minute = self.week_minute(reading)
        ordered = sorted(schedule.periods, key=lambda period: period != selected)
        here = [piece for period in ordered for piece in self.pieces(period) if piece.row == row]
        for piece in here:
            part = _edge(piece, x)
            if part is not None:
                return Hit(part, piece.period, minute)
        for piece in here:
            if piece.box.left <= x < piece.box.right:
                return Hit(Part.BODY, piece.period, minute)
        return Hit(Part.EMPTY, None, minute)

    def _box(self, row: int, begin: float, finish: float) -> Box:
        band = self.row_box(row)
        left = self.x_of(begin)
        return Box(left, band.top, self.x_of(finish) - left, band.height)


def snapped(minute: float, step: int) -> int:
    """The nearest step; halves go up."""
    return int((minute + step / 2) // step) * step


def snapped_down(minute: float, step: int) -> int:
    return int(minute // step) * step


def snapped_up(minute: float, step: int) -> int:
    return -int(-minute // step) * step


def _edge(piece: Piece, x: float) -> Part | None:
    inside = min(_EDGE_IN, piece.box.width / 3)
    if piece.is_last and piece.box.right - inside <= x <= piece.box.right + _EDGE_OUT:
        return Part.END
    if piece.is_first and piece.box.left - _EDGE_OUT <= x <= piece.box.left + inside:
        return Part.START
    return None
