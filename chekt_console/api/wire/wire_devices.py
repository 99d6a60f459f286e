"""Devices of all families: the general list and the ones of cameras, zones, bridges and audio devices."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from pydantic import AliasChoices, BeforeValidator, Field, model_validator

from chekt_console.api.wire.wire_reading import Flag, Instant, Text, Wire, empty_is_none
from chekt_console.domain.device import Capabilities, Device, DeviceKind

_KINDS = {
    "camera": DeviceKind.CAMERA,
    "sensor": DeviceKind.ZONE,
    "zone": DeviceKind.ZONE,
    "panel": DeviceKind.PANEL,
    "bridge": DeviceKind.BRIDGE,
    "audio": DeviceKind.AUDIO,
    "audio_device": DeviceKind.AUDIO,
    "speaker": DeviceKind.AUDIO,
    "partition": DeviceKind.PARTITION,
}


def _as_numbers(value: Any) -> Any:
    """A list of numbers, one number, or "001,002"."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, int) else value


class WireCapabilities(Wire):
    record: Flag = False
    motion_detection: Flag = False
    two_way_audio: Flag = False
    ptz: Flag = False


class WireHealth(Wire):
    cpu_usage: float | None = None
    memory_usage: float | None = None
    temperature_celsius: float | None = None
    battery_level: float | None = None


class WireDevice(Wire):
    device_id: Annotated[
        Text, Field(validation_alias=AliasChoices("device_id", "bridge_id", "zone_id", "id", "external_id"))
    ] = ""
    name: Annotated[Text, Field(validation_alias=AliasChoices("name", "device_name", "zone_name"))] = ""
    type: Annotated[Text, Field(validation_alias=AliasChoices("type", "device_type"))] = ""
    status: Text = ""
    last_seen: Annotated[Instant, Field(validation_alias=AliasChoices("last_seen", "last_seen_at"))] = None
    capabilities: WireCapabilities | None = None
    zone_numbers: Annotated[
        list[int],
        BeforeValidator(_as_numbers),
        Field(validation_alias=AliasChoices("zone_numbers", "zone_number")),
    ] = Field(default_factory=list)
    zone_type: Text = ""
    partition_id: Text = ""
    parent_id: Text = ""
    parent_type: Text = ""
    bridge_id: Text = ""
    panel_id: Text = ""
    model: Text = ""
    serial_number: Text = ""
    firmware: Annotated[Text, Field(validation_alias=AliasChoices("firmware_version", "firmware"))] = ""
    mac: Annotated[Text, Field(validation_alias=AliasChoices("mac", "mac_address"))] = ""
    channel: Annotated[int | None, BeforeValidator(empty_is_none)] = None
    stream_url: Annotated[
        Text, Field(validation_alias=AliasChoices("mjpeg_url", "stream_url", "hls_url", "rtsp_url"))
    ] = ""
    bypassed: Flag = False
    arming_status: Text = ""
    connection_type: Text = ""
    ip_address: Text = ""
    signal_strength: Annotated[float | None, BeforeValidator(empty_is_none)] = None
    uptime_seconds: Annotated[float | None, BeforeValidator(empty_is_none)] = None
    health: WireHealth | None = None

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> WireDevice:
        if not (self.device_id or self.zone_numbers or self.name):
            raise ValueError("neither id nor zone number nor name")
        return self


def is_known_type(word: str) -> bool:
    return word in _KINDS


def to_device(wire: WireDevice, site_id: str, kind: DeviceKind | None) -> Device:
    """`kind` None: as the row's own type says."""
    kind = kind or _KINDS.get(wire.type.casefold(), DeviceKind.OTHER)
    numbers = tuple(wire.zone_numbers)
    device_id = wire.device_id or (f"#{numbers[0]}" if numbers else wire.name)
    can = wire.capabilities
    status = "bypassed" if wire.bypassed else wire.status.casefold()
    name = wire.name or (f"Zone {numbers[0]}" if kind is DeviceKind.ZONE and numbers else "")
    return Device(
        site_id=site_id,
        device_id=device_id,
        kind=kind,
        name=name or f"{kind.value.capitalize()} {device_id}",
        status=status,
        last_seen=wire.last_seen,
        capabilities=Capabilities(can.record, can.motion_detection, can.two_way_audio, can.ptz)
        if can
        else Capabilities(),
        zone_numbers=numbers,
        parent_key=_parent(wire, kind),
        model=wire.model,
        firmware=wire.firmware,
        mac=wire.mac.replace(":", "").replace("-", "").upper(),
        channel=wire.channel if wire.channel is not None else next(iter(channels_in(wire.stream_url)), None),
        # Of a zone it is its type or nothing: a serial number in its place would be taken for one.
        detail=wire.zone_type if kind is DeviceKind.ZONE else wire.serial_number,
        partition_id=wire.partition_id,
        arming_status=wire.arming_status.casefold(),
        health=_health(wire),
        stream_url=wire.stream_url,
    )


def _health(wire: WireDevice) -> tuple[tuple[str, str], ...]:
    """What a bridge measures about itself, in words; only what it tells."""
    found: list[tuple[str, str]] = []
    if wire.connection_type:
        found.append(("Connection", " ".join(filter(None, (wire.connection_type, wire.ip_address)))))
    measured = wire.health or WireHealth()
    for label, value, unit in (
        ("Signal", wire.signal_strength, "%"),
        ("Battery", measured.battery_level, "%"),
        ("Temperature", measured.temperature_celsius, "°C"),
        ("Processor", measured.cpu_usage, "%"),
        ("Memory", measured.memory_usage, "%"),
    ):
        if value is not None:
            found.append((label, f"{value:g} {unit}"))
    if wire.uptime_seconds is not None and wire.uptime_seconds >= 0:
        hours = int(wire.uptime_seconds // 3600)
        found.append(("Running for", f"{hours // 24} d {hours % 24} h" if hours >= 24 else f"{hours} h"))
    return tuple(found)


def _parent(wire: WireDevice, kind: DeviceKind) -> str:
    if kind is DeviceKind.ZONE and wire.partition_id:
        return f"{DeviceKind.PARTITION.value}:{wire.partition_id}"
    if wire.parent_id:
        parent = _KINDS.get(wire.parent_type.casefold())
        if parent is None:
            parent = DeviceKind.PANEL if kind is DeviceKind.ZONE else DeviceKind.BRIDGE
        return f"{parent.value}:{wire.parent_id}"
    if wire.panel_id and kind is not DeviceKind.PANEL:
        return f"{DeviceKind.PANEL.value}:{wire.panel_id}"
    if wire.bridge_id and kind is not DeviceKind.BRIDGE:
        return f"{DeviceKind.BRIDGE.value}:{wire.bridge_id}"
    return ""


def channels_in(url: str) -> tuple[int, ...]:
    """The channels inside the picture token's payload, likelier ones first; it is not a secret of ours to check."""
    token = parse_qs(urlsplit(url).query).get("access_token", [""])[0]
    parts = token.split(".")
    if len(parts) != 3:
        return ()
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return ()
    told = [payload.get(name) for name in ("channel", "group_channel")] if isinstance(payload, dict) else []
    return tuple(value for value in told if isinstance(value, int) and not isinstance(value, bool))
