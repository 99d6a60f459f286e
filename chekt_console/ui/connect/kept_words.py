"""What is said before a connection is removed: what would be given up, what stays on this computer, what can be deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.store.kept_data import KeptData


def lost_words(kept: KeptData) -> str:
    """ "" when nothing of it was still to be done."""
    parts = []
    if kept.waiting:
        verb = "was" if kept.waiting == 1 else "were"
        parts.append(f"{_many(kept.waiting, 'change')} {verb} not sent yet and would be given up.")
    if kept.drafts:
        parts.append(f"{_many(kept.drafts, 'schedule draft')} would be given up.")
    return " ".join([*parts, kept.problem]).strip()


def stays_words(kept: KeptData, folder: Path) -> str:
    """What was made here, for it is kept on the disk; "" for nothing."""
    counted = (
        (kept.waiting, "change not sent", "changes not sent"),
        (kept.drafts, "schedule draft", ""),
        (kept.decisions, "decision", ""),
        (kept.notes, "note of an alarm not decided", "notes of alarms not decided"),
        (kept.records, "entry of the evidence record", "entries of the evidence record"),
    )
    parts = [_many(number, one, several) for number, one, several in counted if number]
    return f"Stays on this computer, in {folder}: {', '.join(parts)}." if parts else ""


def copies_words(kept: KeptData) -> str:
    """ "" when there are none."""
    if not kept.copies_bytes:
        return ""
    size = f"{kept.copies_bytes / 1e6:.0f} MB" if kept.copies_bytes >= 1_000_000 else "less than 1 MB"
    return f"Also delete the copies of sites, events and clips on this computer ({size})"


def _many(number: int, one: str, several: str = "") -> str:
    return f"{number} {one}" if number == 1 else f"{number} {several or one + 's'}"
