"""What a webhook tells of a device, before its site is read again; and how many devices of each site are in trouble by all of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.delivery import Understood, text_of
from chekt_console.domain.device import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.event import Event

_STATUSES = {
    one: one
    for one in ("online", "offline", "degraded", "error", "open", "closed", "alarm", "bypassed", "normal")
} | {"connected": "online", "disconnected": "offline"}
_BROKEN = ("offline", "degraded", "error")
_BY_TYPE = {
    "camera_network": ("camera", ""),
    "bridge_network": ("bridge", ""),
    "device.online": ("", "online"),
    "device.offline": ("", "offline"),
}  # what its type alone tells: kind and status
_IDS = ("device_id", "camera_id", "bridge_id", "zone_id")
_RESTORED = ("restored", "resolved", "closed", "cleared", "online")


@dataclass(frozen=True, slots=True)
class DeviceNews:
    """`device_id` "": some device of the site. `kind` is the value of a DeviceKind, "" when it is not told; `status` a word as
    a Device has it, "" when only told that something changed. `told_ms` by the sender's clock, `came_ms` by ours."""

    site_id: str
    device_id: str
    kind: str
    status: str
    told_ms: int
    came_ms: int

    @property
    def is_broken(self) -> bool:
        return self.status in _BROKEN


def read_device_news(told: Understood, received_ms: int) -> DeviceNews | None:
    """None without a site."""
    data = told.data
    site_id = text_of(data, "site_id")
    if not site_id:
        return None
    kind, status = _BY_TYPE.get(told.kind, ("", ""))
    return DeviceNews(
        site_id,
        text_of(data, *_IDS),
        kind or KIND_WORDS.get(text_of(data, "device_type", "type").casefold(), ""),
        status
        or _STATUSES.get(text_of(data, "status", "state").casefold())
        or _by_flag(data.get("is_online")),
        told.created_ms or received_ms,
        received_ms,
    )


def _by_flag(is_online: object) -> str:
    return {"1": "online", "true": "online", "0": "offline", "false": "offline"}.get(
        str(is_online).casefold(), ""
    )


def is_restored(event: Event) -> bool:
    """A trouble that tells of its own end."""
    words = f"{event.status} {event.subtype}".casefold()
    return any(word in words for word in _RESTORED)


def open_troubles(troubles: Iterable[Event], news: Iterable[DeviceNews]) -> dict[str, int]:
    """By site id: devices in trouble. `troubles` oldest first. What was told last of a device counts."""
    latest: dict[tuple[str, str], Event] = {}
    for event in troubles:
        latest[event.site_id, event.device_key or event.device_id or event.device_name] = event
    by_device: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, event in latest.items():
        by_device.setdefault((event.site_id, event.device_id), []).append(key)
    broken = {key for key, event in latest.items() if not is_restored(event)}
    for one in news:
        if not one.device_id or not one.status:
            continue
        known = [
            key
            for key in by_device.get((one.site_id, one.device_id), ())
            if not one.kind or latest[key].device_key in ("", f"{one.kind}:{one.device_id}")
        ]
        if any(latest[key].instant_ms > one.told_ms for key in known):
            continue
        broken.difference_update(known)
        if one.is_broken:
            broken.add(known[0] if known else (one.site_id, f"{one.kind}:{one.device_id}"))
    return dict(Counter(site_id for site_id, _ in broken))
