"""A process that sends what waits in an outbox and may be killed at any instant; forked anew for each order it is given."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chekt_console.api.account_resource import Account
from chekt_console.api.budgets import Budgets
from chekt_console.api.contacts_resource import Contacts
from chekt_console.api.events_resource import Events
from chekt_console.api.limiter import Limiter
from chekt_console.api.schedules_resource import Schedules
from chekt_console.api.transport import Transport
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.auth.path_auth import PathAuth
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.record_ways import ways_of
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from chekt_console.api.limiter import Wish
    from chekt_console.api.priority import Priority
    from chekt_console.services.ports import Client


class NoLimit(Limiter):
    """Budgets are tested by themselves; here a refusal must not hold real time."""

    def acquire(self, wish: Wish | Priority) -> float:
        return 0.0

    def refused(self, retry_after_s: float | None, sent_at: float | None = None) -> None:
        pass


class SmallClient:
    """The resources an outbox writes to, over the real transport; waits move the clock and nothing else."""

    def __init__(self, url: str, keys: str, clock: FakeClock) -> None:
        key, token, dealer_id = keys.split(",")
        self.transport = Transport(
            url,
            PathAuth(ApiKeyAuth(key), ApiKeyAuth(token)),
            clock=clock,
            user_agent="test",
            budgets=Budgets(url, NoLimit),
        )
        self.schedules = Schedules(self.transport)
        self.contacts = Contacts(self.transport)
        self.account = Account(self.transport, dealer_id)
        self.events = Events(self.transport, clock)


class OpenOutbox:
    """Files, client and service as a session has them."""

    def __init__(self, folder: Path, url: str, keys: str, clock: FakeClock) -> None:
        """`keys`: API key, token and dealer id, with commas."""
        self.store = OutboxStore(folder / "outbox.sqlite")
        self._cache = Cache(folder / "cache.sqlite")
        self._local = LocalStore(folder / "local.sqlite")
        self._client = SmallClient(url, keys, clock)
        client = cast("Client", self._client)
        schedules = ScheduleService(client, self._cache, self._local, clock)
        ways = ways_of(cast("Any", self._client))
        self.service = OutboxService(self.store, client, schedules, clock, ways=ways)
        self.service.recover()

    def close(self) -> None:
        self._client.transport.close()
        for file in (self.store, self._cache, self._local):
            file.close()


def _send_all(folder: Path, url: str, keys: str, now_ms: int) -> None:
    outbox = OpenOutbox(folder, url, keys, FakeClock(now_ms))
    while sites := outbox.service.due_sites():
        for site_id in sites:
            outbox.service.send_next(site_id)


def main() -> None:
    url, keys = sys.argv[1:]
    for line in sys.stdin:
        now_ms, folder = line.rstrip("\n").split(" ", 1)
        pid = os.fork()
        if pid == 0:
            try:
                _send_all(Path(folder), url, keys, int(now_ms))
            finally:
                os._exit(0)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        os.waitpid(pid, 0)
        sys.stdout.write("ended\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
