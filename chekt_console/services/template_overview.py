"""Templates with the sites that follow each and how many of them drifted, from what the disk knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chekt_console.domain.natural_order import natural
from chekt_console.domain.schedule_template import Drift, ScheduleTemplate, drift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.domain.site import Site
    from chekt_console.services.site_service import SiteService
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore


@dataclass(frozen=True, slots=True)
class TemplateStanding:
    """`sites` follow it, in order of name; of `drifted` the schedule is another one now."""

    template: ScheduleTemplate
    sites: tuple[Site, ...]
    drifted: int


@dataclass(frozen=True, slots=True)
class TemplateOverview:
    """In order of name. `of_site`: the standing of the template a site follows, by site id."""

    standings: tuple[TemplateStanding, ...] = ()
    of_site: Mapping[str, TemplateStanding] = field(default_factory=dict)


class TemplateOverviewService:
    def __init__(self, sites: SiteService, cache: Cache, local: LocalStore) -> None:
        self._sites = sites
        self._cache = cache
        self._local = local

    def overview(self) -> TemplateOverview:
        """Slow for very many sites: for a worker. Sites that left the account are not counted."""
        templates = self._local.templates.templates()
        applied = self._local.templates.applied() if templates else {}
        sites = self._sites.cached().sites if applied else ()
        schedules = self._cache.schedules() if applied else {}
        following: dict[str, list[Site]] = {}
        for site in sorted(sites, key=lambda site: (natural(site.name), natural(site.site_id))):
            follows = applied.get(site.site_id)
            if follows is not None:
                following.setdefault(follows.template_id, []).append(site)
        standings = []
        for template in templates:
            mine = tuple(following.get(template.template_id, ()))
            drifted = 0
            for site in mine:
                known = schedules.get(site.site_id)
                how = drift(template, applied[site.site_id], known.schedule if known else None)
                drifted += how is Drift.SITE
            standings.append(TemplateStanding(template, mine, drifted))
        of_site = {site.site_id: standing for standing in standings for site in standing.sites}
        return TemplateOverview(tuple(standings), of_site)
