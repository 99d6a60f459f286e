"""A gateway in a few lines for service tests: real values, scripted failures, and a record of what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chekt_console.api.events_resource import PageOfEvents
from chekt_console.api.rows import Rows
from chekt_console.api.schedules_resource import ScheduleReply
from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.event import Event
from chekt_console.domain.site import Site
from chekt_console.errors import ChangedMeanwhile


@dataclass
class FakeServer:
    """`failures` maps the name of a call to errors raised in turn, before or ("after NAME") after it acted."""

    site_rows: Rows[Site] = field(default_factory=lambda: Rows(()))
    state: ArmingState = field(default_factory=lambda: ArmingState(False, ArmingMode.DISARMED, "Disarmed"))
    partitions: dict[str, ArmingMode] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=lambda: {"schedule": {}})
    version: int = 1
    log: list[Event] = field(default_factory=list)
    page_size: int = 2
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    sent: list[str] = field(default_factory=list)
    has_versions: bool = True  # tells and asks for ETags
    time_ms: int = 0  # what its clock says; 0: it does not tell
    is_forgetful: bool = False  # takes a schedule and keeps the old one
    on_write: Callable[[], None] = lambda: None
    on_command: Callable[[], object] = lambda: None  # before an arming command is sent
    on_schedule_read: Callable[[], None] = lambda: None  # before it fails, if it does
    on_read: Callable[[], None] = lambda: None  # of an armed state, when it was looked at
    on_search: Callable[[int], object] = lambda _start_ms: None  # for events, before it is answered

    def fail(self, name: str) -> None:
        errors = self.failures.get(name)
        if errors:
            raise errors.pop(0)

    @property
    def sites(self) -> Any:
        return self

    @property
    def arming(self) -> Any:
        return _Arming(self)

    @property
    def schedules(self) -> Any:
        return _Schedules(self)

    @property
    def events(self) -> Any:
        return _Events(self)

    def list(
        self,
        seen: Callable[[tuple[Site, ...], int], None] = lambda _sites, _total: None,
        keeper: object = None,
    ) -> Rows[Site]:
        self.fail("sites")
        return self.site_rows


@dataclass
class _Arming:
    server: FakeServer

    def read(self, site_id: str) -> ArmingState:
        self.server.fail("read")
        state = self.server.state
        self.server.on_read()
        return state

    def read_partitions(self, site_id: str) -> tuple[PartitionArming, ...]:
        self.server.fail("read")
        return tuple(
            PartitionArming(one, one, ArmingState(mode is not ArmingMode.DISARMED, mode, mode.label))
            for one, mode in self.server.partitions.items()
        )

    def command(self, site_id: str, mode: ArmingMode, user: str) -> None:
        self.server.on_command()
        self.server.sent.append(f"{mode.value} {site_id}")
        self.server.fail("command")
        self.server.state = ArmingState(mode is not ArmingMode.DISARMED, mode, mode.label)
        self.server.fail("after command")

    def command_partitions(self, site_id: str, ids: tuple[str, ...], mode: ArmingMode, user: str) -> None:
        self.server.sent.append(f"{mode.value} {site_id} {','.join(ids)}")
        self.server.fail("command")
        self.server.partitions.update(dict.fromkeys(ids, mode))


@dataclass
class _Schedules:
    server: FakeServer

    def read(self, site_id: str, etag: str = "") -> ScheduleReply | None:
        self.server.on_schedule_read()
        self.server.fail("read")
        now = f"v{self.server.version}" if self.server.has_versions else ""
        return None if now and etag == now else ScheduleReply(self.server.body, now)

    def write(self, site_id: str, body: Mapping[str, object], etag: str) -> str:
        self.server.on_write()
        self.server.sent.append(f"PUT {etag}")
        self.server.fail("write")
        if self.server.has_versions and etag != f"v{self.server.version}":
            raise ChangedMeanwhile("Somebody else changed it.", status=412)
        if self.server.is_forgetful:
            return etag
        self.server.body = dict(body)
        self.server.version += 1
        self.server.fail("after write")
        return f"v{self.server.version}"


@dataclass
class _Events:
    server: FakeServer

    def categories(self) -> tuple[tuple[str, str], ...]:
        return ()

    def report(self, body: dict[str, object], idempotency_key: str) -> str:
        self.server.fail("report")
        self.server.sent.append(f"report {body['event_subtype']} {idempotency_key}")
        self.server.fail("after report")
        return f"id of {idempotency_key}"

    def search(
        self, *, site_id: str = "", start_ms: int, end_ms: int, category_id: str = "", limit: int = 200,
        cursor: str = "", newest_first: bool = True,
    ) -> PageOfEvents:  # fmt: skip
        self.server.fail("search")
        self.server.on_search(start_ms)
        self.server.sent.append(f"search {cursor}")
        found = sorted(
            (e for e in self.server.log if start_ms <= e.instant_ms < end_ms and site_id in ("", e.site_id)),
            key=lambda event: (event.instant_ms, event.event_id),
            reverse=newest_first,
        )
        start = int(cursor or 0)
        end = start + self.server.page_size
        following = str(end) if end < len(found) else ""
        return PageOfEvents(tuple(found[start:end]), following, server_ms=self.server.time_ms)
