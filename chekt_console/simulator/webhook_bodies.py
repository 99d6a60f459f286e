"""What webhooks say, in each of the three known catalogues and in the four of the key concepts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import msgspec

from chekt_console.simulator import wire_observed as wire
from chekt_console.simulator.clock import iso

CATALOGUES = ("g1", "g2", "g3")
WEBHOOK_EVENTS = (
    "alarm.triggered", "alarm.cleared", "device.status_changed", "site.armed", "site.disarmed",
    "arming.command", "camera.view_request", "verification.complete", "device.status_change",
    "event.created", "event_video", "audio.request",
)  # fmt: skip
_OFFLINE = "device_offline"


def of_event(row: sqlite3.Row, site: sqlite3.Row, catalogue: str) -> Iterator[tuple[str, bytes]]:
    """(type, body) of each webhook that a new event is worth; `row` as routes_events.EVENT selects it."""
    data = {**wire.event(row), "site_name": site["name"], "account_number": site["account_number"]}
    event_id = row["event_id"]
    made_at = iso(row["instant_ms"])
    if catalogue == "g1":
        kind = {"alarm": "alarm_event", "arming": "arming_status"}.get(row["kind"], "event.created")
        if row["kind"] == "arming":
            data |= {"arming_status": row["status"], "arming_action": row["subtype"]}
        yield kind, _first(event_id, kind, row["status"], data)
    else:
        kind = _kind(row, catalogue)
        yield kind, envelope(f"evt_{event_id}", kind, made_at, data)
    if row["subtype"] == _OFFLINE and row["device_id"] is not None:
        status = "online" if row["status"] == "restored" else "offline"
        changed = {
            "site_id": row["site_id"], "device_id": row["device_id"], "device_type": data["device_type"],
            "device_name": row["device_name"], "status": status, "is_online": int(status == "online"),
            "event_time": made_at,
        }  # fmt: skip
        yield "device.status_change", envelope(f"dev_{event_id}", "device.status_change", made_at, changed)


def video_attached(row: sqlite3.Row, made_at: str) -> Iterator[tuple[str, bytes]]:
    """(catalogue, body) of the news that an event has its clip."""
    data = wire.event(row)
    name = f"vid_{row['event_id']}"
    yield "g1", _first(row["event_id"], "event_video", row["status"], data)
    for catalogue in ("g2", "g3"):
        yield catalogue, envelope(name, "event_video", made_at, data)


def envelope(name: str, kind: str, made_at: str, data: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"id": name, "type": kind, "created_at": made_at, "data": data})


def _first(number: int, kind: str, status: str, data: dict[str, Any]) -> bytes:
    return msgspec.json.encode(
        {
            "event_id": number, "event_type": kind, "status": status, "api_version": "v1",
            "payload": {"data": data, "triggered_by": {"email": data.get("user") or ""}},
        }
    )  # fmt: skip


def _kind(row: sqlite3.Row, catalogue: str) -> str:
    if row["kind"] == "alarm":
        return "alarm.triggered" if catalogue == "g2" else "alarm.created"
    if row["kind"] == "arming":
        return "site.disarmed" if row["subtype"] == "disarmed" else "site.armed"
    return "event.created"
