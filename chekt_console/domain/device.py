"""Devices at a site: panels, zones (sensors), bridges, cameras, audio devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class DeviceKind(Enum):
    PANEL = "panel"
    PARTITION = "partition"
    ZONE = "zone"
    BRIDGE = "bridge"
    CAMERA = "camera"
    AUDIO = "audio"
    OTHER = "other"


# The value of a DeviceKind by the word in which an event or a webhook tells it.
KIND_WORDS = {one.value: one.value for one in DeviceKind} | {"sensor": "zone", "audio_device": "audio"}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a device can do (key concepts)."""

    record: bool = False
    motion_detection: bool = False
    two_way_audio: bool = False
    ptz: bool = False


@dataclass(frozen=True, slots=True)
class Device:
    """One device. `device_id` is unique within its site and kind only (`key` is unique in the site).

    `status` is the server's own word in lower case ("online", "offline", "closed", "open", "alarm", "bypassed",
    "degraded", ...) or "" when not given. `parent_key` is the key of the panel, partition or bridge it hangs from, or "".
    `stream_url` carries a token: shown nowhere, stored nowhere.
    """

    site_id: str
    device_id: str
    kind: DeviceKind
    name: str
    status: str = ""
    last_seen: datetime | None = None
    capabilities: Capabilities = Capabilities()
    zone_numbers: tuple[int, ...] = ()
    parent_key: str = ""
    model: str = ""
    firmware: str = ""
    mac: str = ""
    channel: int | None = None
    detail: str = ""
    partition_id: str = ""
    arming_status: str = ""  # of a bridge, as it says itself
    health: tuple[tuple[str, str], ...] = ()  # what it measures, as words: ("Signal", "84 %")
    stream_url: str = ""

    @property
    def key(self) -> str:
        return f"{self.kind.value}:{self.device_id}"

    @property
    def is_trouble(self) -> bool:
        return self.status in ("offline", "degraded", "error", "alarm")

    def __repr__(self) -> str:
        return f"Device({self.site_id}/{self.key} {self.name!r} {self.status})"
