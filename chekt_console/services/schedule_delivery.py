"""One try to bring a waiting schedule to the server: never over somebody else's change, never twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chekt_console.domain.outbox import EntryState, OutboxEntry, ScheduleChange, Theirs
from chekt_console.domain.schedule_algebra import is_same, normalise
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_merge import merge
from chekt_console.errors import ChangedMeanwhile, WorldFailed
from chekt_console.services.delivery_ending import Ending, after_read, after_write, still_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.services.ports import Client
    from chekt_console.services.schedule_service import ScheduleService, StoredSchedule

_ROUNDS = 4  # somebody who changes it again and again is waited for


class ScheduleDelivery:
    def __init__(self, client: Client, schedules: ScheduleService) -> None:
        self._client = client
        self._schedules = schedules

    def send(self, entry: OutboxEntry, change: ScheduleChange, keep: Callable[[OutboxEntry], None]) -> Ending:
        """`keep` writes down what is about to be sent when it is no longer what the person made: merged, or on a newer
        version."""
        is_merged = False
        if entry.is_unknown or not change.base_etag:
            stored = self._read(change)
            if isinstance(stored, Ending):
                return still_unknown(stored, entry)
            if is_same(stored.schedule, _intended(change)):
                return Ending(EntryState.DONE, "The server has it.")
            # Without versions the hours themselves tell whether somebody changed it.
            if stored.etag != change.base_etag or not is_same(stored.schedule, change.base):
                if entry.is_unknown and (change.base_etag or not stored.etag):
                    # Whether ours came first and was changed after, nobody can tell: the person decides.
                    return _conflict(stored)
                moved = _onto(change, stored)
                if moved is None:
                    return _conflict(stored)
                is_merged = not is_same(stored.schedule, change.base)
                change = moved
        for _ in range(_ROUNDS):
            keep(replace(entry, change=change, is_unknown=False))
            try:
                self._client.schedules.write(
                    change.site_id, to_key_concepts(change.mine).body, change.base_etag
                )
            except ChangedMeanwhile:
                stored = self._read(change)
                if isinstance(stored, Ending):
                    return stored
                if is_same(stored.schedule, _intended(change)):
                    return Ending(EntryState.DONE, "The server has it: somebody else made the same change.")
                moved = _onto(change, stored)
                if moved is None:
                    return _conflict(stored)
                is_merged, change = True, moved
            except WorldFailed as error:
                return after_write(error)
            else:
                return self._read_back(change, is_merged=is_merged)
        return Ending(EntryState.WAITING, "Somebody else is changing it at this moment.")

    def _read(self, change: ScheduleChange) -> StoredSchedule | Ending:
        try:
            return self._schedules.read(change.site)
        except WorldFailed as error:
            return after_read(error)

    def _read_back(self, change: ScheduleChange, *, is_merged: bool) -> Ending:
        words = "Saved, together with what somebody else changed" if is_merged else "Saved"
        stored = self._read(change)
        if isinstance(stored, Ending):
            return Ending(EntryState.DONE, f"{words}: the server took it. It could not be read back yet.")
        if is_same(stored.schedule, _intended(change)):
            return Ending(EntryState.DONE, f"{words} and read back.")
        if stored.etag == change.base_etag and is_same(stored.schedule, change.base):
            return Ending(EntryState.NOT_CONFIRMED, "The server took it, and still has the old one.")
        return Ending(EntryState.DONE, f"{words}: the server took it. It was changed again since.")


def _onto(change: ScheduleChange, stored: StoredSchedule) -> ScheduleChange | None:
    """The change made to what the server has now; None when both sides changed the same hours, differently."""
    outcome = merge(change.base, change.mine, stored.schedule)
    if not outcome.is_clean or stored.problems:
        return None
    merged = normalise(outcome.merged)
    if to_key_concepts(merged).losses and not to_key_concepts(change.mine).losses:
        return None  # each side could be stored, both together cannot
    return change.merged(stored.schedule, stored.etag, merged)


def _conflict(stored: StoredSchedule) -> Ending:
    return Ending(
        EntryState.CONFLICT,
        "Not sent: somebody else changed the same schedule. Compare the two and choose.",
        Theirs(stored.schedule, stored.etag),
    )


def _intended(change: ScheduleChange) -> WeekSchedule:
    return from_key_concepts(to_key_concepts(change.mine).body).schedule
