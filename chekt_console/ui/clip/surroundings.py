"""What lies around an event: neighbours in time, the armed state at its instant, and what is still to review."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chekt_console.domain.armed_history import ArmedState, armed_at
from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chekt_console.domain.event import Event

NEARBY_MS = 5 * 60 * 1000
MOST_NEARBY = 12


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`to_review`: undecided alarms of the site, newest first."""

    nearby: tuple[Event, ...] = ()
    to_review: tuple[Event, ...] = ()
    armed: ArmedState = field(default_factory=ArmedState)

    def next_to_review(self, event: Event) -> Event | None:
        """The next older undecided alarm, or the newest one again after the oldest; None when there is no other."""
        others = [found for found in self.to_review if found.event_id != event.event_id]
        older = [found for found in others if found.instant_ms <= event.instant_ms]
        return next(iter(older or others), None)

    def previous_to_review(self, event: Event) -> Event | None:
        """The next newer undecided alarm."""
        newer = [found for found in self.to_review if found.instant_ms > event.instant_ms]
        return newer[-1] if newer else None

    def place_in_review(self, event: Event) -> tuple[int, int] | None:
        """Which of how many, None when this one needs no review."""
        for number, found in enumerate(self.to_review, start=1):
            if found.event_id == event.event_id:
                return number, len(self.to_review)
        return None


def surroundings_of(
    event: Event, events: Sequence[Event], partition_names: Iterable[str] = ()
) -> Surroundings:
    """`events`: what is cached of the site, in any order."""
    nearby: list[Event] = []
    to_review: list[Event] = []
    for found in events:
        if abs(found.instant_ms - event.instant_ms) <= NEARBY_MS:
            nearby.append(found)
        if found.kind is EventKind.ALARM and not found.decision:
            to_review.append(found)
    nearby.sort(key=lambda found: abs(found.instant_ms - event.instant_ms))
    kept = sorted(nearby[:MOST_NEARBY], key=lambda found: (found.instant_ms, found.event_id))
    to_review.sort(key=lambda found: -found.instant_ms)
    armed = armed_at(events, event.instant_ms, tuple(partition_names))
    return Surroundings(tuple(kept), tuple(to_review), armed)
