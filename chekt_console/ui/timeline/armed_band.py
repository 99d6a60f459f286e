"""The armed state over time, read from arming events; plain values, no Qt."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chekt_console.domain.arming import ArmingMode
    from chekt_console.domain.event import Event


@dataclass(frozen=True, slots=True)
class ArmedSpan:
    """The state from `from_ms` to `to_ms` (half-open); `mode` None where nobody told."""

    from_ms: float
    to_ms: float
    mode: ArmingMode | None


class ArmedBand:
    """Instants at which the mode was told, and the mode from there on. Before the first it is unknown."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        told = sorted(
            ((event.instant_ms, event.mode) for event in events if _tells(event)), key=lambda pair: pair[0]
        )
        self._instants = [instant for instant, _ in told]
        self._modes = [mode for _, mode in told]

    def add(self, event: Event) -> None:
        if _tells(event):
            place = bisect_right(self._instants, event.instant_ms)
            self._instants.insert(place, event.instant_ms)
            self._modes.insert(place, event.mode)

    def mode_at(self, instant_ms: float) -> ArmingMode | None:
        place = bisect_right(self._instants, instant_ms)
        return self._modes[place - 1] if place else None

    def spans(self, from_ms: float, to_ms: float) -> Iterator[ArmedSpan]:
        """Spans that fill from_ms to to_ms without gap; neighbours of one mode are one span."""
        start, mode = from_ms, self.mode_at(from_ms)
        for place in range(bisect_right(self._instants, from_ms), len(self._instants)):
            instant, next_mode = self._instants[place], self._modes[place]
            if instant >= to_ms:
                break
            if next_mode is not mode:
                yield ArmedSpan(start, instant, mode)
                start, mode = instant, next_mode
        if to_ms > start:
            yield ArmedSpan(start, to_ms, mode)


def _tells(event: Event) -> bool:
    return event.kind is EventKind.ARMING and event.mode is not None
