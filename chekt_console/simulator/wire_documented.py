"""The second-generation documents' shapes: what the handlers answer, with prefixed ids and the data and meta envelope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

_PREFIXES = {
    "site_id": "site_",
    "contact_id": "contact_",
    "partition_id": "part_",
    "bridge_id": "bridge_",
    "camera_id": "cam_",
    "command_id": "cmd_",
}
_UNDOCUMENTED = frozenset({"page", "events", "event", "categories", "schedule"})
_DEVICE_PREFIXES = {
    "camera": "cam_",
    "sensor": "zone_",
    "panel": "panel_",
    "bridge": "bridge_",
    "audio_device": "audio_",
}


def envelope(family: str, payload: object, timestamp: str) -> object:
    """`family` names the list inside data ("sites", "bridges").

    No document has the activity log, event video or schedules: they stay as observed, with the sites' ids prefixed.
    """
    renamed = _renamed(payload)
    if family in _UNDOCUMENTED:
        return renamed
    page = None
    if isinstance(renamed, dict) and isinstance(renamed.get("data"), list):
        renamed, page = renamed["data"], renamed["page"]
    if isinstance(renamed, list):
        total = page["total_count"] if page else len(renamed)
        renamed = {family.replace("-", "_"): renamed, "total_count": total}
    return {"data": renamed, "meta": {"timestamp": timestamp}}


def _renamed(value: object) -> Any:
    if isinstance(value, list):
        return [_renamed(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    found = {key: _prefixed(key, _renamed(one), value) for key, one in value.items()}
    for mark, change in _CHANGES.items():
        if mark in value:
            return change(found)
    return found


def _prefixed(key: str, value: Any, row: Mapping[str, Any]) -> Any:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if key == "device_id" or (key == "id" and "device_id" in row):
        prefix = _DEVICE_PREFIXES.get(str(row.get("type") or row.get("device_type")), "dev_")
    elif key == "parent_id":
        prefix = _DEVICE_PREFIXES.get(str(row.get("parent_type")), "dev_")
    elif key == "id" and "site_id" in row:
        prefix = "site_"
    else:
        prefix = _PREFIXES.get(key, "")
    return f"{prefix}{value}" if prefix else value


def _site(row: dict[str, Any]) -> dict[str, Any]:
    street, city, rest = (*str(row["address"]).split(", "), "", "")[:3]
    state, _, zip_code = rest.partition(" ")
    for name in ("id", "site_name", "is_activated"):
        row.pop(name, None)
    row["address"] = {"street": street, "city": city, "state": state, "zip": zip_code, "country": "US"}
    row["status"] = "active" if row["monitoring_enabled"] else "inactive"
    return row


def _arming(row: dict[str, Any]) -> dict[str, Any]:
    mode = row.get("arming_mode")
    if row["arming_status"] == "armed":
        row["arming_status"] = f"armed_{mode or 'custom'}"
    row["last_updated"] = row["arming_updated_at"]
    if row["arming_status"] != "disarmed":
        row["armed_at"] = row["arming_updated_at"]
    return row


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    row["phone"], row["email"] = row.pop("phone_number"), row.pop("email_address")
    row["notification_preferences"] = {
        "sms": bool(row.pop("sms_alarm_enabled")),
        "email": bool(row.pop("email_alarm_enabled")),
        "push": False,
    }
    return row


# By a field that only this kind of row has.
_CHANGES: Mapping[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "site_name": _site,
    "arming_updated_at": _arming,
    "external_contact_id": _contact,
}
