"""The past of one site as the schedule editor needs it, read and worked out in a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from chekt_console.domain.schedule_columns import HistoryColumns, WhatIf, hours_of_week, what_if
from chekt_console.domain.schedule_reality import MatchedChange, compare, planned_changes
from chekt_console.domain.schedule_staff import StaffHours, staff_hours
from chekt_console.domain.schedule_suggestion import Suggestion, suggest
from chekt_console.domain.site_clock import wall_of, zone_of
from chekt_console.ui.schedule.hour_bars import HourBars

if TYPE_CHECKING:
    from datetime import tzinfo

    from chekt_console.domain.event import Event
    from chekt_console.domain.progress import Progress
    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.site import Site
    from chekt_console.services.event_service import EventService

STRIP_DAYS = 14
_DAY_MS = 86_400_000
_SLACK_MS = 3_600_000


@dataclass(frozen=True)
class SiteHistory:
    """Complete from `from_ms` to `to_ms`; `days` were asked for."""

    site_id: str
    days: int
    zone: tzinfo
    events: tuple[Event, ...]
    columns: HistoryColumns
    bars: HourBars
    suggestion: Suggestion
    staff: StaffHours
    from_ms: int
    to_ms: int


@dataclass(frozen=True)
class Understanding:
    """What the history says of a saved schedule and a draft."""

    history: SiteHistory
    saved: WeekSchedule
    draft: WeekSchedule
    what_if: WhatIf
    reality: tuple[MatchedChange, ...]


def read_history(
    events: EventService, site: Site, days: int, progress: Progress, *, must_read: bool = False
) -> SiteHistory | None:
    """Runs in a worker; None while the site's zone is not known, or its history is not, which the timeline reads when a
    site is chosen. `must_read`: it did not, or could not; the server is asked here, and what it answers is told."""
    zone = zone_of(site.timezone)
    if zone is None:
        return None
    known = events.cached(site.site_id, days)
    if known.as_of is None:
        if not must_read:
            return None
        known = events.refresh(site, days, progress)
    if known.from_ms > known.to_ms - days * _DAY_MS + _SLACK_MS:
        known = events.refresh(site, days, progress)  # only a part of the span was ever read
    to_ms = known.to_ms + 1
    columns = HistoryColumns.of(known.events, known.from_ms, to_ms)
    first = wall_of(known.from_ms, zone).date() + timedelta(days=1)
    last = wall_of(known.to_ms, zone).date() - timedelta(days=1)
    return SiteHistory(
        site.site_id,
        days,
        zone,
        known.events,
        columns,
        HourBars.of(hours_of_week(columns, zone).tolist(), days),
        suggest(known.events, zone, first, last),
        staff_hours(known.events, zone, known.from_ms, to_ms),
        known.from_ms,
        to_ms,
    )


def understand(history: SiteHistory, saved: WeekSchedule, draft: WeekSchedule, now_ms: int) -> Understanding:
    """Runs in a worker."""
    zone = history.zone
    first = wall_of(now_ms, zone).date() - timedelta(days=STRIP_DAYS - 1)
    plan = [  # from a week before: what was planned before the strip tells what belongs to its first change
        change
        for change in planned_changes(saved, zone, first - timedelta(days=7), STRIP_DAYS + 7)
        if change.instant_ms >= history.from_ms
    ]
    reality = tuple(
        one
        for one in compare(plan, history.events, min(now_ms, history.to_ms))
        if wall_of(one.planned.instant_ms, zone).date() >= first
    )
    return Understanding(history, saved, draft, what_if(history.columns, saved, draft, zone), reality)
