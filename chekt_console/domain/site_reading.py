"""How far the first reading of all sites of an account has come, so that it can go on there later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chekt_console.domain.site import Site

GOOD_MS = 24 * 3_600_000  # sites come and go: what was read longer ago is read anew


@dataclass(frozen=True, slots=True)
class SitesPlace:
    """After so many rows (`received`, with those that could not be read) of the `total` the server spoke of; `query` is
    what it is asked next."""

    sites: tuple[Site, ...]
    received: int
    total: int
    query: Mapping[str, str]
    problems: tuple[str, ...] = field(default=())
