"""Changes that wait as a person reads them: state, age, what becomes of them next and what would be lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry
from chekt_console.domain.record_change import RecordChange, TheirRows
from chekt_console.services.outbox_service import goes_by_itself

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.record_change import Rows

_STATES = {
    EntryState.WAITING: "Waiting",
    EntryState.SENDING: "Sending…",
    EntryState.NOT_CONFIRMED: "Not confirmed",
    EntryState.CONFLICT: "Needs you",
    EntryState.REFUSED: "Refused",
    EntryState.DONE: "Saved",
    EntryState.DISCARDED: "Discarded",
}
_NEXT = {
    EntryState.WAITING: "It is on this computer's disk and goes by itself when the server answers.",
    EntryState.SENDING: "It is being sent.",
    EntryState.NOT_CONFIRMED: "Whether it is done is not known. The server is read before it goes again.",
    EntryState.CONFLICT: "It waits until you have chosen.",
    EntryState.REFUSED: "It does not go again by itself.",
    EntryState.DONE: "",
    EntryState.DISCARDED: "",
}
_REPORT_AGAIN = "Whether it arrived is not known. It is sent again in a way that the server takes it once."
_MOST_PARTS = 12
_WANTED = "As you wanted it:"


def state_words(entry: OutboxEntry) -> str:
    """An event is sent, everything else is saved."""
    if entry.state is EntryState.DONE and isinstance(entry.change, EventReport):
        return "Sent"
    return _STATES[entry.state]


def age_words(made_ms: int, now_ms: int) -> str:
    seconds = max(0, (now_ms - made_ms) // 1000)
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 2 * 86_400:
        return f"{seconds // 3600} h ago"
    return f"{seconds // 86_400} days ago"


def _listed(parts: Sequence[str]) -> list[str]:
    lines = [f"• {part}" for part in parts[:_MOST_PARTS]]
    return [*lines, f"and {len(parts) - _MOST_PARTS} more"] if len(parts) > _MOST_PARTS else lines


def detail_words(entry: OutboxEntry) -> str:
    is_again = entry.state in (EntryState.WAITING, EntryState.NOT_CONFIRMED)
    tries = f"Tried {entry.tries} times." if is_again and entry.tries > 1 else ""
    facts = " ".join(filter(None, (entry.sentence, _next_words(entry), tries)))
    if isinstance(entry.change, EventReport):  # what its parts tell is lost only when it is discarded
        return facts
    return "\n\n".join(filter(None, (facts, "\n".join(_listed(entry.change.parts)), lost_words(entry))))


def lost_words(entry: OutboxEntry) -> str:
    """Of what somebody else removed meanwhile: how the person wanted it."""
    gone = gone_of(entry)
    return "\n".join([_WANTED, *_listed(gone.change.lost(gone.there))]) if gone else ""


def copy_words(entry: OutboxEntry) -> str:
    """All of a change, to be kept elsewhere."""
    gone = gone_of(entry)
    lost = ("", _WANTED, *gone.change.lost(gone.there)) if gone else ()
    parts = () if isinstance(entry.change, EventReport) else entry.change.parts
    return "\n".join((entry.change.words, *parts, *lost))


class Gone(NamedTuple):
    """A change of which rows were gone when it was to be sent, and what was there instead."""

    change: RecordChange
    there: Rows


def gone_of(entry: OutboxEntry) -> Gone | None:
    is_refused = entry.state is EntryState.REFUSED
    if is_refused and isinstance(entry.change, RecordChange) and isinstance(entry.theirs, TheirRows):
        return Gone(entry.change, entry.theirs.rows)
    return None


def _next_words(entry: OutboxEntry) -> str:
    if entry.state is EntryState.NOT_CONFIRMED and isinstance(entry.change, EventReport):
        return _REPORT_AGAIN if goes_by_itself(entry) else ""
    return _NEXT[entry.state]


def empty_words(entries: tuple[OutboxEntry, ...]) -> str:
    """For when nothing waits."""
    is_all_there = all(entry.state is EntryState.DONE for entry in entries)
    return "Nothing waits: the server has every change." if is_all_there else "Nothing waits to be sent."


def bar_words(entries: tuple[OutboxEntry, ...]) -> tuple[str, bool]:
    """For the status bar, and whether a person is needed; "" when nothing waits."""
    waiting = [entry for entry in entries if entry.state.is_open]
    needs = sum(not (entry.state is EntryState.SENDING or goes_by_itself(entry)) for entry in waiting)
    refused = sum(entry.state is EntryState.REFUSED for entry in entries)
    parts = []
    if waiting:
        parts.append(f"{len(waiting)} change{'s' if len(waiting) != 1 else ''} waiting")
    if needs:
        parts.append(f"{needs} need{'s' if needs == 1 else ''} you")
    if refused:
        parts.append(f"{refused} refused")
    return " · ".join(parts), bool(needs or refused)
