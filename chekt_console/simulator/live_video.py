"""HLS of the cameras that give video instead of MJPEG: a recording of theirs, over and over, as one stream without an end."""

from __future__ import annotations

import sqlite3

from chekt_console.simulator.clip_spec import ClipSpec

_SECONDS = 12.0
SEGMENT_S = 2.0
_WINDOW = 4  # segments a playlist names
_QUARTER_DAY_MS = 6 * 3_600_000
_FIRST_SITE, _SITES_APART = 1784, 17


def gives_video(row: sqlite3.Row) -> bool:
    """One camera of one site in twenty."""
    number = (row["site_id"] - _FIRST_SITE) // _SITES_APART
    return bool(number % 20 == 11 and row["channel"] == 1)


def recording(row: sqlite3.Row, now_ms: int) -> ClipSpec:
    """What the camera's stream shows; made anew when the light outside is another."""
    start_ms = now_ms // _QUARTER_DAY_MS * _QUARTER_DAY_MS
    return ClipSpec(
        f"live-{row['device_id']}", row["site_name"], row["name"], "person", start_ms, start_ms + 5000, _SECONDS,
        row["timezone"],
    )  # fmt: skip


def playlist(now_ms: int, token: str) -> str:
    """The newest segments by the clock."""
    first = max(0, int(now_ms / 1000 / SEGMENT_S) - _WINDOW)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{int(SEGMENT_S)}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
    ]
    for number in range(first, first + _WINDOW):
        lines += [f"#EXTINF:{SEGMENT_S:.3f},", f"{number}.ts?access_token={token}"]
    return "\n".join(lines) + "\n"
