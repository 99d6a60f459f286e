"""Domain values to rows and JSON and back. Stream addresses carry tokens and are never written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chekt_console.domain.arming import ArmingMode, ArmingState, PartitionArming
from chekt_console.domain.device import Capabilities, Device, DeviceKind
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import ArmedPeriod, DayException, WeekSchedule
from chekt_console.domain.site import Partition, Site

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {kind.value: kind for kind in EventKind}  # quicker than to ask the enumeration
_MODES = {mode.value: mode for mode in ArmingMode}

SITE_COLUMNS = (
    "site_id, name, address, account_number, account_reference_id, dealer_name, timezone, is_active, is_monitored,"
    " has_partitions, partitions"
)
EVENT_COLUMNS = (
    "event_id, site_id, instant_ms, kind, subtype, text, status, category_id, zone_number, device_id, device_name,"
    " device_key, has_video, mode, decision, user"
)


def to_ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def from_ms(instant_ms: int | None) -> datetime | None:
    return None if instant_ms is None else _EPOCH + timedelta(milliseconds=instant_ms)  # no float: exact


def site_row(site: Site) -> tuple[object, ...]:
    partitions = json.dumps([[p.partition_id, p.name] for p in site.partitions]) if site.partitions else ""
    return (
        site.site_id,
        site.name,
        site.address,
        site.account_number,
        site.account_reference_id,
        site.dealer_name,
        site.timezone,
        site.is_active,
        site.is_monitored,
        site.has_partitions,
        partitions,
    )


def site_of(row: tuple[Any, ...]) -> Site:
    partitions = tuple(Partition(*pair) for pair in json.loads(row[10])) if row[10] else ()
    return Site(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        row[5],
        row[6],
        bool(row[7]),
        bool(row[8]),
        bool(row[9]),
        partitions,
    )


def event_row(event: Event) -> tuple[object, ...]:
    return (
        event.event_id,
        event.site_id,
        event.instant_ms,
        int(event.kind),
        event.subtype,
        event.text,
        event.status,
        event.category_id,
        event.zone_number,
        event.device_id,
        event.device_name,
        event.device_key,
        event.has_video,
        event.mode.value if event.mode else "",
        event.decision,
        event.user,
    )


def event_of(row: tuple[Any, ...]) -> Event:
    return Event(
        row[0], row[1], row[2], _KINDS[row[3]], row[4], row[5], row[6], row[7], row[8], row[9], row[10], row[11],
        bool(row[12]), _MODES.get(row[13]), row[14], row[15],
    )  # fmt: skip


class SharedTexts:
    """As `event_of`, for many rows of one history: what they say alike is one text in memory, not one for each."""

    def __init__(self) -> None:
        self._texts: dict[object, Any] = {}

    def event_of(self, row: tuple[Any, ...]) -> Event:
        share = self._texts.setdefault
        return event_of(
            (row[0], *[share(value, value) if type(value) is str else value for value in row[1:]])
        )


def device_json(device: Device) -> str:
    can = device.capabilities
    return json.dumps(
        {
            "site_id": device.site_id,
            "device_id": device.device_id,
            "kind": device.kind.value,
            "name": device.name,
            "status": device.status,
            "last_seen_ms": to_ms(device.last_seen),
            "can": [can.record, can.motion_detection, can.two_way_audio, can.ptz],
            "zone_numbers": device.zone_numbers,
            "parent_key": device.parent_key,
            "model": device.model,
            "firmware": device.firmware,
            "mac": device.mac,
            "channel": device.channel,
            "detail": device.detail,
            "partition_id": device.partition_id,
            "arming_status": device.arming_status,
            "health": device.health,
        }
    )


def device_of(text: str) -> Device:
    body = json.loads(text)
    return Device(
        site_id=body["site_id"],
        device_id=body["device_id"],
        kind=DeviceKind(body["kind"]),
        name=body["name"],
        status=body["status"],
        last_seen=from_ms(body["last_seen_ms"]),
        capabilities=Capabilities(*body["can"]),
        zone_numbers=tuple(body["zone_numbers"]),
        parent_key=body["parent_key"],
        model=body["model"],
        firmware=body["firmware"],
        mac=body["mac"],
        channel=body["channel"],
        detail=body["detail"],
        # Written by this version on; the cache of an older one has none of them.
        partition_id=body.get("partition_id", ""),
        arming_status=body.get("arming_status", ""),
        health=tuple((label, value) for label, value in body.get("health", ())),
    )


def state_json(state: ArmingState, partitions: tuple[PartitionArming, ...]) -> str:
    return json.dumps(
        [_state_body(state), [[p.partition_id, p.name, _state_body(p.state)] for p in partitions]]
    )


def state_of(text: str) -> tuple[ArmingState, tuple[PartitionArming, ...]]:
    whole, parts = json.loads(text)
    return _state(whole), tuple(PartitionArming(one[0], one[1], _state(one[2])) for one in parts)


def schedule_json(schedule: WeekSchedule) -> str:
    return json.dumps(
        {
            "periods": [[p.start_min, p.length_min, p.mode.value] for p in schedule.periods],
            "exceptions": [
                [e.day.isoformat(), [[s, n, m.value] for s, n, m in e.periods]] for e in schedule.exceptions
            ],
        }
    )


def schedule_of(text: str) -> WeekSchedule:
    body = json.loads(text)
    return WeekSchedule(
        tuple(ArmedPeriod(start, length, ArmingMode(mode)) for start, length, mode in body["periods"]),
        tuple(
            DayException(date.fromisoformat(day), tuple((s, n, ArmingMode(m)) for s, n, m in periods))
            for day, periods in body["exceptions"]
        ),
    )


def _state_body(state: ArmingState) -> list[object]:
    return [state.is_armed, state.mode.value if state.mode else None, state.text, to_ms(state.updated_at)]


def _state(body: list[Any]) -> ArmingState:
    return ArmingState(body[0], _MODES.get(body[1]), body[2], from_ms(body[3]))
