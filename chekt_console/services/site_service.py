"""Sites of the account: cached, then refreshed."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.site_clock import zone_of
from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site
    from chekt_console.domain.site_reading import SitesPlace
    from chekt_console.services.ports import Client
    from chekt_console.store.cache import Cache
    from chekt_console.store.local import LocalStore

_log = logging.getLogger(__name__)

_TELL_S = 0.5


@dataclass(frozen=True, slots=True)
class SiteList:
    """Sites and the instant (UTC) they were read from the server; None = never."""

    sites: tuple[Site, ...]
    as_of: datetime | None
    problems: tuple[str, ...] = ()  # rows that could not be read, a disk that refused: one sentence each


class _FirstReading:
    """On disk page by page, so that a restart goes on where it was. A disk that refuses holds up nothing."""

    def __init__(self, cache: Cache) -> None:
        self._reading = cache.site_reading

    def place(self) -> SitesPlace | None:
        try:
            return self._reading.place(_now_ms())
        except DiskFailed as error:
            _log.info("a first reading begins anew: %s", error.detail)
            return None

    def keep(self, page: SitesPlace, before: int) -> None:
        try:
            self._reading.keep(page, before, _now_ms())
        except DiskFailed as error:
            _log.info("a page of the first reading was not kept: %s", error.detail)


def _now_ms() -> int:
    return round(datetime.now(UTC).timestamp() * 1000)


class SiteService:
    def __init__(self, client: Client, cache: Cache, local: LocalStore) -> None:
        self._client = client
        self._cache = cache
        self._local = local

    def cached(self) -> SiteList:
        """What the disk knows, at once."""
        sites, as_of = self._cache.sites()
        return SiteList(self._with_zones(sites), as_of)

    def find(self, site_id: str) -> Site | None:
        """One of those."""
        site = self._cache.site(site_id)
        return self._with_zones((site,))[0] if site is not None else None

    def refresh(
        self, progress: Progress, seen: Callable[[tuple[Site, ...]], None] = lambda _sites: None
    ) -> SiteList:
        """Read all sites from the server, store them, return them. `seen` is told what came so far, at most twice a second."""
        progress.report(0, 0, "Reading sites")
        told_at = -_TELL_S

        def on_page(sites: tuple[Site, ...], total: int) -> None:
            nonlocal told_at
            progress.report(len(sites), total, "Reading sites")
            now = time.monotonic()
            if now - told_at >= _TELL_S:
                told_at = now
                seen(self._with_zones(sites))

        # What is known whole is read again from the beginning, and stays on the screen meanwhile.
        keeper = _FirstReading(self._cache) if self._cache.sites()[1] is None else None
        rows = self._client.sites.list(on_page, keeper)
        progress.check()
        as_of = datetime.now(UTC)
        problems = rows.problems
        try:
            self._cache.put_sites(rows.values, as_of)
        except DiskFailed as error:
            problems = (*problems, error.sentence)
        return SiteList(self._with_zones(rows.values), as_of, problems)

    def set_timezone(self, site_id: str, timezone: str) -> None:
        """The installer says where the site is; kept locally and marked 'set here'."""
        self._local.put_timezone(site_id, timezone)

    def zones_set_here(self) -> frozenset[str]:
        """Ids of the sites whose zone is the one that was set on this computer."""
        return frozenset(
            site_id
            for site_id in self._local.timezones()
            if (site := self._cache.site(site_id)) is not None and zone_of(site.timezone) is None
        )

    def _with_zones(self, sites: Iterable[Site]) -> tuple[Site, ...]:
        """A zone set here counts only where the server tells none, or one that nobody knows."""
        zones = self._local.timezones()
        if not zones:
            return tuple(sites)
        return tuple(
            replace(site, timezone=zones[site.site_id])
            if site.site_id in zones and zone_of(site.timezone) is None
            else site
            for site in sites
        )
