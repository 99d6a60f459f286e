"""Everything between the inbox of webhooks and the events and requests that come of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chekt_console.domain.delivery import delivery_id
from chekt_console.domain.site import Site
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.event_service import EventService
from chekt_console.services.request_service import RequestService
from chekt_console.services.webhook_service import Taken, WebhookService
from chekt_console.store.cache import Cache
from chekt_console.store.inbox import Arrival, Inbox
from chekt_console.store.local import LocalStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock

if TYPE_CHECKING:
    from pathlib import Path

SITE = Site("1784", "Harbor Point Warehouse")
CONNECTION = "Northgate Security"


class Nobody:
    """Progress that nobody looks at."""

    def report(self, done: int, total: int, text: str = "") -> None: ...
    def partial(self, value: object) -> None: ...
    def check(self) -> None: ...


class World:
    """Webhooks through real services and files, before a server that is a fake."""

    def __init__(self, folder: Path, *, is_production: bool = False) -> None:
        self.clock, self.server = FakeClock(), FakeServer()
        self.cache, self.local = Cache(folder / "cache.sqlite"), LocalStore(folder / "local.sqlite")
        self._folder, self._is_production = folder, is_production
        self._start()

    def _start(self) -> None:
        self.inbox = Inbox(self._folder / "inbox.sqlite")
        client: Any = self.server
        self.events = EventService(client, self.cache, self.local, self.clock)
        arming = ArmingService(client, self.cache, self.clock)
        self.requests = RequestService(
            self.inbox,
            client,
            arming,
            self.clock,
            is_production=self._is_production,
            connection_name=CONNECTION,
        )
        self.webhooks = WebhookService(
            self.inbox, self.events, self.local, self.requests, self.cache.device_news
        )

    def deliver(self, *bodies: dict[str, Any]) -> Taken:
        return self.deliver_raw(*(json.dumps(body).encode() for body in bodies))

    def deliver_raw(self, *raw: bytes) -> Taken:
        self.inbox.accept([Arrival(delivery_id(one), self.clock.now_ms(), "timed", 1, one) for one in raw])
        return self.webhooks.take()

    def restart(self) -> None:
        """As after a kill: what the program knew is what the disk has."""
        self.inbox.close()
        self._start()

    def close(self) -> None:
        for store in (self.cache, self.local, self.inbox):
            store.close()
