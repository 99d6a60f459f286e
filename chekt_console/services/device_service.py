"""Devices of one site: panel, partitions, zones, bridges, cameras, audio devices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chekt_console.domain.clock import SystemClock
from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.device_warnings import DORMANT_MS, HOUR_MS, Activity, warnings_of
from chekt_console.domain.event import EventKind
from chekt_console.errors import DiskFailed, NotAllowed, NotThere

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chekt_console.domain.clock import Clock
    from chekt_console.domain.device_warnings import DeviceWarning
    from chekt_console.domain.site import Site
    from chekt_console.services.ports import Client, Rows
    from chekt_console.store.cache import Cache


@dataclass(frozen=True, slots=True)
class DeviceList:
    site_id: str
    devices: tuple[Device, ...]
    as_of: datetime | None
    problems: tuple[str, ...] = ()
    warnings: Mapping[str, tuple[DeviceWarning, ...]] = field(default_factory=dict)  # by device key


class DeviceService:
    def __init__(self, client: Client, cache: Cache, clock: Clock | None = None) -> None:
        self._client = client
        self._cache = cache
        self._clock = clock or SystemClock()

    def cached(self, site_id: str) -> DeviceList:
        devices, as_of = self._cache.devices(site_id)
        return DeviceList(site_id, devices, as_of)

    def warnings(self, site: Site, devices: Iterable[Device]) -> dict[str, tuple[DeviceWarning, ...]]:
        """From the devices themselves, the armed state and the events known here."""
        now_ms = self._clock.now_ms()
        arming = self._cache.arming().get(site.site_id)
        span = self._cache.known_span(site.site_id)
        activity = None
        if span is not None and now_ms - span.to_ms < HOUR_MS:
            newest: dict[str, int] = {}
            for event in self._cache.events(site.site_id, max(span.from_ms, now_ms - 4 * DORMANT_MS)):
                if event.device_id and event.kind is not EventKind.TROUBLE:
                    newest.setdefault(event.device_id, event.instant_ms)  # newest first
            activity = Activity(newest, max(span.from_ms, now_ms - 4 * DORMANT_MS))
        return warnings_of(site, devices, arming[0] if arming else None, activity, now_ms)

    def refresh(self, site: Site) -> DeviceList:
        """Read cameras, zones, bridges, audio devices and partitions; a family the account lacks is left out."""
        resource, as_of = self._client.devices, datetime.now(UTC)
        found: dict[str, Device] = {}
        problems: list[str] = []
        offered = 0
        forbidden: NotAllowed | None = None
        families: tuple[Callable[[str], Rows[Device]], ...] = (
            resource.of_site,
            resource.bridges,
            resource.zones,
            resource.cameras,
            resource.audio,
        )
        for read in families:
            try:
                rows = read(site.site_id)
            except NotThere:
                continue
            except NotAllowed as error:
                forbidden = error
                problems.append(error.sentence)
                continue
            offered += 1
            problems += [problem for problem in rows.problems if problem not in problems]
            for device in rows.values:
                # The family's own list knows more than the general one; what it does not tell is kept.
                found[device.key] = _together(found.get(device.key), device)
        if not offered:
            raise forbidden or NotThere(f"This connection offers no devices for {site.name}.", status=404)
        for partition in site.partitions:
            key = f"{DeviceKind.PARTITION.value}:{partition.partition_id}"
            if key not in found:
                panel = next((d.key for d in found.values() if d.kind is DeviceKind.PANEL), "")
                found[key] = Device(
                    site.site_id,
                    partition.partition_id,
                    DeviceKind.PARTITION,
                    partition.name,
                    parent_key=panel,
                )
        devices = tuple(found.values())
        try:
            self._cache.put_devices(site.site_id, devices, as_of)
        except DiskFailed as error:
            problems.append(error.sentence)
        return DeviceList(site.site_id, devices, as_of, tuple(problems), self.warnings(site, devices))

    def stream_url(self, site: Site, device_key: str) -> str:
        """A fresh MJPEG URL with its token (reads the camera list again)."""
        for camera in self._client.devices.cameras(site.site_id, is_anew=True).values:
            if camera.key == device_key and camera.stream_url:
                return camera.stream_url
        raise NotThere(f"The server gives no live picture for this camera of {site.name}.", status=404)


def _together(known: Device | None, told: Device) -> Device:
    if known is None:
        return told
    return replace(
        told,
        status=told.status or known.status,
        last_seen=told.last_seen or known.last_seen,
        parent_key=told.parent_key or known.parent_key,
        model=told.model or known.model,
        firmware=told.firmware or known.firmware,
        mac=told.mac or known.mac,
        channel=told.channel if told.channel is not None else known.channel,
        detail=told.detail or known.detail,
        stream_url=told.stream_url or known.stream_url,
        zone_numbers=told.zone_numbers or known.zone_numbers,
        capabilities=told.capabilities if told.capabilities != _NOTHING else known.capabilities,
        partition_id=told.partition_id or known.partition_id,
        arming_status=told.arming_status or known.arming_status,
        health=told.health or known.health,
    )


_NOTHING = Capabilities()
