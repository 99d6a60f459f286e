"""Which events a person wants to see: one value that timeline, list and queue share; pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from chekt_console.domain.event import Event

ALL_KINDS = frozenset(EventKind)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """An empty set means any; None means either. `device_keys` are Device.key; `text` is words that must all occur."""

    kinds: frozenset[EventKind] = ALL_KINDS
    subtypes: frozenset[str] = frozenset()
    device_keys: frozenset[str] = frozenset()
    is_decided: bool | None = None
    has_clip: bool | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Lets everything through."""
        return self == EventFilter() or (
            self.kinds == ALL_KINDS
            and not (self.subtypes or self.device_keys or self.words)
            and self.is_decided is None
            and self.has_clip is None
        )

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.text.casefold().split())

    def without_kinds(self) -> EventFilter:
        return replace(self, kinds=ALL_KINDS)

    def matches(self, event: Event) -> bool:
        return (
            event.kind in self.kinds
            and (self.is_decided is None or bool(event.decision) == self.is_decided)
            and (self.has_clip is None or event.has_video == self.has_clip)
            and self.matches_source(event)
        )

    def matches_source(self, event: Event) -> bool:
        """All that does not change over the life of an event and is the same for many: subtype, device, text."""
        if self.subtypes and event.subtype not in self.subtypes:
            return False
        if self.device_keys and event.device_key not in self.device_keys:
            return False
        words = self.words
        if not words:
            return True
        whole = searched_text(event)
        return all(word in whole for word in words)


def searched_text(event: Event) -> str:
    """What the words of a filter are looked for in."""
    zone = f"zone {event.zone_number}" if event.zone_number is not None else ""
    parts = (
        event.kind.label,
        event.subtype,
        event.subtype.replace("_", " "),
        event.text,
        event.device_name,
        zone,
        event.user,
        event.mode.value if event.mode else "",
    )
    return "\n".join(part for part in parts if part).casefold()
