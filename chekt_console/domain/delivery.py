"""A webhook as it was delivered, and what it means: events, requests of the monitoring center, hints."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from typing import Any

ARMING_COMMAND = "arming.command"
VIEW_REQUEST = "camera.view_request"
AUDIO_REQUEST = "audio.request"
TALK_REQUEST = "audio.communication_request"
VERIFIED = "verification.complete"
DEVICE_STATUS = "device.status_change"

_EVENTS = {
    "alarm_event", "event_video", "event.created", "alarm.triggered", "alarm.created", "arming_status",
    "site.armed", "site.disarmed", "partition_arming_status", "snapshot.created",
}  # fmt: skip
_DEVICES = {
    DEVICE_STATUS, "camera_network", "bridge_network", "device.status_changed", "device.online", "device.offline",
    "device.firmware_updated",
}  # fmt: skip
_VERIFICATIONS = {VERIFIED, "alarm.resolved"}
_NOTED = {"alarm.acknowledged", "alarm.dispatched", "alarm.cleared", "verification.requested"}
_REQUESTS = {ARMING_COMMAND, VIEW_REQUEST, AUDIO_REQUEST, TALK_REQUEST}
UNDERSTOOD = frozenset(
    _EVENTS | _DEVICES | _VERIFICATIONS | _NOTED | _REQUESTS
)  # every type that means something here
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_YEARS = (1971, 9998)
_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class Meaning(Enum):
    """What is done with a delivery."""

    EVENT = "event"
    REQUEST = "request"
    VERIFICATION = "verification"
    DEVICE = "device"
    NOTED = "noted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivery:
    """`status` is "new", "done" or why it could not be used. `headers`: a line each, without what is secret in them."""

    number: int
    delivery_id: str
    received_ms: int
    scheme: str
    body: bytes
    status: str = "new"
    headers: str = ""


@dataclass(frozen=True, slots=True)
class RefusedDelivery:
    """One that was turned down, and is no delivery to anybody. `status` is the code it was answered with, `reason` in words;
    `body` its beginning, `size` the bytes of all of it."""

    number: int
    received_ms: int
    status: int
    reason: str
    method: str
    url: str
    headers: str
    body: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Understood:
    """`data` is the inner object of whichever envelope it came in, `envelope` all of it."""

    kind: str
    meaning: Meaning
    data: dict[str, Any] = field(default_factory=dict)
    status: str = ""
    created_ms: int = 0
    envelope: dict[str, Any] = field(default_factory=dict)


def delivery_id(body: bytes) -> str:
    """The signed body's own id; a header could be changed by who replays it. Bodies without one are told by their bytes."""
    payload = _payload(body)
    name = payload.get("event_type") or payload.get("type") or ""
    for key in ("id", "delivery_id", "event_id"):
        value = payload.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
            return f"{name}:{value}"[:200]
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def understand(body: bytes) -> Understood:
    """Never raises: what cannot be read is unknown, kept and counted."""
    payload = _payload(body)
    kind = str(payload.get("type") or payload.get("event_type") or payload.get("event") or "")[:100]
    inner = payload.get("payload")
    data = inner.get("data") if isinstance(inner, dict) else payload.get("data")
    if not isinstance(data, dict):
        data = inner if isinstance(inner, dict) else payload
    status = payload.get("status")
    return Understood(
        kind,
        _meaning(kind),
        data,
        str(status) if isinstance(status, str | int) else "",
        instant_ms(payload.get("created_at")) or instant_ms(data.get("event_time")),
        payload,
    )


def instant_ms(value: object) -> int:
    """0 when it is no time, or one outside the calendar. Times without a zone are UTC (chekt-api.md C23)."""
    if not isinstance(value, str):
        return 0
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return 0
    if not is_in_calendar(moment):
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def is_in_calendar(moment: datetime) -> bool:
    """In that of every zone: the first and last year have hours that others cannot tell."""
    return _YEARS[0] <= moment.year <= _YEARS[1]


def text_of(data: dict[str, Any], *names: str) -> str:
    """The first of these fields that is a text or number, as text."""
    for name in names:
        value = data.get(name)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:500]
    return ""


def _meaning(kind: str) -> Meaning:
    if kind in _REQUESTS:
        return Meaning.REQUEST
    if kind in _VERIFICATIONS:
        return Meaning.VERIFICATION
    if kind in _DEVICES:
        return Meaning.DEVICE
    if kind in _EVENTS:
        return Meaning.EVENT
    return Meaning.NOTED if kind in _NOTED else Meaning.UNKNOWN


def _payload(body: bytes) -> dict[str, Any]:
    """Half a character (a lone surrogate) is no text that can be kept: it becomes a question mark."""
    try:
        found = json.loads(body.removeprefix(_BYTE_ORDER_MARK).decode())
        if _ESCAPED_SURROGATE.search(body):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
