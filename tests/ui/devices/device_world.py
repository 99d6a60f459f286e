"""A made-up site with a panel, partitions, zones, a bridge and cameras, and a service that knows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.device_warnings import DeviceWarning
from chekt_console.domain.site import Site
from chekt_console.errors import ConsoleError
from chekt_console.services.device_service import DeviceList

NOW = datetime(2026, 2, 11, 21, 4, tzinfo=UTC)
SITE = Site("site_1", "Harbor Point Warehouse", "Oakland, CA", "A-10293")
OTHER = Site("site_2", "Main Street Pharmacy")
_K = DeviceKind
_SEEN = NOW - timedelta(seconds=20)

DEVICES = (
    Device("site_1", "p1", _K.PANEL, "DMP XR150", "online", _SEEN, model="XR150"),
    Device("site_1", "z1", _K.ZONE, "Front door", "closed", zone_numbers=(1,), parent_key="panel:p1"),
    Device("site_1", "z2", _K.ZONE, "Loading dock PIR", "alarm", zone_numbers=(2,), parent_key="panel:p1"),
    Device("site_1", "z3", _K.ZONE, "Office glass break", "bypassed", zone_numbers=(3,), parent_key="panel:p1"),
    Device("site_1", "b1", _K.BRIDGE, "CKB-312", "online", _SEEN, mac="00:11:22:33:44:55"),
    Device(
        "site_1", "c10", _K.CAMERA, "Camera 10 · Roof", "degraded", _SEEN,
        Capabilities(record=True), parent_key="bridge:b1",
    ),
    Device(
        "site_1", "c1", _K.CAMERA, "Camera 1 · Loading dock", "online", _SEEN,
        Capabilities(record=True, motion_detection=True), parent_key="bridge:b1", stream_url="http://x/?token=secret",
    ),
    Device(
        "site_1", "c2", _K.CAMERA, "Camera 2 · Gate north", "online", _SEEN,
        Capabilities(True, True, True, True), parent_key="bridge:b1",
    ),
    Device(
        "site_1", "c3", _K.CAMERA, "Camera 3 · <i>Yard</i> east", "offline", NOW - timedelta(hours=3),
        Capabilities(two_way_audio=True), parent_key="bridge:b1",
    ),
    Device("site_1", "a1", _K.AUDIO, "Yard horn", "online", _SEEN),
)  # fmt: skip


class FakeDevices:
    def __init__(self, cached: tuple[Device, ...] = (), fresh: tuple[Device, ...] = DEVICES) -> None:
        self.known, self.fresh = cached, fresh
        self.error: ConsoleError | None = None
        self.told: dict[str, tuple[DeviceWarning, ...]] = {}

    def cached(self, site_id: str) -> DeviceList:
        return DeviceList(site_id, self.known, NOW if self.known else None)

    def refresh(self, site: Site) -> DeviceList:
        if self.error is not None:
            raise self.error
        return DeviceList(site.site_id, self.fresh, NOW, warnings=self.told)

    def warnings(self, _site: Site, _devices: tuple[Device, ...]) -> dict[str, tuple[DeviceWarning, ...]]:
        return self.told
