"""How long the preview of one schedule at 1,000 sites takes, all from the disk."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, cast

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.services.bulk_preview import Verdict
from chekt_console.services.bulk_schedule_service import BulkScheduleService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_client import FakeServer

if TYPE_CHECKING:
    from chekt_console.services.ports import Client

_SITES = 1_000


def _week(start_min: int) -> WeekSchedule:
    return WeekSchedule(tuple(ArmedPeriod(day * 1440 + start_min, 600, ArmingMode.AWAY) for day in range(7)))


def preview_1000_sites_ms(rounds: int = 5) -> float:
    """Every site has a schedule of its own, so that nothing is compared only once for many."""
    with tempfile.TemporaryDirectory() as folder:
        cache, local = Cache(Path(folder) / "cache.sqlite"), LocalStore(Path(folder) / "local.sqlite")
        client, clock = cast("Client", FakeServer()), SystemClock()
        service = BulkScheduleService(
            client, ScheduleService(client, cache, local, clock), cache, local, clock
        )
        sites = [Site(str(n), f"Site {n}", timezone="America/Los_Angeles") for n in range(_SITES)]
        for number, site in enumerate(sites):
            cache.put_schedule(site.site_id, _week(100 + number % 730), "e", (), datetime.now(UTC))
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            seen = service.preview(_week(60), sites)
            took.append((time.perf_counter() - began) * 1000)
            assert len(seen.of(Verdict.CHANGES)) == _SITES
        cache.close()
        local.close()
    return median(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one line of JSON")
    options = parser.parse_args()
    figures = {"preview_1000_sites_ms": round(preview_1000_sites_ms(), 1)}
    lines = (
        json.dumps(figures)
        if options.json
        else "\n".join(f"{name} {value}" for name, value in figures.items())
    )
    sys.stdout.write(lines + "\n")


if __name__ == "__main__":
    main()
