"""Rows as the observed dialect writes them: what real clients saw, plus the fields of the key concepts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from chekt_console.simulator.clock import iso
from chekt_console.simulator.config import DEALER_NAME
from chekt_console.simulator.event_rows import CATEGORIES, SYSTEM
from chekt_console.simulator.live_video import gives_video

_TYPES = {"zone": "sensor", "audio": "audio_device"}
PARTLY_ARMED = "partially_armed"


def site(
    row: sqlite3.Row, partitions: Iterable[sqlite3.Row], *, is_monitored: bool = True
) -> dict[str, object]:
    is_active = row["status"] == "active"
    return {
        "site_id": row["site_id"],
        "id": row["site_id"],
        "site_name": row["name"],
        "name": row["name"],
        "address": f"{row['street']}, {row['city']}, {row['state']} {row['zip']}".rstrip(", "),
        "timezone": row["timezone"],
        "account_number": row["account_number"],
        "account_reference_id": row["account_reference_id"],
        "dealer_name": DEALER_NAME,
        "is_partition_enabled": row["is_partitioned"],
        "is_activated": int(is_active),
        "monitoring_enabled": is_active and is_monitored,
        "partitions": [
            {"partition_id": one["partition_id"], "partition_number": one["number"], "partition_name": one["name"]}
            for one in partitions
        ],
    }  # fmt: skip


def arming(site_id: int, rows: Sequence[sqlite3.Row]) -> dict[str, object]:
    """Common state of a site; one that is armed in part only says so in one word."""
    modes = {row["mode"] for row in rows}
    last = max(rows, key=lambda row: row["updated_ms"])
    mode = last["mode"] if len(modes) == 1 else "mixed" if "disarmed" not in modes else ""
    status = "disarmed" if mode == "disarmed" else "armed" if mode else PARTLY_ARMED
    return {
        "site_id": site_id,
        "arming_status": status,
        "arming_mode": mode if mode not in ("", "mixed") else None,
        "armed_by": last["user"],
        "arming_updated_at": iso(last["updated_ms"]),
    }


def partition_arming(row: sqlite3.Row) -> dict[str, object]:
    return {
        "partition_id": row["partition_id"],
        "partition_number": row["number"],
        "partition_name": row["name"],
        "arming_status": "disarmed" if row["mode"] == "disarmed" else "armed",
        "arming_mode": row["mode"],
        "arming_updated_at": iso(row["updated_ms"]),
    }


def device(
    row: sqlite3.Row, now_ms: int, stream_url: str = "", *, arming_status: str = "disarmed"
) -> dict[str, object]:
    """`arming_status`: of its site. One row serves the general list and the list of its family. What is not offline was seen within the minute."""
    seen_ms = row["last_seen_ms"]
    if row["status"] != "offline":
        seen_ms = max(seen_ms, now_ms - 10_000 - row["device_id"] % 40_000)
    kind = row["kind"]
    parent = row["parent_id"]
    found: dict[str, object] = {
        "id": row["device_id"],
        "device_id": row["device_id"],
        "external_device_id": row["external_id"],
        "name": row["name"],
        "type": _TYPES.get(kind, kind),
        "status": row["status"],
        "last_seen": iso(seen_ms),
        "model": row["model"],
        "firmware_version": row["firmware"],
        "serial_number": row["serial"],
        "capabilities": {
            "record": bool(row["record"]),
            "motion_detection": bool(row["motion"]),
            "two_way_audio": bool(row["audio"]),
            "ptz": bool(row["ptz"]),
        },
    }
    if parent is not None:
        found |= {"parent_id": parent, "parent_type": "panel" if kind == "zone" else "bridge"}
    if kind == "zone":
        found |= {
            "zone_name": row["name"], "zone_numbers": [row["zone_number"]], "zone_type": row["zone_type"],
            "partition_id": row["partition_id"],
        }  # fmt: skip
    elif kind == "camera":
        found |= {
            "mac": row["mac"], "channel": row["channel"], "zone_numbers": [row["zone_number"]],
            "hls_url" if gives_video(row) else "mjpeg_url": stream_url, "stream_url": stream_url,
            "partition_id": row["partition_id"],
        }  # fmt: skip
    elif kind == "bridge":
        found |= _bridge(row, now_ms, arming_status)
    return found


def _bridge(row: sqlite3.Row, now_ms: int, arming_status: str) -> dict[str, object]:
    """Each measures something of its own; some are weak, hot, old of battery, or hold another armed state than their site."""
    number, is_online = row["device_id"] // 100, row["status"] == "online"
    is_wireless = number % 5 == 2
    if row["quirk"] == "stays_disarmed":
        arming_status = "disarmed"
    return {
        "bridge_id": row["device_id"], "mac_address": row["mac"], "ip_address": f"192.168.{number % 250}.20",
        "connection_type": "wifi" if is_wireless else "ethernet",
        "signal_strength": 0 if not is_online else 22 + number % 7 if number % 15 == 7 else 100 - number % 9,
        "uptime_seconds": (number % 90 + 1) * 86_400 + now_ms // 1000 % 86_400 if is_online else 0,
        "arming_status": arming_status,
        "health": {
            "cpu_usage": 9 + number % 23, "memory_usage": 35 + number % 20,
            "temperature_celsius": 74 if number % 19 == 4 else 38 + number % 14,
            "battery_level": 14 if number % 17 == 9 else 100 - number % 12,
        },
    }  # fmt: skip


def contact(row: sqlite3.Row) -> dict[str, object]:
    fields = (
        "contact_id", "external_contact_id", "first_name", "last_name", "title", "phone_number", "email_address",
        "slot_number", "sms_alarm_enabled", "email_alarm_enabled",
    )  # fmt: skip
    asked_ms = row["validation_requested_ms"]
    return {
        **{name: row[name] for name in fields},
        "name": f"{row['first_name']} {row['last_name']}",
        "sms_validation": {"status": row["validated"], "requested_at": iso(asked_ms) if asked_ms else None},
    }


def categories() -> list[dict[str, object]]:
    return [{"id": number, "name": name} for number, name in CATEGORIES.items()]


def event_id(row: sqlite3.Row) -> int | str:
    """Entries the system makes itself have no number that video could be asked for."""
    return f"sys-{row['event_id']}" if row["category_id"] == SYSTEM else int(row["event_id"])


def event(row: sqlite3.Row) -> dict[str, object]:
    """`row` is an event with device_kind and device_name joined in."""
    kind = row["device_kind"]
    found: dict[str, object] = {
        "event_id": event_id(row),
        "event_time": iso(row["instant_ms"]),
        "site_id": row["site_id"],
        "category_id": row["category_id"],
        "event_type": row["kind"],
        "event_subtype": row["subtype"],
        "trigger": row["text"],
        "status": row["status"],
        "zone_number": row["zone_number"],
        "device_id": row["device_id"],
        "device_type": _TYPES.get(kind, kind),
        "device_name": row["device_name"],
        "has_video": bool(row["has_video"]),
    }
    if kind == "camera":
        found["camera_id"] = row["device_id"]
    for name, column in (("arming_mode", "mode"), ("user", "user"), ("decision", "decision")):
        if row[column]:
            found[name] = row[column]
    return found
