"""The armed state of a site over time, read from its arming events, partition by partition; pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class ArmedPart:
    """What was last told of one partition; `name` "" stands for a site that has none. `mode` None: nobody told."""

    name: str = ""
    mode: ArmingMode | None = None
    since_ms: int | None = None
    user: str = ""
    event_id: str = ""

    @property
    def words(self) -> str:
        """ "Warehouse Away (Ann)"."""
        mode = self.mode.label if self.mode is not None else "not known"
        return f"{self.name} {mode}{f' ({self.user})' if self.user else ''}"


@dataclass(frozen=True, slots=True)
class ArmedState:
    """Of a whole site at one instant; a part for each partition, or one for all."""

    parts: tuple[ArmedPart, ...] = (ArmedPart(),)

    @property
    def modes(self) -> tuple[ArmingMode | None, ...]:
        return tuple(part.mode for part in self.parts)

    @property
    def mode(self) -> ArmingMode | None:
        """The one that all partitions share; None when they differ or are not known."""
        return self.parts[0].mode if len(set(self.modes)) == 1 else None

    @property
    def is_known(self) -> bool:
        return any(part.mode is not None for part in self.parts)

    @property
    def is_parted(self) -> bool:
        """Whether something is known and it is not the same everywhere."""
        return len(set(self.modes)) > 1

    @property
    def is_armed_anywhere(self) -> bool:
        return any(mode not in (None, ArmingMode.DISARMED) for mode in self.modes)

    @property
    def label(self) -> str:
        """In few words; "" when nothing is known."""
        if not self.is_parted:
            return self.mode.label if self.mode is not None else ""
        if not self.is_armed_anywhere:
            return "Known in part"
        is_whole = all(mode not in (None, ArmingMode.DISARMED) for mode in self.modes)
        return "Armed, modes differ" if is_whole else "Partly armed"

    @property
    def parted_words(self) -> str:
        """ "Partly armed: Warehouse Away (Ann), Office Disarmed"."""
        return f"{self.label}: {', '.join(part.words for part in self.parts)}"

    @property
    def users(self) -> str:
        """By whom the shared mode came about; "" when nobody is named."""
        return " and ".join(dict.fromkeys(part.user for part in self.parts if part.user))

    @property
    def newest(self) -> ArmedPart:
        """What changed last: since then the site is as it is."""
        return max(self.parts, key=lambda part: part.since_ms or 0)


@dataclass(frozen=True, slots=True)
class ArmedSpan:
    """The state from `from_ms` to `to_ms` (half-open)."""

    from_ms: float
    to_ms: float
    state: ArmedState


class ArmedHistory:
    """Instants at which a mode was told, and the state from there on. An event that names no partition speaks for the
    whole site."""

    def __init__(self, events: Iterable[Event] = (), partition_names: Sequence[str] = ()) -> None:
        self._names = tuple(partition_names)
        self._before = ArmedState(tuple(ArmedPart(name) for name in self._names or ("",)))
        self._events = sorted((event for event in events if _tells(event)), key=_order)
        self._instants = [event.instant_ms for event in self._events]
        self._states: list[ArmedState] = []
        self._follow(0)

    def add(self, event: Event) -> None:
        if _tells(event):
            place = bisect_right(self._events, _order(event), key=_order)
            self._events.insert(place, event)
            self._instants.insert(place, event.instant_ms)
            self._follow(place)

    def state_at(self, instant_ms: float) -> ArmedState:
        place = bisect_right(self._instants, instant_ms)
        return self._states[place - 1] if place else self._before

    def spans(self, from_ms: float, to_ms: float) -> Iterator[ArmedSpan]:
        """Spans that fill from_ms to to_ms without gap; neighbours of the same modes are one span."""
        start, state = from_ms, self.state_at(from_ms)
        for place in range(bisect_right(self._instants, from_ms), len(self._instants)):
            instant, following = self._instants[place], self._states[place]
            if instant >= to_ms:
                break
            if following.modes != state.modes:
                if instant > start:
                    yield ArmedSpan(start, instant, state)
                start, state = instant, following
        if to_ms > start:
            yield ArmedSpan(start, to_ms, state)

    def _follow(self, place: int) -> None:
        """Work out the states from there on."""
        del self._states[place:]
        parts = self._states[-1].parts if self._states else self._before.parts
        for event in self._events[place:]:
            named = named_partitions(event, self._names)
            parts = tuple(
                ArmedPart(part.name, event.mode, event.instant_ms, event.user, event.event_id)
                if not named or part.name in named
                else part
                for part in parts
            )
            self._states.append(ArmedState(parts))


def armed_at(events: Iterable[Event], instant_ms: int, partition_names: Sequence[str] = ()) -> ArmedState:
    """`events` of one site in any order."""
    earlier = (event for event in events if event.instant_ms <= instant_ms)
    return ArmedHistory(earlier, partition_names).state_at(instant_ms)


def named_partitions(event: Event, names: Sequence[str]) -> frozenset[str]:
    """Those that the event's text names. Whole words only, and the longer name first: "Office 2" is not "Office"."""
    text = event.text.casefold()
    if event.user:
        text = text.replace(f"by {event.user.casefold()}", " ")  # a person may be called like a partition
    found = set()
    for name in sorted(names, key=len, reverse=True):
        text, count = re.subn(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", " ", text)
        if count:
            found.add(name)
    return frozenset(found)


def _tells(event: Event) -> bool:
    return event.kind is EventKind.ARMING and event.mode is not None


def _order(event: Event) -> tuple[int, str]:
    return event.instant_ms, event.event_id
