"""One try to bring a waiting change of records to the server: read first, never over somebody else's change, read back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chekt_console.domain.outbox import EntryState
from chekt_console.domain.record_change import TheirRows
from chekt_console.errors import WorldFailed
from chekt_console.services.delivery_ending import Ending, after_read, after_write, still_unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chekt_console.domain.outbox import OutboxEntry
    from chekt_console.domain.record_change import RecordChange, RecordKind, Rows
    from chekt_console.services.record_ways import Way

_MOST_NAMES = 5


class RecordDelivery:
    def __init__(self, ways: Mapping[RecordKind, Way]) -> None:
        self._ways = ways

    def send(self, entry: OutboxEntry, change: RecordChange, keep: Callable[[OutboxEntry], None]) -> Ending:
        """`keep` writes down that the next try is a new wish, when the server took this one and does not show it."""
        way = self._ways[change.kind]
        try:
            there = way.read(change)
        except WorldFailed as error:
            return still_unknown(after_read(error), entry)
        if change.is_done(there):
            return Ending(EntryState.DONE, "The server has it.")
        gone = change.gone(there)
        if gone:
            words = f"Somebody else removed {_listed(gone)} meanwhile. {_sent_words(entry)}"
            return Ending(EntryState.REFUSED, words, _theirs(change, there))
        if change.clashes(there):
            return _conflict(entry, change, there)
        key = f"{entry.key}-{change.turn}" if change.turn else entry.key
        refused: Mapping[str, str] = {}
        try:
            refused = way.write(change, there, key)
        except WorldFailed as error:
            ending = after_write(error)
            if ending.state is not EntryState.REFUSED:
                return still_unknown(ending, entry)
            # A part of it may be done: what is there tells.
            refused = dict.fromkeys((edit.row_id for edit in change.edits), ending.sentence)
        return self._read_back(way, entry, change, refused, keep)

    def _read_back(
        self,
        way: Way,
        entry: OutboxEntry,
        change: RecordChange,
        refused: Mapping[str, str],
        keep: Callable[[OutboxEntry], None],
    ) -> Ending:
        try:
            there = way.read(change)
        except WorldFailed as error:
            if refused:
                is_known = len(change.edits) == 1
                state = EntryState.REFUSED if is_known else EntryState.NOT_CONFIRMED
                return Ending(state, next(iter(refused.values())) if is_known else error.sentence)
            return Ending(EntryState.DONE, "Saved: the server took it. It could not be read back yet.")
        if change.is_done(there):
            return Ending(EntryState.DONE, "Saved and read back.")
        open_edits = [edit for edit in change.edits if not edit.is_done(there.get(edit.row_id))]
        told = [
            f"{edit.name}: {refused[edit.row_id]}" if len(change.edits) > 1 else refused[edit.row_id]
            for edit in open_edits
            if edit.row_id in refused
        ]
        if told:
            done = len(change.edits) - len(open_edits)
            head = f"{done} of {len(change.edits)} done. " if len(change.edits) > 1 else ""
            more = f" And {len(told) - _MOST_NAMES} more." if len(told) > _MOST_NAMES else ""
            return Ending(EntryState.REFUSED, f"{head}{' '.join(told[:_MOST_NAMES])}{more}")
        if change.clashes(there):
            return Ending(EntryState.DONE, "Saved: the server took it. It was changed again since.")
        keep(replace(entry, change=replace(change, turn=change.turn + 1)))
        return Ending(EntryState.NOT_CONFIRMED, "The server took it, and does not show it.")


def _sent_words(entry: OutboxEntry) -> str:
    return "What of it went out before may be done." if entry.is_unknown else "Nothing was sent."


def _conflict(entry: OutboxEntry, change: RecordChange, there: Rows) -> Ending:
    head = "Not all of it is there:" if entry.is_unknown else "Not sent:"
    return Ending(
        EntryState.CONFLICT,
        f"{head} somebody else changed the same meanwhile. Compare the two and choose.",
        _theirs(change, there),
    )


def _theirs(change: RecordChange, there: Rows) -> TheirRows:
    ids = [edit.row_id for edit in change.edits if edit.row_id in there]
    return TheirRows({row_id: there[row_id] for row_id in ids})


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{', '.join(names[:_MOST_NAMES])}{more}"
