"""What a partner sign-in may see and change of a dealer's account (chekt-api.md 2.6)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class ArmingAuthority(Enum):
    """Who decides whether a site is armed: `security_type` of its arming settings."""

    PANEL_PRIMARY_BRIDGE = 1
    PANEL_EACH_BRIDGE = 2
    CHEKT = 3
    ALARM_COM = 4
    UNKNOWN = 0

    @property
    def is_chekt(self) -> bool:
        return self is ArmingAuthority.CHEKT


@dataclass(frozen=True, slots=True)
class MonitoringStation:
    station_id: str
    external_station_id: str
    name: str
    prefix: str = ""
    linecard: str = ""


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """A site as the account keeps it; `external_site_id` never changes."""

    site_id: str
    external_site_id: str
    name: str
    timezone: str
    account_number: str = ""
    address1: str = ""
    address2: str = ""
    station_id: str = ""
    is_activated: bool = False
    is_monitored: bool = True
    monitoring_reason: str = ""


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A camera or bridge as it is enrolled; found again by `external_device_id`."""

    external_device_id: str
    kind: str  # "camera" or "bridge"
    zone_number: str  # digits, "001"
    name: str = ""
    additional_zone_numbers: str = ""  # "002,003"
    mac: str = ""
    manufacturer: str = ""
    model: str = ""
    serial_number: str = ""
    device_id: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class RowResult:
    """The outcome of one row of a bulk call, in the order sent; `fields` maps a field to what is wrong with it."""

    is_done: bool
    key: str
    sentence: str = ""
    fields: dict[str, str] = field(default_factory=dict)
