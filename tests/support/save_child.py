"""Saves one site's schedule as a program of its own that is there to be killed: folder, url, key and site id are its arguments."""

from __future__ import annotations

import sys
from pathlib import Path

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.site import Site
from tests.support.bulk import Bench

DRAWN = WeekSchedule((ArmedPeriod(6 * 1440 + 600, 90, ArmingMode.STAY),))


class _Telling(NoProgress):
    def report(self, done: int, total: int, text: str = "") -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def main() -> None:
    folder, url, key, site_id = sys.argv[1:]
    with Bench(Path(folder), url, key) as bench:
        site = Site(site_id, "A site")
        outcome = bench.schedules.save(site, DRAWN, bench.schedules.read(site), _Telling())
        sys.stdout.write(f"{outcome.is_confirmed}\n")


if __name__ == "__main__":
    main()
