"""Made-up sites, armed states and services for tests, pictures and measurements of the sites pane."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

from chekt_console.domain.arming import ArmingMode, ArmingState
from chekt_console.domain.site import Site
from chekt_console.errors import ConsoleError, Unreachable
from chekt_console.services.arming_service import SiteArming
from chekt_console.services.site_service import SiteList

NOW = datetime(2026, 2, 11, 21, 4, tzinfo=UTC)
_FIRST = (
    "Harbor Point",
    "Main Street",
    "Riverside",
    "St. Mark",
    "Bayview",
    "Café Zürich",
    "O'Neill",
    "Oak Hill",
)
_LAST = ("Warehouse", "Pharmacy", "Auto Center", "School", "Storage", "Clinic", "Market", "Lofts")
_CITIES = ("Oakland, CA", "San Francisco, CA", "Sacramento, CA", "Fresno, CA", "Berkeley, CA", "San José, CA")


def make_sites(count: int, seed: int = 1) -> tuple[Site, ...]:
    rng = random.Random(seed)
    return tuple(
        Site(
            f"site_{number}",
            f"{rng.choice(_FIRST)} {rng.choice(_LAST)} {number}",
            address=f"{rng.randrange(1, 9999)} {rng.choice(_FIRST)} Ave, {rng.choice(_CITIES)}",
            account_number=f"A-{10000 + number}",
            timezone="America/Los_Angeles",
        )
        for number in range(count)
    )


def state(mode: ArmingMode) -> ArmingState:
    return ArmingState(mode is not ArmingMode.DISARMED, mode, mode.label)


def armed(site_id: str, mode: ArmingMode, as_of: datetime = NOW) -> SiteArming:
    return SiteArming(site_id, state(mode), (), as_of)


def make_arming(sites: tuple[Site, ...], seed: int = 1) -> dict[str, SiteArming]:
    rng = random.Random(seed)
    return {site.site_id: armed(site.site_id, rng.choice(tuple(ArmingMode))) for site in sites}


class FakeSites:
    def __init__(self, cached: tuple[Site, ...] = (), fresh: tuple[Site, ...] = ()) -> None:
        self.known, self.fresh = cached, fresh
        self.error: ConsoleError | None = None
        self.parts: tuple[tuple[Site, ...], ...] = ()  # what is told before the end
        self.on_part: Callable[[], None] = lambda: None  # after each of them

    def cached(self) -> SiteList:
        return SiteList(self.known, NOW if self.known else None)

    def refresh(
        self, _progress: object, seen: Callable[[tuple[Site, ...]], None] = lambda _sites: None
    ) -> SiteList:
        for part in self.parts:
            seen(part)
            self.on_part()
        if self.error is not None:
            raise self.error
        return SiteList(self.fresh, NOW)


class FakeArming:
    def __init__(self, arming: dict[str, SiteArming] | None = None) -> None:
        self.fresh = arming or {}
        self.known: dict[str, SiteArming] = {}
        self.asked: list[tuple[str, ...]] = []

    def cached(self) -> dict[str, SiteArming]:
        return self.known

    def read_all(self, sites: tuple[Site, ...], progress: object) -> dict[str, SiteArming]:
        self.asked.append(tuple(site.site_id for site in sites))
        found = {site.site_id: self.fresh[site.site_id] for site in sites if site.site_id in self.fresh}
        for one in found.values():
            progress.partial(one)  # type: ignore[attr-defined]
        return found


class FakeEvents:
    def __init__(self) -> None:
        self.alarms: dict[str, int] = {}
        self.troubles: dict[str, int] = {}

    def open_alarms(self) -> dict[str, int]:
        return dict(self.alarms)

    def open_troubles(self) -> dict[str, int]:
        return dict(self.troubles)


def offline() -> Unreachable:
    return Unreachable(
        "The sites could not be read: no answer from the server. Shown is what was known before."
    )
