"""Rows of /partner/v1: sites, devices, stations, arming settings and the results of bulk calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chekt_console.api.wire.wire_reading import Flag, Text, Wire, empty_is_none
from chekt_console.domain.account import (
    ArmingAuthority,
    DeviceRecord,
    MonitoringStation,
    RowResult,
    SiteRecord,
)


class WireSiteRecord(Wire):
    site_id: Annotated[Text, Field(min_length=1)]
    external_site_id: Text = ""
    name: Text = ""
    timezone: Text = ""
    account_number: Text = ""
    address1: Text = ""
    address2: Text = ""
    monitoring_station_id: Text = ""
    is_activated: Flag = False
    monitoring_enabled: Flag = True
    monitoring_reason: Text = ""


class WireStation(Wire):
    monitoring_station_id: Annotated[Text, Field(min_length=1)]
    external_monitoring_station_id: Text = ""
    name: Text = ""
    prefix: Text = ""
    linecard: Text = ""


class WireDeviceRecord(Wire):
    external_device_id: Text = ""
    device_type: Text = ""
    zone_number: Text = ""
    additional_zone_numbers: Text = ""
    name: Text = ""
    mac: Text = ""
    manufacturer: Text = ""
    model: Text = ""
    serial_number: Text = ""
    device_id: Text = ""
    status: Text = ""


class WireWebhook(Wire):
    webhook_id: Text = ""
    url: Text = ""


class WireArmingSettings(Wire):
    security_type: Annotated[int | None, BeforeValidator(empty_is_none)] = None


def to_site_record(wire: WireSiteRecord) -> SiteRecord:
    return SiteRecord(
        wire.site_id,
        wire.external_site_id,
        wire.name,
        wire.timezone,
        wire.account_number,
        wire.address1,
        wire.address2,
        wire.monitoring_station_id,
        wire.is_activated,
        wire.monitoring_enabled,
        wire.monitoring_reason,
    )


def to_station(wire: WireStation) -> MonitoringStation:
    return MonitoringStation(
        wire.monitoring_station_id,
        wire.external_monitoring_station_id,
        wire.name,
        wire.prefix,
        wire.linecard,
    )


def to_device_record(wire: WireDeviceRecord) -> DeviceRecord:
    return DeviceRecord(
        wire.external_device_id,
        wire.device_type,
        wire.zone_number,
        wire.name,
        wire.additional_zone_numbers,
        wire.mac,
        wire.manufacturer,
        wire.model,
        wire.serial_number,
        wire.device_id,
        wire.status.casefold(),
    )


def to_authority(wire: WireArmingSettings) -> ArmingAuthority:
    try:
        return ArmingAuthority(wire.security_type or 0)
    except ValueError:
        return ArmingAuthority.UNKNOWN


def row_results(payload: Any, keys: tuple[str, ...]) -> tuple[RowResult, ...]:
    """One result for each row sent. A row without an answer of its own is not called done."""
    told = payload.get("results") if isinstance(payload, dict) else None
    rows = told if isinstance(told, list) else []
    return tuple(_result(rows[place] if place < len(rows) else None, key) for place, key in enumerate(keys))


def _result(row: object, key: str) -> RowResult:
    if not isinstance(row, Mapping):
        return RowResult(False, key, "The server did not say what became of this row. Read the list again.")
    if row.get("is_successful") in (True, 1, "true"):
        return RowResult(True, key)
    error = row.get("error")
    if not isinstance(error, Mapping):
        message = row.get("message") or error
        return RowResult(False, key, _plain(message) or "The server refused this row.")
    sentence = _plain(error.get("message")) or "The server refused this row."
    details = error.get("details")
    name = details.get("field") if isinstance(details, Mapping) else error.get("field")
    return RowResult(False, key, sentence, {name: sentence} if isinstance(name, str) else {})


def _plain(text: object) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:300] if isinstance(text, str) else ""
