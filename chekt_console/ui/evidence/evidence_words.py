"""What the evidence dialogs say."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from chekt_console.domain.site_clock import wall_of, zone_of

if TYPE_CHECKING:
    from chekt_console.domain.event import Event
    from chekt_console.domain.site import Site
    from chekt_console.services.evidence_service import ExportResult
    from chekt_console.verify import Verdict

_LONGEST = 90
WHAT_IS_WRITTEN = (
    "A new folder: each clip as the server delivered it, still pictures, the event as received, a report to read (PDF), "
    "who viewed, decided and exported, and a signed list of all of it."
)


@dataclass(frozen=True)
class ExportChoice:
    """One thing the person can export: the selected event, its incident's time, a range, the marked rows."""

    label: str
    events: tuple[Event, ...]


def line(text: str) -> str:
    """Server text on one line, nothing unseen in it."""
    kept = "".join(char if unicodedata.category(char)[0] != "C" else " " for char in text[: 4 * _LONGEST])
    words = " ".join(kept.split())
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"


def event_line(event: Event, site: Site | None) -> str:
    what = event.subtype.replace("_", " ") or event.text or event.kind.label
    try:
        wall = wall_of(event.instant_ms, (zone_of(site.timezone) if site else None) or UTC)
        when = f"{wall:%a %d %b %Y, %H:%M:%S %Z}"
    except (OverflowError, ValueError, OSError):
        when = "at no time of any calendar"
    return " · ".join(
        one
        for one in (
            event.kind.label,
            line(what),
            line(event.device_name),
            when,
            "" if event.has_video else "no clip",
        )
        if one
    )


def result_words(result: ExportResult) -> str:
    events = "1 event" if result.events == 1 else f"{result.events} events"
    files = "1 file" if result.files == 1 else f"{result.files} files"
    return (
        f"{events}, {files}, {_size(result.size)}, signed. The list of them and its signature are two more."
    )


def key_words(result: ExportResult) -> str:
    """The fingerprint, and how long the key lasts."""
    words = f"Key (SHA-256): {result.key_sha256}"
    if result.is_session_only:
        words += (
            "\nThis computer has no safe keyring: the key is kept in memory and ends with the program. "
            "Note the fingerprint now."
        )
    return words


VERDICT_WORDS = {
    "VALID": "✓ Valid: nothing was changed since the export",
    "ALTERED": "✕ Altered: something was changed after the export",
    "INCOMPLETE": "✕ Incomplete: the export was not finished, or parts of it are missing",
    "CANNOT BE READ": "✕ This is no export that can be read",
}


def findings(verdict: Verdict) -> str:
    return "\n".join(verdict.text().splitlines()[1:])


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"
