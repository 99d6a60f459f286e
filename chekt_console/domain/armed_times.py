"""Which mode a schedule has at an instant of a site: exceptions and clock changes included, the end of a period outside."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta, tzinfo

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_forecast import forecast
from chekt_console.domain.site_clock import wall_of


class ArmedTimes:
    """What a schedule arms between two instants (UTC ms), ready to be asked for many instants."""

    def __init__(self, schedule: WeekSchedule, zone: tzinfo, from_ms: int, to_ms: int) -> None:
        first = wall_of(from_ms, zone).date() - timedelta(days=1)
        days = (wall_of(to_ms, zone).date() - first).days + 2
        self._spans = [
            (round(line.starts_at.timestamp() * 1000), round(line.ends_at.timestamp() * 1000), line.mode)
            for line in forecast(schedule, zone, first, days)
            if line.mode is not None and line.starts_at is not None and line.ends_at is not None
        ]
        self._spans.sort(key=lambda span: span[0])
        self._starts = [start for start, _, _ in self._spans]

    def mode_at(self, instant_ms: int) -> ArmingMode | None:
        place = bisect_right(self._starts, instant_ms) - 1
        if place < 0:
            return None
        _, end, mode = self._spans[place]
        return mode if instant_ms < end else None
