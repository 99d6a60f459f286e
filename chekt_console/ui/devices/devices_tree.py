"""The devices of a site as a tree of plain nodes, with the words each row shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.natural_order import natural
from chekt_console.ui.shared.plain_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_ORDER = tuple(DeviceKind)
# Kinds that hang from something; those that name no parent are gathered under a heading.
_HEADINGS = {DeviceKind.ZONE: "Zones", DeviceKind.CAMERA: "Cameras", DeviceKind.AUDIO: "Audio devices"}
_KIND_WORDS = {
    DeviceKind.PANEL: "Panel",
    DeviceKind.PARTITION: "Partition",
    DeviceKind.ZONE: "Zone",
    DeviceKind.BRIDGE: "Bridge",
    DeviceKind.CAMERA: "Camera",
    DeviceKind.AUDIO: "Audio",
    DeviceKind.OTHER: "Device",
}
_CONNECTED_KINDS = (DeviceKind.PANEL, DeviceKind.BRIDGE, DeviceKind.CAMERA, DeviceKind.AUDIO)


@dataclass(slots=True)
class DeviceNode:
    """A row: a device, or a heading when `device` is None. `key` is unique in the tree."""

    key: str
    title: str
    device: Device | None
    parent: DeviceNode | None = None
    row: int = 0
    children: list[DeviceNode] = field(default_factory=list)


def build_tree(devices: Iterable[Device]) -> list[DeviceNode]:
    """Roots in the order panel, partitions, zones, bridges, cameras, audio; a ring of parents is cut open."""
    nodes = {device.key: DeviceNode(device.key, title_of(device), device) for device in devices}
    ordered = sorted(nodes.values(), key=_sort_key)
    roots: list[DeviceNode] = []
    headings: dict[DeviceKind, DeviceNode] = {}
    for node in ordered:
        assert node.device is not None
        parent = nodes.get(node.device.parent_key)
        if parent is None or _leads_to(parent, node):
            heading = _HEADINGS.get(node.device.kind)
            if heading is None:
                roots.append(node)
                continue
            parent = headings.get(node.device.kind)
            if parent is None:
                parent = DeviceNode(f"heading:{node.device.kind.value}", heading, None)
                headings[node.device.kind] = parent
                roots.append(parent)
        node.parent = parent
        node.row = len(parent.children)
        parent.children.append(node)
    if len(roots) == 1 and roots[0].device is None:
        # Nothing but cameras (or zones): a heading would only push them to the right.
        roots = roots[0].children
        for node in roots:
            node.parent = None
    for row, root in enumerate(roots):
        root.row = row
    return roots


def _leads_to(node: DeviceNode, ancestor: DeviceNode) -> bool:
    step: DeviceNode | None = node
    while step is not None:
        if step is ancestor:
            return True
        step = step.parent
    return False


def _sort_key(node: DeviceNode) -> tuple[object, ...]:
    device = node.device
    assert device is not None
    number = min(device.zone_numbers, default=0) if device.kind is DeviceKind.ZONE else 0
    return (_ORDER.index(device.kind), number, natural(device.name), natural(device.device_id))


def title_of(device: Device) -> str:
    """'Zone 2 · Loading dock PIR', 'Panel · DMP XR150'; cameras and audio devices go by their names."""
    word = _KIND_WORDS[device.kind]
    name = one_line(device.name)
    if device.kind is DeviceKind.ZONE and device.zone_numbers:
        word = f"{word} {', '.join(str(number) for number in device.zone_numbers)}"
    if not name:
        return f"{word} · {one_line(device.device_id)}"
    if device.kind in (DeviceKind.CAMERA, DeviceKind.AUDIO, DeviceKind.OTHER) or name.casefold().startswith(
        word.casefold()
    ):
        return name
    return f"{word} · {name}"


def ago_words(instant: datetime, now: datetime) -> str:
    """'5 min', '3 h', '2 d': short enough for a row."""
    seconds = max(0, int((now - instant).total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min"
    if seconds < 86400 * 2:
        return f"{seconds // 3600} h"
    return f"{seconds // 86400} d"


def is_away(device: Device) -> bool:
    return device.status in ("offline", "error")


def status_words(device: Device, now: datetime) -> str:
    """The server's word; with the time since it was last seen when it is away."""
    status = one_line(device.status)
    if status == "offline" and device.last_seen is not None:
        return f"offline {ago_words(device.last_seen, now)}"
    return status


def capability_words(device: Device) -> tuple[tuple[str, str], ...]:
    """(name of the icon, what it means) of everything the device can do."""
    can = device.capabilities
    pairs = (
        (can.ptz, "ptz", "Pan, tilt, zoom"),
        (can.two_way_audio, "audio", "Two-way audio"),
        (can.record, "record", "Recording"),
        (can.motion_detection, "motion", "Motion detection"),
    )
    return tuple((icon, words) for has, icon, words in pairs if has)


def online_words(devices: Iterable[Device]) -> str:
    """'11 / 12 online' over panels, bridges, cameras and audio devices whose status is known."""
    known = [device for device in devices if device.kind in _CONNECTED_KINDS and device.status]
    online = sum(device.status not in ("offline", "error", "unknown") for device in known)
    return f"{online} / {len(known)} online" if known else ""
