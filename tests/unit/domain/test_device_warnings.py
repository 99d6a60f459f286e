"""What is pointed out among the devices of a site, and what is not."""

from __future__ import annotations

import pytest

from chekt_console.domain.arming import ArmingMode, ArmingState
from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.device_warnings import HOUR_MS, Activity, warnings_of
from chekt_console.domain.site import Partition, Site

_NOW = 1_000 * HOUR_MS
_SITE = Site("s1", "Harbor", has_partitions=True, partitions=(Partition("1", "Office"),))
_ARMED = ArmingState(True, ArmingMode.AWAY, "Away")


def _camera(**more: object) -> Device:
    return Device("s1", "c1", DeviceKind.CAMERA, "Gate", **{"partition_id": "1", **more})  # type: ignore[arg-type]


def _bridge(**more: object) -> Device:
    return Device("s1", "b1", DeviceKind.BRIDGE, "Bridge", **more)  # type: ignore[arg-type]


def _words(
    device: Device, *, newest_h: float | None = 1, known_h: float = 700, arming: object = _ARMED
) -> list[str]:
    newest = {} if newest_h is None else {device.device_id: int(_NOW - newest_h * HOUR_MS)}
    activity = Activity(newest, int(_NOW - known_h * HOUR_MS))
    found = warnings_of(_SITE, (device,), arming, activity, _NOW)  # type: ignore[arg-type]
    return [warning.word for warning in found.get(device.key, ())]


@pytest.mark.parametrize(
    ("device", "given", "words"),
    [
        (_camera(), {}, []),
        (_camera(partition_id=""), {}, ["no partition"]),
        (_camera(), {"newest_h": 23.9}, []),
        (_camera(), {"newest_h": 24}, ["idle"]),
        (_camera(), {"newest_h": 7 * 24}, ["dormant"]),
        (_camera(), {"newest_h": None}, ["dormant"]),
        (_camera(), {"newest_h": None, "known_h": 100}, []),  # too little is known to say so
        (_camera(status="offline"), {"newest_h": None}, []),  # offline is said already
        (_bridge(arming_status="armed"), {}, []),
        (_bridge(arming_status="disarmed"), {}, ["not as its site"]),
        (_bridge(arming_status="armed_away"), {"arming": ArmingState(False, None, "Disarmed")}, ["not as its site"]),
        (_bridge(arming_status="partially_armed"), {}, []),
        (_bridge(arming_status="disarmed"), {"arming": None}, []),
        (_bridge(health=(("Signal", "29 %"), ("Battery", "24.5 %"), ("Temperature", "71 °C"))), {},
         ["weak signal", "low battery", "bridge hot"]),
        (_bridge(health=(("Signal", "30 %"), ("Battery", "?"), ("Temperature", ""))), {}, []),
    ],
)  # fmt: skip
def test_only_what_is_known_is_pointed_out(
    device: Device, given: dict[str, object], words: list[str]
) -> None:
    assert _words(device, **given) == words  # type: ignore[arg-type]
