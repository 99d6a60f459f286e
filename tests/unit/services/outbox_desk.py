"""An outbox of records over a server in memory, and what there is to change."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from chekt_console.domain.account import DeviceRecord, SiteRecord
from chekt_console.domain.contact import Contact
from chekt_console.domain.outbox import EntryState
from chekt_console.domain.record_change import RecordChange
from chekt_console.domain.record_edits import (
    contact_change,
    site_change,
)
from chekt_console.domain.site import Site
from chekt_console.errors import (
    Unreachable,
)
from chekt_console.services.outbox_service import OutboxService
from chekt_console.services.record_ways import ways_of
from chekt_console.services.schedule_service import ScheduleService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from chekt_console.store.outbox import OutboxStore
from tests.support.fake_client import FakeServer
from tests.support.fake_clock import FakeClock
from tests.support.record_server import RecordServer

SITE = Site("7", "Harbor")
OFFLINE = Unreachable("The gateway cannot be reached. Nothing was sent.")
LOST = Unreachable("The connection broke.", may_have_acted=True)
JANE = Contact("501", "own-jane", "Jane", "Doe", phone_number="+14155550001", slot_number="1")
JOHN = Contact("502", "own-john", "John", "Roe", phone_number="+14155550002", slot_number="2")
GATE = DeviceRecord("cam-1", "camera", "001", "Gate")
YARD = DeviceRecord("cam-2", "camera", "002", "Yard")


class Desk:
    """An outbox over a server in memory; `make` stands for what the forms hold."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server, self.schedules = RecordServer(), FakeServer()
        self.clock = FakeClock()
        self.local, self.cache = LocalStore(folder / "local.sqlite"), Cache(folder / "cache.sqlite")
        self.server.people = {one.contact_id: one for one in (JANE, JOHN)}
        self.server.rows = {one.external_device_id: one for one in (GATE, YARD)}
        self.open()

    def open(self) -> None:
        self.store = OutboxStore(self.folder / "outbox.sqlite")
        schedules = ScheduleService(self.schedules, self.cache, self.local, self.clock)
        ways = ways_of(cast("Any", self.server))
        self.outbox = OutboxService(self.store, self.schedules, schedules, self.clock, ways=ways)
        self.outbox.recover()

    def restart(self) -> None:
        self.store.close()
        self.open()

    def close(self) -> None:
        for file in (self.store, self.local, self.cache):
            file.close()

    def send_all(self) -> list[EntryState]:
        self.clock.advance(70)
        while sites := self.outbox.due_sites():
            for site_id in sites:
                self.outbox.send_next(site_id)
        return self.states()

    def states(self) -> list[EntryState]:
        return [entry.state for entry in self.outbox.entries()]

    def rename(self, name: str, base: SiteRecord | None = None) -> RecordChange:
        base = base or self.server.record
        return site_change(base, replace(base, name=name), {"3": "Central"})


def new_contact() -> RecordChange:
    return contact_change(SITE, None, Contact("", "own-new", "Ann", "Lee", email_address="a@b.co"))


def new_site() -> RecordChange:
    return site_change(None, SiteRecord("", "own-new", "Mall", "America/Chicago"), {})
