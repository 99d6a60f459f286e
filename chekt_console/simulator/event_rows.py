"""What an event is made of before it has a number, and the categories of the activity log."""

from __future__ import annotations

from typing import NamedTuple

VIDEO_EVENT, PLAYBACK, EDGE_PLAYBACK, TIMELAPSE, DISARMED_ACTIVITY = 20007, 20003, 20022, 20002, 22003
PANEL_ALARM, ARMING, TROUBLE, SYSTEM, ZONE = 10001, 10002, 10003, 10004, 10005

CATEGORIES = {
    PANEL_ALARM: "Panel alarm",
    ARMING: "Arming",
    TROUBLE: "Trouble",
    SYSTEM: "System",
    ZONE: "Zone",
    TIMELAPSE: "Timelapse",
    PLAYBACK: "Playback",
    VIDEO_EVENT: "Video event",
    EDGE_PLAYBACK: "Edge playback",
    DISARMED_ACTIVITY: "Disarmed activity",
}


class NewEvent(NamedTuple):
    """Columns of table event in their order, without the event's number."""

    site_id: int
    instant_ms: int
    kind: str
    category_id: int
    subtype: str
    text: str
    status: str = ""
    zone_number: int | None = None
    device_id: int | None = None
    user: str = ""
    mode: str = ""
    decision: str = ""
    has_video: int = 0
    scene: str = ""
    defect: str = ""


def with_number(event: NewEvent, event_id: int) -> tuple[object, ...]:
    """Values for schema.INSERT_EVENT."""
    return (event[0], event[1], event_id, *event[2:])
