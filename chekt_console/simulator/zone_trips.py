"""What a zone that goes into alarm sets off: its own signal, and the alarm with the picture of the camera beside it."""

from __future__ import annotations

import sqlite3

from chekt_console.simulator.event_rows import PANEL_ALARM, VIDEO_EVENT, ZONE, NewEvent

_ROUND_THE_CLOCK = "24-hour"


def of_zone(zone: sqlite3.Row, cameras: list[sqlite3.Row], instant_ms: int) -> list[NewEvent]:
    """The alarm last. `cameras`: those of the site that are online."""
    site_id, number = zone["site_id"], zone["zone_number"]
    where = _place(zone)
    if zone["zone_type"] == _ROUND_THE_CLOCK:
        is_fire = "smoke" in where.casefold()
        what = "Fire" if is_fire else "Panic button"
        return [_alarm(zone, instant_ms, PANEL_ALARM, "fire" if is_fire else "panic", f"{what} — {where}")]
    camera = next((one for one in cameras if _place(one).split()[:1] == where.split()[:1]), None)
    camera = camera or next((one for one in cameras if one["zone_number"] == number), None)
    if camera is None:
        return [_alarm(zone, instant_ms, PANEL_ALARM, "intrusion", f"Intrusion — {where}")]
    text = f"Intrusion — {_place(camera)}"
    return [
        NewEvent(
            site_id, instant_ms, "activity", ZONE, "zone_opened", f"Zone {number} opened — {where}", "opened", number,
            zone["device_id"],
        ),
        _alarm(camera, instant_ms, VIDEO_EVENT, "intrusion", text)._replace(has_video=1, scene="person"),
    ]  # fmt: skip


def _alarm(device: sqlite3.Row, instant_ms: int, category: int, subtype: str, text: str) -> NewEvent:
    return NewEvent(
        device["site_id"], instant_ms, "alarm", category, subtype, text, "waiting", device["zone_number"],
        device["device_id"],
    )  # fmt: skip


def _place(device: sqlite3.Row) -> str:
    name: str = device["name"]
    return name.partition(" · ")[2] or name
