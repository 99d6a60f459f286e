"""What a history that was read some days ago lets one say of the plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_columns import HistoryColumns, hours_of_week
from chekt_console.domain.schedule_reality import Outcome
from chekt_console.domain.schedule_staff import staff_hours
from chekt_console.domain.schedule_suggestion import suggest
from chekt_console.domain.site_clock import wall_of
from chekt_console.ui.schedule.hour_bars import HourBars
from chekt_console.ui.schedule.site_history import SiteHistory, understand

ZONE = ZoneInfo("America/Los_Angeles")
NIGHTLY = WeekSchedule(
    tuple(ArmedPeriod(day * DAY_MIN + 18 * 60, 13 * 60, ArmingMode.AWAY) for day in range(7))
)


def _ms(day: date, hour: int) -> int:
    return round(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).timestamp() * 1000)


def _history(first: date, last: date, read_ms: int, forgotten: date) -> SiteHistory:
    """Armed each evening from `first` to `last` but on `forgotten`."""
    events = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if day != forgotten:
            for mode, at in (
                (ArmingMode.AWAY, _ms(day, 18)),
                (ArmingMode.DISARMED, _ms(day + timedelta(days=1), 7)),
            ):
                events.append(Event(f"{at}", "s", at, EventKind.ARMING, mode=mode, user="schedule"))
    from_ms = _ms(first, 0)
    columns = HistoryColumns.of(events, from_ms, read_ms)
    bars = HourBars.of(hours_of_week(columns, ZONE).tolist(), 30)
    suggestion, staff = suggest(events, ZONE, first, last), staff_hours(events, ZONE, from_ms, read_ms)
    return SiteHistory("s", 30, ZONE, tuple(events), columns, bars, suggestion, staff, from_ms, read_ms)


def test_what_was_planned_after_the_last_reading_is_not_called_missed() -> None:
    now_ms = _ms(date(2026, 11, 28), 12)
    forgotten = date(2026, 11, 14)  # its morning is the first change of the strip
    history = _history(date(2026, 11, 1), date(2026, 11, 25), _ms(date(2026, 11, 26), 12), forgotten)
    found = understand(history, NIGHTLY, NIGHTLY, now_ms).reality
    days = [wall_of(one.planned.instant_ms, ZONE).date() for one in found]
    assert (days[0], days[-1]) == (date(2026, 11, 15), date(2026, 11, 26))
    assert {one.outcome for one in found} == {Outcome.DONE}
    assert found[0].off_by_min == 0
