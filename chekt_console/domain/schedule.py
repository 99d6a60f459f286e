"""The arming schedule of a site: half-open armed periods on a week of site time, and exceptions by date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from chekt_console.domain.arming import ArmingMode

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class ArmedPeriod:
    """Armed from `start_min` (0 = Monday 00:00, below 10080) for `length_min` (1 to 10080); half-open, may wrap the week."""

    start_min: int
    length_min: int
    mode: ArmingMode

    def __post_init__(self) -> None:
        if not 0 <= self.start_min < WEEK_MIN:
            raise ValueError(f"start_min {self.start_min} is outside the week")
        if not 1 <= self.length_min <= WEEK_MIN:
            raise ValueError(f"length_min {self.length_min} is not 1 to {WEEK_MIN}")
        if self.mode is ArmingMode.DISARMED:
            raise ValueError("an armed period cannot be disarmed")

    def __lt__(self, other: ArmedPeriod) -> bool:
        return self._order() < other._order()

    def _order(self) -> tuple[int, int, str]:
        return (self.start_min, self.length_min, self.mode.value)

    @property
    def end_min(self) -> int:
        """End in minutes from the same Monday; may exceed WEEK_MIN."""
        return self.start_min + self.length_min

    @property
    def day(self) -> int:
        """The day it starts on, 0 = Monday."""
        return self.start_min // DAY_MIN


@dataclass(frozen=True, slots=True)
class DayException:
    """What begins on one date instead of what the week begins there: `periods` (start minute of that day, length, mode).

    No periods: nothing is armed anew that day. What the day before began still runs to its end.
    """

    day: date
    periods: tuple[tuple[int, int, ArmingMode], ...] = ()


@dataclass(frozen=True, slots=True)
class WeekSchedule:
    """Periods sorted by start and not overlapping; a value, never changed in place."""

    periods: tuple[ArmedPeriod, ...] = ()
    exceptions: tuple[DayException, ...] = field(default=())
