"""What the services need of the client, so that tests can stand in for it; chekt_console/api/client.py fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol, TypeVar

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.delivery_steps import DeliverySteps
from chekt_console.domain.device import Device
from chekt_console.domain.event import ClipLink, Event
from chekt_console.domain.progress import Progress
from chekt_console.domain.site import Site

T_co = TypeVar("T_co", covariant=True)


class Rows(Protocol[T_co]):
    """Values that could be read, and one sentence for each row that could not."""

    @property
    def values(self) -> tuple[T_co, ...]: ...
    @property
    def problems(self) -> tuple[str, ...]: ...


class ScheduleReply(Protocol):
    @property
    def body(self) -> Mapping[str, object]: ...
    @property
    def etag(self) -> str: ...


class PageOfEvents(Protocol):
    """`cursor` is "" on the last page."""

    @property
    def events(self) -> tuple[Event, ...]: ...
    @property
    def cursor(self) -> str: ...
    @property
    def problems(self) -> tuple[str, ...]: ...


class SitesResource(Protocol):
    def list(self) -> Rows[Site]: ...


class DevicesResource(Protocol):
    def of_site(self, site_id: str) -> Rows[Device]: ...
    def cameras(self, site_id: str) -> Rows[Device]: ...
    def zones(self, site_id: str) -> Rows[Device]: ...
    def bridges(self, site_id: str) -> Rows[Device]: ...
    def audio(self, site_id: str) -> Rows[Device]: ...


class ArmingResource(Protocol):
    def read(self, site_id: str) -> ArmingState: ...
    def read_partitions(self, site_id: str) -> tuple[PartitionArming, ...]: ...
    def command(self, site_id: str, mode: ArmingMode, user: str) -> None: ...
    def command_partitions(self, site_id: str, ids: tuple[str, ...], mode: ArmingMode, user: str) -> None: ...


class SchedulesResource(Protocol):
    def read(self, site_id: str, etag: str = "") -> ScheduleReply | None: ...
    def write(self, site_id: str, body: Mapping[str, object], etag: str) -> str: ...


class EventsResource(Protocol):
    def search(
        self,
        *,
        site_id: str = "",
        start_ms: int,
        end_ms: int,
        category_id: str = "",
        limit: int = 200,
        cursor: str = "",
        newest_first: bool = True,
    ) -> PageOfEvents: ...
    def report(self, body: dict[str, object], idempotency_key: str) -> str: ...
    def delivery(self, event_id: str) -> DeliverySteps | None: ...
    def clip_links(self, event_ids: tuple[str, ...]) -> dict[str, ClipLink]: ...


class MediaResource(Protocol):
    def download(
        self, url: str, target: Path, *, progress: Progress, max_bytes: int = 200_000_000
    ) -> None: ...
    def snapshot(self, mac: str, channel: int, token_url: str) -> bytes: ...
    def stream(self, url: str) -> Iterator[bytes]: ...


class Client(Protocol):
    @property
    def sites(self) -> SitesResource: ...
    @property
    def devices(self) -> DevicesResource: ...
    @property
    def arming(self) -> ArmingResource: ...
    @property
    def schedules(self) -> SchedulesResource: ...
    @property
    def events(self) -> EventsResource: ...
    @property
    def media(self) -> MediaResource: ...
