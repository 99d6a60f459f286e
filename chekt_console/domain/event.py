"""Events: alarms, troubles, arming changes and other activity at a site."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from chekt_console.domain.arming import ArmingMode

SCHEDULE_CHANGE = "schedule_change"  # the subtype of an arming event that tells of another schedule


class EventKind(IntEnum):
    """Kind of an event, worst last, so that numpy columns can hold it as uint8."""

    ACTIVITY = 0
    ARMING = 1
    TROUBLE = 2
    ALARM = 3

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `instant_ms` is UTC milliseconds since 1970. `event_id` is opaque text, unique in a connection.

    `decision` is "" (undecided), "real", "false" or "unsure" as the server knows it. `mode` is set on arming events.
    `device_key` names a Device.key of the site when it can be told, else "".
    """

    event_id: str
    site_id: str
    instant_ms: int
    kind: EventKind
    subtype: str = ""
    text: str = ""
    status: str = ""
    category_id: str = ""
    zone_number: int | None = None
    device_id: str = ""
    device_name: str = ""
    device_key: str = ""
    has_video: bool = False
    mode: ArmingMode | None = None
    decision: str = ""
    user: str = ""


@dataclass(frozen=True, slots=True)
class ClipLink:
    """Where the video of an event can be fetched until `expires_at_ms`; "" when there is none (yet).

    `start_ms` is the instant of the first frame (UTC) or None when the server does not tell.
    """

    event_id: str
    mp4_url: str
    thumbnail_url: str
    snapshot_urls: tuple[str, ...]
    expires_at_ms: int
    start_ms: int | None = None
    duration_s: float | None = None

    def __repr__(self) -> str:
        return f"ClipLink({self.event_id}, {'ready' if self.mp4_url else 'not ready'})"
