"""The services of a run over many sites on a running simulator; as a program of its own it is there to be killed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.services.bulk_schedule_service import BulkScheduleService, RunWish
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore

if TYPE_CHECKING:
    from types import TracebackType

    from chekt_console.domain.site import Site

OFFICE = WeekSchedule((*(ArmedPeriod(day * 1440 + 18 * 60, 14 * 60, ArmingMode.AWAY) for day in range(5)),))


class Bench:
    """Ends with its block."""

    def __init__(self, folder: Path, url: str, key: str) -> None:
        self.client = CHeKTClient(url, ApiKeyAuth(key))
        self.cache = Cache(folder / "cache.sqlite")
        self.local = LocalStore(folder / "local.sqlite")
        clock = SystemClock()
        self.schedules = ScheduleService(self.client, self.cache, self.local, clock)
        self.bulk = BulkScheduleService(self.client, self.schedules, self.cache, self.local, clock)
        self.sites = SiteService(self.client, self.cache, self.local)

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self.cache.close()
        self.local.close()

    def read_sites(self, count: int) -> tuple[Site, ...]:
        """The first ones whose time zone is known, with their schedules read."""
        sites = [site for site in self.sites.refresh(NoProgress()).sites if site.timezone and site.is_active]
        chosen = tuple(sites[:count])
        assert len(chosen) == count
        assert self.bulk.read_missing(chosen, NoProgress()) == ()
        return chosen


class _Telling(NoProgress):
    def partial(self, value: object) -> None:
        sys.stdout.write(f"{value!r}\n")
        sys.stdout.flush()


def main() -> None:
    folder, url, key, run_id = sys.argv[1:]
    with Bench(Path(folder), url, key) as bench:
        bench.bulk.carry_on(run_id, RunWish(), _Telling())


if __name__ == "__main__":
    main()
