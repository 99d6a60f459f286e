"""What is known about each site beside its address: armed state, open alarms, troubles, and words for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from chekt_console.domain.arming import ArmingMode
    from chekt_console.domain.site import Site
    from chekt_console.services.arming_service import SiteArming


class StateMask(IntFlag):
    """Which chips a site belongs to; the value of a chip is one of these."""

    ALL = 1
    ALARM = 2
    TROUBLE = 4
    ARMED = 8
    DISARMED = 16
    UNKNOWN = 32


CHIPS = (
    (StateMask.ALL, "All", "All sites"),
    (StateMask.ALARM, "Alarm", "Sites with an undecided alarm of the last 24 hours"),
    (StateMask.TROUBLE, "Trouble", "Sites with a trouble of the last 24 hours that is not restored"),
    (StateMask.ARMED, "Armed", "Sites armed away, stay or night, in whole or in part"),
    (StateMask.DISARMED, "Disarmed", "Sites that are disarmed"),
    (StateMask.UNKNOWN, "Unknown", "Sites whose armed state has not been read yet or could not be told"),
)


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """Keyed by site id; a site that is missing has none of it."""

    arming: Mapping[str, SiteArming] = field(default_factory=dict)
    alarms: Mapping[str, int] = field(default_factory=dict)
    troubles: Mapping[str, int] = field(default_factory=dict)

    def mask(self, site_id: str) -> int:
        """Plain bits of StateMask: called once per site at every change."""
        arming = self.arming.get(site_id)
        if arming is None or arming.state.is_armed is None:
            bits = 1 | (8 if arming is not None and _is_partly_armed(arming) else 32)
        else:
            bits = 9 if arming.state.is_armed else 17
        if self.alarms.get(site_id):
            bits |= 2
        if self.troubles.get(site_id):
            bits |= 4
        return bits


def _is_partly_armed(arming: SiteArming) -> bool:
    return any(partition.state.is_armed for partition in arming.partitions)


@dataclass(frozen=True, slots=True)
class SiteRow:
    """What one row shows; made only for rows that come into view."""

    site: Site
    name: str
    detail: str
    mode: ArmingMode | None
    is_armed: bool | None
    state_text: str
    as_of_text: str
    alarms: int
    troubles: int
    caution: str = ""  # why its alarms reach nobody

    def spoken(self) -> str:
        """The row in words, for screen readers and the tooltip's first lines."""
        parts = [self.name, self.caution, self.detail, self.state_text]
        if self.alarms:
            parts.append(counted(self.alarms, "alarm"))
        if self.troubles:
            parts.append(counted(self.troubles, "trouble"))
        if self.as_of_text:
            parts.append(f"as of {self.as_of_text}")
        return ", ".join(part for part in parts if part)


def caution_of(site: Site) -> str:
    if not site.is_active:
        return "Not active"
    return "" if site.is_monitored else "Not monitored"


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def clock_words(instant: datetime | None, now: datetime, zone: tzinfo | None = None) -> str:
    """When something was read, by the clock of that zone, or else of this computer: '20:51', or '10 Feb 20:51' on another
    day."""
    if instant is None:
        return ""
    local, today = instant.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y}"
