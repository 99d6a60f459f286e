"""What an installer should look at among the devices of a site, in words (chekt-api.md 6 and 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.device import Device, DeviceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from chekt_console.domain.arming import ArmingState
    from chekt_console.domain.site import Site

HOUR_MS = 3_600_000
IDLE_MS, DORMANT_MS = 24 * HOUR_MS, 7 * 24 * HOUR_MS
_WEAK_SIGNAL, _LOW_BATTERY, _HOT = 30.0, 25.0, 70.0


@dataclass(frozen=True, slots=True)
class DeviceWarning:
    """`word` fits in a row; `sentence` says what it means and what to do."""

    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Activity:
    """Newest event by device id, and since when the history of the site is known here (UTC ms)."""

    newest_ms: Mapping[str, int]
    known_since_ms: int


def warnings_of(
    site: Site,
    devices: Iterable[Device],
    arming: ArmingState | None,
    activity: Activity | None,
    now_ms: int,
) -> dict[str, tuple[DeviceWarning, ...]]:
    """By device key. What is not known is no reason to warn."""
    found: dict[str, list[DeviceWarning]] = {}
    for device in devices:
        told = found.setdefault(device.key, [])
        if device.kind is DeviceKind.CAMERA:
            if site.has_partitions and not device.partition_id:
                told.append(
                    DeviceWarning(
                        "no partition",
                        "In no partition: it gives no alarms and is hidden in the app. Put it in one in the CHeKT portal.",
                    )
                )
            if activity is not None and device.status != "offline":
                told += _quiet(device, activity, now_ms)
        elif device.kind is DeviceKind.BRIDGE:
            told += _bridge(device, arming)
    return {key: tuple(told) for key, told in found.items() if told}


def _quiet(camera: Device, activity: Activity, now_ms: int) -> list[DeviceWarning]:
    newest = activity.newest_ms.get(camera.device_id)
    quiet_ms = now_ms - (newest if newest is not None else activity.known_since_ms)
    since = "no event" if newest is None else "its last event was"
    if quiet_ms >= DORMANT_MS:
        days = quiet_ms // (24 * HOUR_MS)
        words = f"{since} {days} days ago" if newest is not None else f"no event for at least {days} days"
        return [DeviceWarning("dormant", f"Dormant: {words}. Check its view, its rules and its cable.")]
    if newest is not None and quiet_ms >= IDLE_MS:
        return [DeviceWarning("idle", f"Idle: its last event was {quiet_ms // HOUR_MS} hours ago.")]
    return []


def _bridge(bridge: Device, arming: ArmingState | None) -> list[DeviceWarning]:
    told = []
    is_armed = _armed(bridge.arming_status)
    if is_armed is not None and arming is not None and arming.is_armed not in (None, is_armed):
        told.append(
            DeviceWarning(
                "not as its site",
                f"The bridge says {'armed' if is_armed else 'disarmed'}, the site says {arming.text.lower()}: "
                "its cameras may raise no alarms. Arm or disarm the site again and look.",
            )
        )
    measured = dict(bridge.health)
    for label, limit, word, is_low, sentence in (
        ("Signal", _WEAK_SIGNAL, "weak signal", True, "Weak signal ({}): clips arrive late or not at all."),
        ("Battery", _LOW_BATTERY, "low battery", True, "Low battery ({}): it will not last a power cut."),
        ("Temperature", _HOT, "bridge hot", False, "Hot ({}): give it air."),
    ):
        value = _number(measured.get(label, ""))
        if value is not None and bridge.status != "offline" and (value < limit if is_low else value > limit):
            told.append(DeviceWarning(word, sentence.format(measured[label])))
    return told


def _armed(status: str) -> bool | None:
    if status.startswith("armed"):
        return True
    return False if status == "disarmed" else None


def _number(text: str) -> float | None:
    try:
        return float(text.split()[0])
    except (ValueError, IndexError):
        return None
