"""Templates counted from the disk: followers that are still in the account, and those whose schedule is another one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from chekt_console.domain.bulk_run import BulkRun, BulkSite, RunState, SiteStep
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.schedule_template import ScheduleTemplate
from chekt_console.domain.site import Site
from chekt_console.services.site_service import SiteService
from chekt_console.services.template_overview import TemplateOverviewService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.ui.fleet.fleet_world import NIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.services.ports import Client

NOW = datetime(2026, 3, 11, tzinfo=UTC)
BAKERY, DOCK, MALL = Site("1", "Bakery"), Site("2", "dock"), Site("3", "Mall")


def test_followers_and_those_that_drifted(tmp_path: Path) -> None:
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    service = TemplateOverviewService(SiteService(cast("Client", None), cache, local), cache, local)
    assert service.overview().standings == ()
    cache.put_sites((MALL, DOCK, BAKERY), NOW)
    nights = ScheduleTemplate("t1", "Nights", NIGHTS, NOW)
    local.templates.put_template(nights)
    local.templates.put_template(ScheduleTemplate("t2", "Unused", WeekSchedule(), NOW))
    sites = tuple(BulkSite(one, one, SiteStep.WAITING, WeekSchedule(), "") for one in ("1", "2", "gone"))
    run = BulkRun("r", "Nights", "t1", NIGHTS, RunState.RUNNING, NOW, sites)
    local.templates.put_run(run)
    for site in sites:
        local.templates.put_step(run, site, follows_since=NOW)
    cache.put_schedule("1", NIGHTS, "e", (), NOW)
    cache.put_schedule("2", WeekSchedule(), "e", (), NOW)
    found = service.overview()
    assert [(one.template.name, one.sites, one.drifted) for one in found.standings] == [
        ("Nights", (BAKERY, DOCK), 1),
        ("Unused", (), 0),
    ]
    assert found.of_site["2"].template == nights
    assert "3" not in found.of_site
    cache.close()
    local.close()
