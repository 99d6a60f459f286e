"""A named schedule that remembers where it was applied, and how far a site has drifted from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same


@dataclass(frozen=True, slots=True)
class ScheduleTemplate:
    template_id: str
    name: str
    schedule: WeekSchedule
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Applied:
    """A site follows one template at most. `schedule` is what the template was when it was applied."""

    site_id: str
    template_id: str
    schedule: WeekSchedule
    applied_at: datetime


class Drift(Enum):
    """How a site stands to the template that was applied to it."""

    NONE = "follows"
    UNREAD = "not read"  # the site's schedule is not known here
    TEMPLATE = "template edited"  # the site still has what was applied; the template has changed since
    SITE = "drift"  # the site's schedule was changed since


def drift(template: ScheduleTemplate, applied: Applied, now: WeekSchedule | None) -> Drift:
    """`now`: the schedule the site has, None when it was never read."""
    if now is None:
        return Drift.UNREAD
    if is_same(now, template.schedule):
        return Drift.NONE
    return Drift.TEMPLATE if is_same(now, applied.schedule) else Drift.SITE
