"""In which order alarms are reviewed: what the clip asks of a queue, so that neither knows the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chekt_console.domain.event import Event

WALKS_REVIEW = "walksReview"  # property of a list in which Enter means "save and next"


class ReviewOrder(Protocol):
    """A queue over all sites. Empty answers mean that the clip goes on within the site."""

    @property
    def has_alarms(self) -> bool: ...

    def following(self, event: Event) -> tuple[Event, ...]:
        """What comes after this one, the nearest first; also when it has left the queue."""
        ...

    def preceding(self, event: Event) -> Event | None: ...

    def go_to(self, event: Event) -> None:
        """Select it, and its site."""
        ...
