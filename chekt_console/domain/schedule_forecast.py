"""The next days of a schedule as real instants of a site, exceptions and clock changes explained.

A period arms when the clock first shows its time and disarms when its last minute was shown for the last time, so a doubled
hour is never cut short; only where the next period begins before that, it disarms when the clock first shows its end. A time
the clock skips counts as the instant of the jump.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WeekSchedule
from chekt_console.domain.schedule_algebra import day_pieces, normalise
from chekt_console.domain.schedule_words import (
    PLAIN,
    WordStyle,
    date_words,
    day_name,
    length_words,
    rule_words,
    span_words,
)
from chekt_console.domain.site_clock import ClockChange, clock_changes, end_of, instant_of

YEAR_AND_MONTH = 396  # days
_ALL_THROUGH = 3 * DAY_MIN


@dataclass(frozen=True, slots=True)
class _Wall:
    """On the site's clock, in minutes from the first day's midnight; `is_exception`: begun by the rule of a date."""

    start_min: int
    end_min: int
    mode: ArmingMode
    is_exception: bool = False


@dataclass(frozen=True, slots=True)
class ForecastLine:
    """One armed stretch, or one remark about a date (`mode` None). Instants are UTC; wall minutes count from `day`."""

    day: date
    start_min: int = 0
    end_min: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    mode: ArmingMode | None = None
    is_exception: bool = False
    change: ClockChange | None = None
    note: str = ""


def forecast(
    schedule: WeekSchedule, zone: tzinfo, first_day: date, days: int = 14, style: WordStyle = PLAIN
) -> tuple[ForecastLine, ...]:
    """What is armed from `first_day` on, oldest first. What a date of its own rule begins is a line of its own, though it be
    armed before and after; so is a clock change outside armed time."""
    changes = list(clock_changes(zone, first_day, days))
    lines: list[ForecastLine] = []
    for wall, starts_at, ends_at in _real(_stretches(normalise(schedule), first_day, days), zone, first_day):
        if wall.start_min >= days * DAY_MIN:
            continue
        change = next((c for c in changes if starts_at <= c.instant <= ends_at), None)
        note = ""
        if change is not None:
            changes.remove(change)
            real = round((ends_at - starts_at).total_seconds() / 60)
            note = f"{change_words(change, style)}; armed {length_words(real)}" if real else "skipped whole"
        number, start_min = divmod(wall.start_min, DAY_MIN)
        lines.append(
            ForecastLine(
                first_day + timedelta(days=number),
                start_min,
                start_min + wall.end_min - wall.start_min,
                starts_at,
                ends_at,
                wall.mode,
                wall.is_exception,
                change,
                note,
            )
        )
    lines += [
        ForecastLine(change.day, change.before_min, change=change, note=change_words(change, style))
        for change in changes
    ]
    shown = {line.day for line in lines if line.is_exception}
    for exception in schedule.exceptions:
        if exception.day not in shown and 0 <= (exception.day - first_day).days < days:
            rule = rule_words(exception, style)
            lines.append(ForecastLine(exception.day, is_exception=True, note=rule))
    return tuple(sorted(lines, key=lambda line: (line.day, line.start_min)))


@dataclass(frozen=True, slots=True)
class BegunSpan:
    """What one beginning on the site's clock really arms, UTC; `starts_at` is `ends_at` where the clock skips it whole."""

    starts_at: datetime
    ends_at: datetime


def begun_spans(
    schedule: WeekSchedule, zone: tzinfo, first_day: date, days: int
) -> dict[datetime, BegunSpan]:
    """By the wall time (without a zone) at which they begin on these days: periods cut every 24 hours, and those of dates.
    None reaches into the next; together they arm what `forecast` tells."""
    midnight = datetime(first_day.year, first_day.month, first_day.day)  # noqa: DTZ001  wall time of the site
    walls = _stretches(normalise(schedule), first_day, days, is_joined=False)
    return {
        midnight + timedelta(minutes=wall.start_min): BegunSpan(starts_at, ends_at)
        for wall, starts_at, ends_at in _real(walls, zone, first_day)
        if 0 <= wall.start_min < days * DAY_MIN
    }


@dataclass(frozen=True, slots=True)
class ClockNight:
    """A jump of the site's clock, and what is armed over it."""

    change: ClockChange
    armed: ForecastLine | None = None

    @property
    def planned_min(self) -> int:
        """How long it is armed by the clock on the wall."""
        return self.armed.end_min - self.armed.start_min if self.armed else 0

    @property
    def real_min(self) -> int:
        if self.armed is None or self.armed.starts_at is None or self.armed.ends_at is None:
            return 0
        return round((self.armed.ends_at - self.armed.starts_at).total_seconds() / 60)


