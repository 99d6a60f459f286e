"""Where changes of records wait that cannot be sent now, as the site dialog needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.record_change import RecordChange

T = TypeVar("T")


class RecordQueue(Protocol):
    """chekt_console/background/outbox_sender.py fits."""

    def save_now(self, change: RecordChange, key: str, save: Callable[[], T]) -> T:
        """In a worker. Raises Waits when it could not be sent now; then it is on disk and goes by itself."""

    def waiting_records(self, site_id: str) -> tuple[RecordChange, ...]: ...

    def look_soon(self) -> None: ...


class NoQueue:
    """Nothing waits: each change is sent at once, or its failure told."""

    def save_now(self, _change: RecordChange, _key: str, save: Callable[[], T]) -> T:
        return save()

    def waiting_records(self, _site_id: str) -> tuple[RecordChange, ...]:
        return ()

    def look_soon(self) -> None:
        pass


def waiting_words(waiting: tuple[RecordChange, ...]) -> str:
    """What is shown although the server does not have it; "" for nothing."""
    parts = [part for change in waiting for part in change.parts]
    if not parts:
        return ""
    more = f"\n… and {len(parts) - _MOST} more" if len(parts) > _MOST else ""
    lines = "\n".join(f"• {part}" for part in parts[:_MOST])
    return f"Waits to be sent: shown here, but not saved at the server yet.\n{lines}{more}"


_MOST = 4
