"""What became of one try to send a waiting change, and which failure means what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chekt_console.domain.outbox import EntryState
from chekt_console.errors import (
    NotSignedIn,
    ServerBroken,
    ServerSaid,
    TooManyRequests,
    UnexpectedReply,
    Unreachable,
    WorldFailed,
)

if TYPE_CHECKING:
    from chekt_console.domain.outbox import OutboxEntry, Theirs
    from chekt_console.domain.record_change import TheirRows


@dataclass(frozen=True, slots=True)
class Ending:
    """`theirs` belongs to a conflict, or to what was refused because rows of it are gone."""

    state: EntryState
    sentence: str
    theirs: Theirs | TheirRows | None = None
    retry_after_s: float = 0.0


def after_read(error: WorldFailed) -> Ending:
    """A read changes nothing: it is tried again, unless the server said no."""
    match error:
        case TooManyRequests() | NotSignedIn():
            return Ending(EntryState.WAITING, error.sentence, retry_after_s=error.retry_after_s or 0.0)
        case ServerSaid() if not isinstance(error, ServerBroken):
            return Ending(EntryState.REFUSED, error.sentence)
        case _:
            return Ending(EntryState.WAITING, error.sentence)


def after_write(error: WorldFailed) -> Ending:
    match error:
        case Unreachable() if not error.may_have_acted:
            return Ending(EntryState.WAITING, error.sentence)
        case Unreachable() | ServerBroken() | UnexpectedReply():
            return Ending(EntryState.NOT_CONFIRMED, error.sentence)
        case _:
            return after_read(error)


def still_unknown(ending: Ending, entry: OutboxEntry) -> Ending:
    """What may have arrived stays so until it was read."""
    is_unknown = entry.is_unknown and ending.state is EntryState.WAITING
    return replace(ending, state=EntryState.NOT_CONFIRMED) if is_unknown else ending


def report_ending(error: WorldFailed, entry: OutboxEntry) -> Ending:
    """Of an event, which the server takes once by its key."""
    match error:
        case Unreachable():
            is_unknown = error.may_have_acted or entry.is_unknown
            return Ending(EntryState.NOT_CONFIRMED if is_unknown else EntryState.WAITING, error.sentence)
        case TooManyRequests() | NotSignedIn():
            state = EntryState.NOT_CONFIRMED if entry.is_unknown else EntryState.WAITING
            return Ending(state, error.sentence, retry_after_s=error.retry_after_s or 0.0)
        case ServerSaid() if not isinstance(error, ServerBroken):
            return Ending(EntryState.REFUSED, error.sentence)
        case _:
            return Ending(EntryState.NOT_CONFIRMED, error.sentence)


def unnamed_ending(error: WorldFailed) -> Ending:
    """Nothing of it was ever sent: what the server calls its site and device was not read yet."""
    is_passing = isinstance(error, NotSignedIn | ServerBroken | TooManyRequests)
    if isinstance(error, ServerSaid) and not is_passing:
        return Ending(EntryState.REFUSED, error.sentence)
    retry_after_s = error.retry_after_s if isinstance(error, ServerSaid) else None
    return Ending(EntryState.WAITING, error.sentence, retry_after_s=retry_after_s or 0.0)
