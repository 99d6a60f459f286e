"""1,000 sites through the real client by a clock of its own: within the account's limits, each written once and read back."""

from __future__ import annotations

import json
from bisect import bisect_right
from typing import TYPE_CHECKING

import httpx
import pytest

from chekt_console.api.budgets import Budgets
from chekt_console.api.client import CHeKTClient
from chekt_console.api.limiter import Limiter, Wish
from chekt_console.api.send_log import SendLog
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.domain.site import Site
from chekt_console.errors import ChangedMeanwhile
from chekt_console.services.bulk_preview import Verdict
from chekt_console.services.bulk_schedule_service import BulkScheduleService, RunWish
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.bulk import OFFICE
from tests.support.fake_clock import FakeClock
from tests.support.many_sites import GO, ManySites

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.api.priority import Priority

_SITES = 1_000
_A_MINUTE, _A_SECOND = 1_000, 100


class _Paced(Limiter):
    """The client's own log of sends, waiting on the clock of the test."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(SendLog(_A_SECOND, _A_MINUTE))
        self._clock = clock

    def acquire(self, wish: Wish | Priority) -> float:
        now = self._clock.monotonic()
        at = self._log.next_start(now)
        if at > now:
            self._clock.sleep(at - now)
        self._log.sent(at)
        return at


class _Gateway:
    """Refuses what goes beyond the limits, as the real one does."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.sites = ManySites()
        self.at: list[float] = []
        self.refused = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        now = self.clock.monotonic()
        self.at.append(now)
        if any(
            len(self.at) - bisect_right(self.at, now - span_s) > limit
            for span_s, limit in ((60.0, _A_MINUTE), (1.0, _A_SECOND))
        ):
            self.refused += 1
            return httpx.Response(429, headers={"Retry-After": "1"})
        site_id = request.url.path.split("/")[-2]
        if request.method == "PUT":
            try:
                self.sites.write(site_id, json.loads(request.content), request.headers["if-match"])
            except ChangedMeanwhile:
                return httpx.Response(412, json={})
        reply = self.sites.read(site_id, request.headers.get("if-none-match", ""))
        if reply is None:
            return httpx.Response(304)
        return httpx.Response(200, json=reply.body, headers={"ETag": reply.etag})


@pytest.mark.slow
def test_a_thousand_sites_stay_within_the_budget(tmp_path: Path) -> None:
    clock = FakeClock()
    gateway = _Gateway(clock)
    client = CHeKTClient(
        "https://api.test",
        ApiKeyAuth("k"),
        clock=clock,
        http_transport=httpx.MockTransport(gateway.answer),
    )
    client.transport.budgets = Budgets("https://api.test", lambda: _Paced(clock))
    cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")
    bulk = BulkScheduleService(client, ScheduleService(client, cache, local, clock), cache, local, clock)
    sites = [Site(str(number), f"Site {number}", timezone="Europe/Rome") for number in range(_SITES)]
    assert bulk.read_missing(sites, GO) == ()
    assert len(gateway.at) == _SITES
    seen = bulk.preview(OFFICE, sites)
    assert len(seen.of(Verdict.CHANGES)) == _SITES
    began = clock.monotonic()
    run = bulk.begin("Office", "", seen)
    run = bulk.carry_on(run.run_id, RunWish(), GO)
    assert run.state is RunState.DONE
    assert run.count(SiteStep.WRITTEN) == _SITES
    assert sorted(gateway.sites.puts) == sorted(site.site_id for site in sites)
    assert gateway.sites.at("999") == WeekSchedule(OFFICE.periods)
    assert len(gateway.at) == 3 * _SITES  # one reading, one write, one reading back
    assert gateway.refused == 0
    assert clock.monotonic() - began <= 2 * _SITES / _A_MINUTE * 60 + 1
    client.close()
    cache.close()
    local.close()
