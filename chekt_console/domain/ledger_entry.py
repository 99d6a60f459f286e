"""One line of the ledger: who viewed, decided or exported what and when, chained to the line before by its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chekt_console.domain.evidence_manifest import canonical

if TYPE_CHECKING:
    from collections.abc import Sequence

START_HASH = "0" * 64
VIEWED = "viewed"
DECIDED = "decided"
EXPORT_BEGAN = "export began"
EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """`body` is canonical JSON text; "" when only its hash is told, because it concerns other events."""

    number: int
    body: str
    body_sha256: str
    previous: str
    hash: str

    def facts(self) -> dict[str, Any]:
        """{} when the body is not told."""
        value = json.loads(self.body) if self.body else {}
        return value if isinstance(value, dict) else {}


def body_of(facts: dict[str, Any]) -> str:
    """`facts` holds a random `salt`: without it a left-out body could be guessed from its hash."""
    return canonical(facts).decode().rstrip("\n")


def next_entry(last: LedgerEntry | None, body: str) -> LedgerEntry:
    number = last.number + 1 if last else 1
    previous = last.hash if last else START_HASH
    body_sha256 = hashlib.sha256(body.encode()).hexdigest()
    return LedgerEntry(number, body, body_sha256, previous, chained(number, previous, body_sha256))


def chained(number: int, previous: str, body_sha256: str) -> str:
    text = f"chekt-ledger-1\n{number}\n{previous}\n{body_sha256}\n"
    return hashlib.sha256(text.encode()).hexdigest()


def first_break(entries: Sequence[LedgerEntry], *, starts_at_one: bool = True) -> str:
    """A sentence on the first thing that is not as it was written; "" when the chain holds."""
    before: LedgerEntry | None = None
    for entry in entries:
        number = before.number + 1 if before else (1 if starts_at_one else entry.number)
        previous = before.hash if before else (START_HASH if number == 1 else entry.previous)
        if entry.number != number:
            return f"Ledger: entry {entry.number} stands where entry {number} should: removed, added or reordered."
        if entry.body and hashlib.sha256(entry.body.encode()).hexdigest() != entry.body_sha256:
            return f"Ledger: the text of entry {number} was changed."
        if entry.previous != previous:
            return f"Ledger: entry {number} does not follow the entry before it."
        if entry.hash != chained(number, previous, entry.body_sha256):
            return f"Ledger: entry {number} was changed."
        before = entry
    return ""


def excerpt(entries: Sequence[LedgerEntry], event_ids: frozenset[str]) -> bytes:
    """From the first entry about these events to the end, one JSON value a line; other entries as hashes only."""
    lines = []
    has_begun = False
    for entry in entries:
        is_told = bool(event_ids.intersection(_events_of(entry)))
        has_begun = has_begun or is_told
        if has_begun:
            line = {
                "number": entry.number,
                "previous": entry.previous,
                "body_sha256": entry.body_sha256,
                "hash": entry.hash,
            }
            lines.append(canonical(line | ({"body": entry.body} if is_told else {})))
    return b"".join(lines)


def _events_of(entry: LedgerEntry) -> list[str]:
    events = entry.facts().get("events")
    return [str(one) for one in events] if isinstance(events, list) else []
