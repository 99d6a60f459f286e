"""A template at a site that has exceptions of its own: nothing of the site is lost, and applied twice it is as applied once."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_algebra import is_same, normalise
from chekt_console.domain.schedule_template import (
    Applied,
    Drift,
    ScheduleTemplate,
    drift,
    with_own_exceptions,
)
from tests.unit.domain.schedule_strategies import schedules

_AT = datetime(2026, 1, 1, tzinfo=UTC)


@given(schedules(), schedules())
def test_the_week_is_the_templates_and_every_date_of_both_has_a_rule(
    template: WeekSchedule, site: WeekSchedule
) -> None:
    made = with_own_exceptions(template, site)
    assert made.periods == template.periods
    assert set(normalise(site).exceptions) <= set(made.exceptions)
    dates = {one.day for one in (*template.exceptions, *site.exceptions)}
    assert [one.day for one in made.exceptions] == sorted(dates)


@given(schedules(), schedules())
def test_applied_it_is_followed_and_applying_it_again_changes_nothing(
    template: WeekSchedule, site: WeekSchedule
) -> None:
    made = with_own_exceptions(template, site)
    assert is_same(with_own_exceptions(template, made, template), made)
    kept = ScheduleTemplate("t", "Office", template, _AT)
    assert drift(kept, Applied("1", "t", template, _AT), made) is Drift.NONE


@given(schedules(), schedules())
def test_what_a_template_brought_leaves_with_it(template: WeekSchedule, site: WeekSchedule) -> None:
    made = with_own_exceptions(template, WeekSchedule(site.periods))
    assert with_own_exceptions(WeekSchedule(site.periods), made, template).exceptions == ()
