"""A drag on the week as values: what it would make of the schedule for a pointer that has come to a place."""

from __future__ import annotations

from dataclasses import dataclass

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import (
    exchange,
    moved,
    paint,
    period_at,
    with_end,
    with_start,
)
from chekt_console.ui.schedule.week_geometry import (
    Part,
    WeekGeometry,
    snapped,
    snapped_down,
    snapped_up,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Minutes of the week a drag covers; `mode` Disarmed takes away."""

    start_min: int
    length_min: int
    mode: ArmingMode


@dataclass(frozen=True, slots=True)
class WeekDrag:
    """Begun over `base`, which is never changed. `part` EMPTY paints, BODY moves, START and END resize.

    `origin` is the reading minute the pointer went down on; the period is None only when painting.
    """

    base: WeekSchedule
    part: Part
    origin: float
    mode: ArmingMode
    first_day: int = 0
    period: ArmedPeriod | None = None

    def span(self, reading: float, step: int) -> Span:
        """What the pointer at `reading` asks for, at least one step long."""
        if self.period is None:
            return self._painted(reading, step)
        period = self.period
        if self.part is Part.BODY:
            target = snapped(period.start_min + reading - self.origin, step)
            changed = moved(period, target - period.start_min)
        elif self.part is Part.END:
            changed = self._end_at(period, reading, step)
        else:
            changed = self._start_at(period, reading, step)
        return Span(changed.start_min, changed.length_min, period.mode)

    def result(self, reading: float, step: int) -> WeekSchedule:
        """The whole week as it would be; `base` itself when nothing would change."""
        span = self.span(reading, step)
        if self.period is None:
            return paint(self.base, span.start_min, span.length_min, span.mode)
        new = ArmedPeriod(span.start_min, span.length_min, span.mode)
        return self.base if new == self.period else exchange(self.base, self.period, new)

    def subject(self, reading: float, step: int) -> ArmedPeriod | None:
        """The period of the result that the drag has in hand; None when it takes away."""
        span = self.span(reading, step)
        if span.mode is ArmingMode.DISARMED:
            return None
        return period_at(self.result(reading, step), span.start_min)

    def _painted(self, reading: float, step: int) -> Span:
        low, high = sorted((self.origin, reading))
        start = snapped_down(low, step)
        length = min(max(snapped_up(high, step) - start, step), WEEK_MIN)
        return Span(_geometry(self.first_day).week_minute(start), length, self.mode)

    def _end_at(self, period: ArmedPeriod, reading: float, step: int) -> ArmedPeriod:
        start = _geometry(self.first_day).reading(period.start_min)
        wraps = start + period.length_min > WEEK_MIN
        row, start_row = reading // DAY_MIN, start // DAY_MIN
        if wraps and reading < start:
            is_just_before = row == start_row and start + period.length_min - WEEK_MIN <= start_row * DAY_MIN
            lap = 0 if is_just_before else WEEK_MIN
        else:
            lap = WEEK_MIN if start_row == 6 and row == 0 else 0
        end = snapped(reading, step) + lap
        return with_end(period, period.start_min + end - start, shortest_min=step)

    def _start_at(self, period: ArmedPeriod, reading: float, step: int) -> ArmedPeriod:
        end = _geometry(self.first_day).reading(period.end_min % WEEK_MIN) or WEEK_MIN
        wraps = end < period.length_min
        row, end_row = reading // DAY_MIN, (end - 1) // DAY_MIN
        if wraps and reading > end:
            is_just_after = row == end_row and end - period.length_min + WEEK_MIN >= (end_row + 1) * DAY_MIN
            lap = 0 if is_just_after else -WEEK_MIN
        else:
            lap = -WEEK_MIN if end_row == 0 and row == 6 else 0
        start = snapped(reading, step) + lap
        return with_start(period, period.end_min + start - end, shortest_min=step)


def _geometry(first_day: int) -> WeekGeometry:
    return WeekGeometry(0, 0, first_day)
