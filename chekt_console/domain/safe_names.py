"""File names that are safe on Windows, macOS and Linux at once, whatever text a server sent."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

PART_CHARS = 24  # a folder and a file in it stay below the 260 that older Windows programs take
_FORBIDDEN = frozenset('<>:"/\\|?*')
# Windows keeps these for devices, with any extension and in any case; ¹²³ count as digits there.
_PORTS = tuple(f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³")
_DEVICES = frozenset(("con", "prn", "aux", "nul", "conin$", "conout$", "clock$", *_PORTS))
# Control and format characters (zero width, right-to-left marks), surrogates, private use, unassigned, odd spaces.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))


def safe_part(text: str, fallback: str = "unnamed", *, chars: int = PART_CHARS) -> str:
    """One piece of a file name: no separators, nothing unseen, no leading or trailing dot, space or dash."""
    # Forms that look alike become one, so that a name is the same file on a Mac and elsewhere.
    plain = unicodedata.normalize("NFC", text[: chars * 8])
    kept = []
    for char in plain:
        if char in _FORBIDDEN:
            kept.append("-")
        elif char.isspace():
            kept.append(" ")
        elif unicodedata.category(char) not in _UNSEEN:
            kept.append(char)
    words = " ".join("".join(kept).split())
    words = words.replace("_", "-").strip(
        " .-~=+@"
    )  # a leading =, + or @ is a formula when a list of names is opened
    words = _cut(unicodedata.normalize("NFC", words[:chars]), chars * 3).strip(" .-~")
    if not words:
        words = fallback
    if words.split(".")[0].strip().casefold() in _DEVICES:
        words = "x-" + words
    return words


def evidence_name(site: str, camera: str, start_ms: int, end_ms: int, zone: tzinfo = UTC) -> str:
    """`site_camera_start_end`, the times by the clock of `zone` with its offset, so that they sort and say what they are."""
    parts = (
        safe_part(site, "site"),
        safe_part(camera, "no camera"),
        stamp(start_ms, zone),
        stamp(end_ms, zone),
    )
    return "_".join(parts)


def export_name(site: str, instant_ms: int, zone: tzinfo = UTC, *, count: int = 1) -> str:
    """Of the folder that holds one export."""
    others = f"_{count}-events" if count > 1 else ""
    return f"Evidence_{safe_part(site, 'site')}_{stamp(instant_ms, zone)}{others}"


def stamp(instant_ms: int, zone: tzinfo) -> str:
    """20260213T020315-0500; no colon, which Windows would refuse."""
    try:
        return datetime.fromtimestamp(instant_ms / 1000, zone).strftime("%Y%m%dT%H%M%S%z")
    except (OverflowError, ValueError, OSError):
        return "time-unknown"


def _cut(text: str, size: int) -> str:
    """Never through the middle of a character."""
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")
