"""Syncs an account in a child that dies at one named step, then in one that lives, and compares with a run that never died."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.progress import NoProgress
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.device_service import DeviceService
from chekt_console.services.event_service import EventService
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from chekt_console.services.ports import Client

_NOW_MS = round(datetime.now(UTC).timestamp() * 1000)
_POSITIONS = ("before", "within", "after")


class _Step:
    """Every write of a sync is one transaction: the named steps are before, within and after each."""

    def __init__(self, die_at: int) -> None:
        self._die_at = die_at
        self.count = 0

    def pass_(self) -> None:
        if self.count == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1


def _sync(url: str, key: str, folder: Path, die_at: int = -1) -> int:
    cache, local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
    assert cache.was_rebuilt == ""
    step = _Step(die_at)
    real = cache._database.writing

    @contextmanager
    def writing() -> Iterator[sqlite3.Connection]:
        step.pass_()
        with real() as connection:
            yield connection
            step.pass_()
        step.pass_()

    cache._database.writing = writing  # type: ignore[method-assign]  # the very instants to die at
    clock = FakeClock(_NOW_MS)
    # The real limits are not what is tested: one client each, with its own.
    client = CHeKTClient(url, ApiKeyAuth(key), clock=clock)
    ported = cast("Client", client)
    events = EventService(ported, cache, local, clock)
    for site in SiteService(ported, cache, local).refresh(NoProgress()).sites:
        DeviceService(ported, cache).refresh(site)
        ArmingService(ported, cache, clock).read(site)
        ScheduleService(ported, cache, local, clock).read(site)
        events.refresh(site, 3, NoProgress())
    events.poll()
    client.close()
    cache.close()
    local.close()
    return step.count


def _all(folder: Path) -> str:
    """What the cache knows, without when it was read."""
    cache = Cache(folder / "cache.sqlite")
    sites = cache.sites()[0]
    found: list[object] = [sites, cache.feed_ms()]
    for site in sites:
        schedule, known = cache.schedule(site.site_id), cache.known_span(site.site_id)
        assert schedule is not None
        assert known is not None
        found += [
            cache.devices(site.site_id)[0],
            schedule.schedule,
            schedule.etag,
            known.from_ms,
            known.to_ms,
        ]
        found += [cache.events(site.site_id, 0), cache.arming()[site.site_id][:2]]
    cache.close()
    return repr(found)


def _in_child(url: str, key: str, folder: Path, die_at: int = -1) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _sync(url, key, folder, die_at)
            os._exit(0)
        except Exception as error:  # noqa: BLE001 - told by the exit code
            sys.stderr.write(f"{die_at}: {error!r}\n")
            os._exit(1)
    return os.waitpid(pid, 0)[1]


def main() -> None:
    url, key, root = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    (root / "clean").mkdir()
    count = _sync(url, key, root / "clean")
    truth = _all(root / "clean")
    different = []
    for die_at in range(count):
        folder = root / "one"
        folder.mkdir()
        killed = _in_child(url, key, folder, die_at)
        ended = _in_child(url, key, folder)
        if killed != signal.SIGKILL or ended != 0 or _all(folder) != truth:
            different.append(f"{_POSITIONS[die_at % 3]} write {die_at // 3}: {killed} {ended}")
        shutil.rmtree(folder)
    print(json.dumps({"steps": count, "different": different, "events": truth.count("Event(")}))


if __name__ == "__main__":
    main()