def clock_nights(
    schedule: WeekSchedule, zone: tzinfo, first_day: date, days: int = YEAR_AND_MONTH
) -> tuple[ClockNight, ...]:
    """Every jump of the clock from `first_day` on, oldest first."""
    nights = []
    for change in clock_changes(zone, first_day, days):
        around = forecast(schedule, zone, change.day - timedelta(days=2), 5)
        candidates = (ClockNight(change, line) for line in around if line.mode is not None)
        nights.append(next(filter(_is_over, candidates), ClockNight(change)))
    return tuple(nights)


def night_words(night: ClockNight, style: WordStyle = PLAIN) -> tuple[str, str]:
    """When and how the clock jumps, in site time and UTC; what that does to the armed time."""
    change, line = night.change, night.armed
    utc = change.instant
    other_day = "" if utc.date() == change.day else f"{day_name(utc.weekday())} "
    at = f"{other_day}{style.clock(utc.hour * 60 + utc.minute)} UTC"
    head = f"{date_words(change.day)} {change.day.year}: {change_words(change, style)} ({at})"
    if line is None or line.mode is None:
        return head, "Nothing is armed then."
    if night.planned_min >= _ALL_THROUGH:
        return head, f"{line.mode.label} all through."
    first = line.day.weekday() * DAY_MIN + line.start_min
    span = f"{line.mode.label} {span_words(first, night.planned_min, style)}"
    if not night.real_min:
        return head, f"{span} is skipped whole: it is not armed."
    return head, f"{span} lasts {length_words(night.real_min)}, not {length_words(night.planned_min)}."


def _is_over(night: ClockNight) -> bool:
    """Whether the jump makes the armed time longer or shorter; touching it does not."""
    line, at = night.armed, night.change.instant
    if line is None or line.starts_at is None or line.ends_at is None:
        return False
    return line.starts_at <= at <= line.ends_at and night.real_min != night.planned_min


def change_words(change: ClockChange, style: WordStyle = PLAIN) -> str:
    """ "clock 02:00 → 03:00, 1 h skipped"."""
    kind = "skipped" if change.is_skip else "doubled"
    before, after = style.clock(change.before_min), style.clock(change.after_min)
    return f"clock {before} → {after}, {length_words(abs(change.shift_min))} {kind}"


def _stretches(schedule: WeekSchedule, first_day: date, days: int, *, is_joined: bool = True) -> list[_Wall]:
    """Armed stretches on the site's clock, a week of run-up included, touching ones of one mode joined save at exceptions."""
    by_date = {exception.day: exception for exception in schedule.exceptions}
    pieces = [piece for period in schedule.periods for piece in day_pieces(period)]
    begun: list[_Wall] = []
    for number in range(-8, days + 8):
        day, midnight = first_day + timedelta(days=number), number * DAY_MIN
        if day in by_date:
            begun += [
                _Wall(midnight + start, midnight + start + length, mode, True)
                for start, length, mode in by_date[day].periods
            ]
        else:
            starts = [(midnight + p.start_min % DAY_MIN, p) for p in pieces if p.day == day.weekday()]
            begun += [_Wall(start, start + piece.length_min, piece.mode) for start, piece in starts]
    walls: list[_Wall] = []
    for wall in sorted(begun, key=lambda one: one.start_min):
        if walls and walls[-1].start_min == wall.start_min:
            walls.pop()
        last = walls[-1] if walls else None
        if last is not None and last.end_min > wall.start_min:  # what begins later wins
            last = walls[-1] = replace(last, end_min=wall.start_min)
        is_seam = last is not None and last.end_min == wall.start_min and last.mode is wall.mode
        if is_joined and last is not None and is_seam and not (last.is_exception or wall.is_exception):
            walls[-1] = replace(last, end_min=wall.end_min)
        else:
            walls.append(wall)
    return [wall for wall in walls if wall.end_min > 0 and wall.start_min < (days + 1) * DAY_MIN]


def _real(walls: list[_Wall], zone: tzinfo, first_day: date) -> list[tuple[_Wall, datetime, datetime]]:
    """With the instants of beginning and end; none begins before the one before it has ended."""
    found: list[tuple[_Wall, datetime, datetime]] = []
    for wall in walls:
        starts_at = instant_of(first_day, wall.start_min, zone)
        if found and found[-1][2] > starts_at:  # both in a doubled hour
            before = found[-1][0]
            found[-1] = (before, found[-1][1], instant_of(first_day, before.end_min, zone))
        found.append((wall, starts_at, end_of(first_day, wall.end_min, zone)))
    return found
