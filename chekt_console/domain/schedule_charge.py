"""Who is in charge of a site's arming, and whether a schedule saved at CHeKT can take effect there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.account import ArmingAuthority
from chekt_console.domain.device import DeviceKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site

PARTITION_FIRMWARE = (
    6  # a bridge needs it, or newer, to arm by partition (vendor's support article on partitions)
)

_DECIDES = {
    ArmingAuthority.PANEL_PRIMARY_BRIDGE: "The alarm panel at the primary bridge decides when this site is armed.",
    ArmingAuthority.PANEL_EACH_BRIDGE: "The alarm panel at each bridge decides when its part of this site is armed.",
    ArmingAuthority.ALARM_COM: "Alarm.com decides when this site is armed.",
}


@dataclass(frozen=True, slots=True)
class Charge:
    """`sentence` is empty when CHeKT decides and nothing speaks against a schedule.

    `is_settings`: the site's arming settings are what can change it.
    """

    takes_effect: bool = True
    sentence: str = ""
    is_settings: bool = False


def charge_of(site: Site, authority: ArmingAuthority | None, devices: Iterable[Device]) -> Charge:
    """`authority` None: this connection cannot tell. `devices` as far as they are known."""
    if not site.is_active:
        return Charge(False, "This site is not activated: no schedule arms it.")
    if authority in _DECIDES:
        text = f"{_DECIDES[authority]} A schedule saved here takes no effect."
        return Charge(False, text, is_settings=True)
    if site.has_partitions:
        for bridge in devices:
            if bridge.kind is DeviceKind.BRIDGE and _is_before_partitions(bridge.firmware):
                return Charge(
                    False,
                    f"{bridge.name} has firmware {bridge.firmware}; partitions need {PARTITION_FIRMWARE} or later. "
                    "Until it is updated a schedule takes no effect.",
                )
    if authority is None or authority is ArmingAuthority.UNKNOWN:
        return Charge(True, "Whether CHeKT, the panel or Alarm.com arms this site is not told here.")
    if len(site.partitions) > 1:
        return Charge(True, f"Arms all {len(site.partitions)} partitions together.")
    return Charge()


def _is_before_partitions(firmware: str) -> bool:
    found = re.match(r"\D{0,3}(\d{1,4})\.", firmware)
    return found is not None and int(found[1]) < PARTITION_FIRMWARE
