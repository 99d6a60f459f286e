"""Devices of one site: panel, partitions, zones, bridges, cameras, audio devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site


@dataclass(frozen=True, slots=True)
class DeviceList:
    site_id: str
    devices: tuple[Device, ...]
    as_of: datetime | None
    problems: tuple[str, ...] = ()


class DeviceService:
    def cached(self, site_id: str) -> DeviceList:
        raise NotImplementedError

    def refresh(self, site: Site) -> DeviceList:
        """Read cameras, zones, bridges, audio devices and partitions; a family the account lacks is left out."""
        raise NotImplementedError

    def stream_url(self, site: Site, device_key: str) -> str:
        """A fresh MJPEG URL with its token (reads the camera list again)."""
        raise NotImplementedError
