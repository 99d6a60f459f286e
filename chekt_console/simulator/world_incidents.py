"""Single happenings of the world: an alarm with what goes on around it, a trouble with its restore, an arming."""

from __future__ import annotations

import functools
import random

from chekt_console.simulator.event_rows import (
    ARMING,
    DISARMED_ACTIVITY,
    PANEL_ALARM,
    SYSTEM,
    TROUBLE,
    VIDEO_EVENT,
    ZONE,
    NewEvent,
)
from chekt_console.simulator.world_devices import Device
from chekt_console.simulator.world_sites import Site

SCENES = ("person", "vehicle", "animal", "cleaner")
_SCENE_WEIGHTS = (4, 2, 3)
_OUTDOORS = (
    "gate",
    "yard",
    "lot",
    "driveway",
    "parking",
    "row",
    "dock",
    "alley",
    "garden",
    "playground",
    "front",
)
_DECISIONS = ("false", "real", "unsure")
_DECISION_WEIGHTS = (84, 8, 8)
DEFECTS = (
    "short", "low_resolution", "black", "frozen", "blurred", "no_pre_roll", "wrong_codec", "truncated", "not_a_video",
    "empty",
)  # fmt: skip
_TROUBLES = (
    ("camera", "device_offline", "Camera connection lost"),
    ("bridge", "network_loss", "Bridge lost network"),
    ("bridge", "power_loss", "Bridge lost power"),
    ("zone", "low_battery", "Low battery"),
    ("panel", "ac_loss", "Panel lost mains power"),
)


def is_outdoors(camera: Device) -> bool:
    """Where vehicles and animals come by."""
    return _is_outdoors(camera.name)


@functools.lru_cache(maxsize=1000)  # a world has few names, asked for by the million
def _is_outdoors(name: str) -> bool:
    return any(word in _place(name).lower() for word in _OUTDOORS)


def place(device: Device) -> str:
    return _place(device.name)


@functools.lru_cache(maxsize=1000)
def _place(name: str) -> str:
    return name.partition(" · ")[2] or name


def arming(site: Site, instant_ms: int, mode: str, user: str) -> list[NewEvent]:
    """One event, or one for each partition a few seconds apart."""
    is_armed = mode != "disarmed"
    word = f"armed ({mode})" if is_armed else "disarmed"
    subtype = "armed" if is_armed else "disarmed"
    texts = [f"{part.name} {word}" for part in site.partitions] or [word.capitalize()]
    return [
        NewEvent(
            site.site_id, instant_ms + 2000 * n, "arming", ARMING, subtype, text, subtype, None, None, user, mode
        )
        for n, text in enumerate(texts)
    ]  # fmt: skip


def decision(dice: random.Random, scene: str) -> str:
    if scene == "cleaner":
        return "false"
    return dice.choices(_DECISIONS, _DECISION_WEIGHTS)[0]


def alarm(
    site: Site,
    dice: random.Random,
    instant_ms: int,
    *,
    scene: str = "",
    verdict: str = "",
    defect: str = "",
    camera: Device | None = None,
) -> list[NewEvent]:
    """An intrusion seen by a camera, with the zone that opened before it and often a second camera's clip after it."""
    scene = scene or dice.choices(SCENES[:3], _SCENE_WEIGHTS)[0]
    cameras = [camera for camera in site.cameras if not camera.quirk and camera.status == "online"]
    fitting = [one for one in cameras if is_outdoors(one)] if scene in ("vehicle", "animal") else cameras
    camera = camera or dice.choice(fitting or cameras or site.cameras)
    events = []
    zone = next((zone for zone in site.zones if place(zone).split()[0] == place(camera).split()[0]), None)
    if zone is not None and scene in ("person", "cleaner"):
        events.append(zone_change(site, zone, instant_ms - 2_000 - dice.randrange(3000), "opened"))
    events.append(
        NewEvent(
            site.site_id, instant_ms, "alarm", VIDEO_EVENT, "intrusion", f"Intrusion — {place(camera)}",
            "verified" if verdict else "waiting", camera.zone_number, camera.device_id,
            decision=verdict, has_video=1, scene=scene, defect=defect,
        )
    )  # fmt: skip
    others = [one for one in fitting if one is not camera]
    if others and dice.random() < 0.5:
        seen_ms = instant_ms + 2_000 + dice.randrange(60_000) // 10
        events.append(seen(site, dice.choice(others), seen_ms, scene, has_video=True))
    return events


def panel_alarm(site: Site, dice: random.Random, instant_ms: int, verdict: str) -> list[NewEvent]:
    """A 24-hour zone: smoke or a button, armed or not."""
    zones = [zone for zone in site.zones if zone.zone_type == "24-hour"]
    if not zones:
        return []
    zone = dice.choice(zones)
    is_fire = "smoke" in zone.name
    return [
        NewEvent(
            site.site_id, instant_ms, "alarm", PANEL_ALARM, "fire" if is_fire else "panic",
            f"{'Fire' if is_fire else 'Panic button'} — {place(zone)}", "verified" if verdict else "waiting",
            zone.zone_number, zone.device_id, decision=verdict,
        )
    ]  # fmt: skip


def seen(site: Site, camera: Device, instant_ms: int, what: str, *, has_video: bool) -> NewEvent:
    word = {"person": "Person", "vehicle": "Vehicle", "animal": "Animal", "cleaner": "Person"}.get(
        what, "Motion"
    )
    return NewEvent(
        site.site_id, instant_ms, "activity", DISARMED_ACTIVITY, "motion" if word == "Motion" else word.lower(),
        f"{word} — {place(camera)}", "", camera.zone_number, camera.device_id,
        has_video=int(has_video), scene=what if has_video and what in SCENES else "person" if has_video else "",
    )  # fmt: skip


def zone_change(site: Site, zone: Device, instant_ms: int, word: str) -> NewEvent:
    return NewEvent(
        site.site_id, instant_ms, "activity", ZONE, f"zone_{word}", f"Zone {zone.zone_number} {word} — {place(zone)}",
        word, zone.zone_number, zone.device_id,
    )  # fmt: skip


def trouble(site: Site, device: Device, subtype: str, text: str, instant_ms: int) -> NewEvent:
    return NewEvent(
        site.site_id, instant_ms, "trouble", TROUBLE, subtype, f"{text} — {place(device)}", "active",
        device.zone_number, device.device_id,
    )  # fmt: skip


def restore(broken: NewEvent, instant_ms: int) -> NewEvent:
    """Ends a trouble: same device, same subtype, status restored."""
    return broken._replace(instant_ms=instant_ms, text=f"{broken.text} (restored)", status="restored")


def some_trouble(site: Site, dice: random.Random, instant_ms: int) -> list[NewEvent]:
    kind, subtype, text = dice.choice(_TROUBLES)
    devices = [device for device in site.devices if device.kind == kind and not device.quirk]
    if not devices:
        return []
    broken = trouble(site, dice.choice(devices), subtype, text, instant_ms)
    return [broken, restore(broken, instant_ms + dice.randrange(5 * 60_000, 4 * 3_600_000))]


def periodic_test(site: Site, instant_ms: int) -> NewEvent:
    panel = site.devices[0]
    return NewEvent(
        site.site_id,
        instant_ms,
        "activity",
        SYSTEM,
        "periodic_test",
        "Periodic test",
        "ok",
        device_id=panel.device_id,
    )
