"""When an alarm and its video went through each step of the key concepts: captured, attached, delivered, reviewed (ours)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from chekt_console.simulator.clock import iso
from chekt_console.simulator.video_facts import video_of

if TYPE_CHECKING:
    from chekt_console.simulator.gateway import Gateway

CENTER = "Sentinel Monitoring (simulated)"
ATTACHED, REVIEWED = "attached", "reviewed"


def note(connection: sqlite3.Connection, event_id: int, step: str, at_ms: int) -> None:
    """The first time counts."""
    connection.execute("INSERT OR IGNORE INTO event_step VALUES (?, ?, ?)", (event_id, step, at_ms))


def of_event(gateway: Gateway, row: sqlite3.Row) -> dict[str, object]:
    """`row` as routes_events.EVENT selects it. A step that has not happened yet is null.

    What no table tells is worked out from the event's number, so that it is the same at every reading.
    """
    event_id, now_ms = int(row["event_id"]), gateway.clock.now_ms()
    rows = gateway.database.rows("SELECT step, at_ms FROM event_step WHERE event_id = ?", event_id)
    noted: dict[str, int] = {row["step"]: row["at_ms"] for row in rows}
    spread = event_id * 48_271 % 2_147_483_647
    captured: int | None = None
    attached: int | None = noted.get(ATTACHED)
    delivered = row["instant_ms"] + 900 + spread % 1_700
    if row["has_video"]:
        spec = video_of(row)
        captured = spec.start_ms + round(spec.duration_s * 1000)
        attached = attached or captured + 1_500 + spread % 7_000
        delivered = attached + 400 + spread % 1_600
    reviewed = noted.get(REVIEWED)
    if reviewed is None and row["decision"]:
        reviewed = delivered + 15_000 + spread % 150_000
    steps = {"captured": captured, "attached": attached, "delivered": delivered, "reviewed": reviewed}
    found: dict[str, object] = {
        f"{name}_at": iso(at_ms) if at_ms is not None and at_ms <= now_ms else None
        for name, at_ms in steps.items()
    }
    return found | {"monitoring_center": CENTER, "decision": row["decision"] or None}
