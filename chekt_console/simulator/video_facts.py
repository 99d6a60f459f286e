"""When the video of an event begins and how long it is: always the same for the same event."""

from __future__ import annotations

import sqlite3

from chekt_console.simulator.clip_spec import ClipSpec


def video_of(row: sqlite3.Row, *, defect: str = "") -> ClipSpec:
    """As the file really is recorded; `row` is an event with device_name, site_name and timezone joined in."""
    spread = int(row["event_id"]) * 7919
    before_ms = 5_200 + spread % 2_600
    after_ms = 5_200 + spread % 4_400
    return ClipSpec(
        event_id=str(row["event_id"]),
        site_name=row["site_name"],
        camera_name=row["device_name"] or "Camera",
        scene=row["scene"] or "person",
        start_ms=row["instant_ms"] - before_ms,
        alarm_ms=row["instant_ms"],
        duration_s=(before_ms + after_ms) / 1000,
        timezone=row["timezone"],
        defect=defect or row["defect"],
    ).as_recorded()
