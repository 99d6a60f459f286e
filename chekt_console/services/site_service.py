"""Sites of the account: cached, then refreshed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chekt_console.domain.progress import Progress
    from chekt_console.domain.site import Site


@dataclass(frozen=True, slots=True)
class SiteList:
    """Sites and the instant (UTC) they were read from the server; None = never."""

    sites: tuple[Site, ...]
    as_of: datetime | None
    problems: tuple[str, ...] = ()  # rows that could not be read, one sentence each


class SiteService:
    def cached(self) -> SiteList:
        """What the disk knows, at once."""
        raise NotImplementedError

    def refresh(self, progress: Progress) -> SiteList:
        """Read all sites from the server, store them, return them."""
        raise NotImplementedError

    def set_timezone(self, site_id: str, timezone: str) -> None:
        """The installer says where the site is; kept locally and marked 'set here'."""
        raise NotImplementedError
