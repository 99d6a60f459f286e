"""The hardware of a site: panel, zones, bridges, cameras and speakers."""

from __future__ import annotations

import random
from dataclasses import dataclass

from chekt_console.simulator.world_places import SiteKind

_BRIDGES = ((4, "CKB-304"), (8, "CKB-308"), (12, "CKB-312"), (16, "CKB-316"))
_CAMERA_MODELS = (
    "Axis P3265-LV",
    "Hanwha XNO-6083R",
    "Uniview IPC2324",
    "Hikvision DS-2CD2143",
    "Axis Q6135-LE",
)
_OFFLINE_SITES = frozenset({0, 9, 20, 33, 44})


@dataclass(frozen=True)
class Device:
    """`quirk` is how its pictures misbehave: "" (fine), "stalls" (never sends a byte), "dormant" (no event for a week),
    "says_offline" (gives pictures all the same); of a bridge "stays_disarmed" (does not follow its site)."""

    device_id: int
    kind: str
    name: str
    external_id: str
    parent_id: int | None = None
    status: str = "online"
    model: str = ""
    firmware: str = ""
    serial: str = ""
    mac: str = ""
    channel: int | None = None
    zone_number: int | None = None
    zone_type: str = ""
    partition_id: int | None = None
    record: bool = False
    motion: bool = False
    audio: bool = False
    ptz: bool = False
    quirk: str = ""


def make_devices(
    dice: random.Random, number: int, site_id: int, kind: SiteKind, partitions: tuple[int, ...]
) -> tuple[Device, ...]:
    ids = iter(range(site_id * 100, site_id * 100 + 99))
    panel = Device(
        next(ids), "panel", f"Panel · {kind.panel}", "panel_001", model=kind.panel,
        firmware=f"{dice.randrange(1, 4)}{dice.randrange(100):02d}", serial=f"P{site_id:06d}",
    )  # fmt: skip
    bridge_mac = _mac(dice)
    camera_count = len(kind.cameras) if number < 8 else dice.randrange(2, len(kind.cameras) + 1)
    bridge = Device(
        next(ids), "bridge", "", "bridge_001", firmware=f"6.{dice.randrange(1, 5)}.{dice.randrange(10)}",
        serial=f"B{site_id:06d}", mac=bridge_mac,
        model="CKB-312" if number == 0 else next(model for size, model in _BRIDGES if size >= camera_count),
        quirk="stays_disarmed" if number in (3, 22) else "",
    )  # fmt: skip
    devices = [panel]
    for n, place in enumerate(kind.zones, 1):
        devices.append(
            Device(
                next(ids), "zone", f"Zone {n} · {place}", f"sensor_{n:03d}", panel.device_id, _zone_status(number, n),
                zone_number=n, zone_type=_zone_type(place), motion="PIR" in place or "beam" in place,
                partition_id=partitions[(n - 1) % len(partitions)] if partitions else None,
            )
        )  # fmt: skip
    devices.append(_named(bridge))
    # Some installers leave all channels on the bridge's own address, so a MAC alone names no camera.
    shares_mac = number % 4 == 1
    for n, place in enumerate(kind.cameras[:camera_count], 1):
        is_mover = n == 2
        model = _CAMERA_MODELS[-1] if is_mover else dice.choice(_CAMERA_MODELS[:-1])
        devices.append(
            Device(
                next(ids), "camera", f"Camera {n} · {place}", f"camera_{n:03d}", bridge.device_id,
                "offline" if number in _OFFLINE_SITES and n == 3 else "online", model,
                f"{dice.randrange(9, 12)}.{dice.randrange(20)}", f"C{site_id:06d}{n:02d}",
                bridge_mac if shares_mac else _mac(dice), n, zone_number=n,
                # The last camera of some sites was never put in a partition.
                partition_id=partitions[0] if partitions and (n < camera_count or number % 2 == 0) else None,
                record=True, motion=True, audio=n in (1, 3), ptz=is_mover,
                quirk=_quirk(number, n),
            )
        )  # fmt: skip
    if kind.word not in ("home", "storage"):
        devices.append(
            Device(
                next(ids),
                "audio",
                f"Speaker · {kind.cameras[0]}",
                "speaker_001",
                bridge.device_id,
                audio=True,
            )
        )
    return tuple(devices)


def _named(bridge: Device) -> Device:
    return Device(
        bridge.device_id, "bridge", f"Bridge · {bridge.model}", bridge.external_id, model=bridge.model,
        firmware=bridge.firmware, serial=bridge.serial, mac=bridge.mac, quirk=bridge.quirk,
    )  # fmt: skip


def _zone_status(site_number: int, zone: int) -> str:
    if site_number == 0 and zone == 3:
        return "bypassed"
    return "open" if site_number % 9 == 4 and zone == 2 else "closed"


def _zone_type(place: str) -> str:
    if "smoke" in place or "button" in place:
        return "24-hour"
    if "door" in place.lower():
        return "entry_exit"
    return "exterior_instant" if "beam" in place or "Gate" in place else "instant"


def _quirk(site_number: int, camera: int) -> str:
    if site_number == 14 and camera == 1:
        return "stalls"
    if site_number == 44 and camera == 3:
        return "says_offline"
    return "dormant" if site_number in (5, 31) and camera == 2 else ""


def _mac(dice: random.Random) -> str:
    return "0011" + "".join(dice.choice("0123456789ABCDEF") for _ in range(8))
