"""A named schedule that remembers where it was applied, and how far a site has drifted from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise


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


def with_own_exceptions(
    wanted: WeekSchedule, has: WeekSchedule, given: WeekSchedule | None = None
) -> WeekSchedule:
    """`wanted` for a site that `has` a schedule: its own exceptions stay, also where `wanted` has one for the same date.

    What a template `given` to it before brought along is not its own.
    """
    brought = normalise(given).exceptions if given is not None else ()
    own = {one.day: one for one in normalise(has).exceptions if one not in brought}
    dates = {one.day: one for one in wanted.exceptions} | own
    return WeekSchedule(wanted.periods, tuple(dates[day] for day in sorted(dates)))


def drift(template: ScheduleTemplate, applied: Applied, now: WeekSchedule | None) -> Drift:
    """Whether applying the template again would change the site. `now`: what the site has, None when it was never read."""
    if now is None:
        return Drift.UNREAD
    if is_same(now, with_own_exceptions(template.schedule, now, applied.schedule)):
        return Drift.NONE
    is_as_applied = is_same(now, with_own_exceptions(applied.schedule, now, applied.schedule))
    return Drift.TEMPLATE if is_as_applied else Drift.SITE
