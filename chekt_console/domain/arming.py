"""Arming modes and states, as key-concepts.txt names them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class ArmingMode(Enum):
    """What the security system does; the value is the word on the wire."""

    DISARMED = "disarmed"
    STAY = "stay"
    AWAY = "away"
    NIGHT = "night"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def meaning(self) -> str:
        return _MEANINGS[self]


_MEANINGS = {
    ArmingMode.DISARMED: "all monitoring off",
    ArmingMode.STAY: "perimeter only",
    ArmingMode.AWAY: "all devices active",
    ArmingMode.NIGHT: "selected zones",
}


@dataclass(frozen=True, slots=True)
class ArmingState:
    """Armed state as read from the server.

    `mode` is None when the server said armed without saying how, or said something unknown;
    `is_armed` is None when it cannot be told. `text` is what the person reads ("Away", "Armed", "entry_delay").
    """

    is_armed: bool | None
    mode: ArmingMode | None
    text: str
    updated_at: datetime | None = None

    @classmethod
    def unknown(cls) -> ArmingState:
        return cls(None, None, "Unknown")


@dataclass(frozen=True, slots=True)
class PartitionArming:
    """Armed state of one partition of a site."""

    partition_id: str
    name: str
    state: ArmingState
