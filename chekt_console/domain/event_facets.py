"""What a filter needs to know of millions of events: five bytes each, the rest once for all events that share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from chekt_console.domain.event import Event
    from chekt_console.domain.event_filter import EventFilter

_DECIDED = 1
_HAS_CLIP = 2


def _source_of(event: Event) -> tuple[object, ...]:
    return (
        event.kind, event.subtype, event.text, event.device_key, event.device_name, event.zone_number,
        event.user, event.mode,
    )  # fmt: skip


class EventFacets:
    """For each row: the number of its source (all that a filter may ask for and that many events share) and two flags."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._codes: npt.NDArray[np.int32] = np.empty(0, np.int32)
        self._flags: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        self._number_of: dict[tuple[object, ...], int] = {}
        self.samples: list[Event] = []  # one event of each source
        self.append(events)

    @classmethod
    def of_codes(
        cls, samples: Iterable[Event], codes: npt.NDArray[np.int32], flags: npt.NDArray[np.uint8]
    ) -> EventFacets:
        """Of what is in columns already; takes the arrays as they are."""
        facets = cls()
        for sample in samples:
            facets._number_of[_source_of(sample)] = len(facets.samples)
            facets.samples.append(sample)
        facets._codes, facets._flags = codes, flags
        return facets

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def nbytes(self) -> int:
        return self._codes.nbytes + self._flags.nbytes

    def as_now(self) -> EventFacets:
        """To be read in another thread: events that come later are not in it."""
        copy = EventFacets()
        copy.samples, copy._codes, copy._flags = list(self.samples), self._codes, self._flags
        return copy

    def append(self, events: Iterable[Event]) -> None:
        pairs = [(self._code(event), flags_of(event)) for event in events]
        if pairs:
            self._codes = np.append(self._codes, np.array([code for code, _ in pairs], np.int32))
            self._flags = np.append(self._flags, np.array([flags for _, flags in pairs], np.uint8))

    def put(self, row: int, event: Event) -> None:
        self._codes[row] = self._code(event)
        self._flags[row] = flags_of(event)

    def sample_of(self, row: int) -> Event:
        """An event of the same source: equal in all that a source is, maybe not in instant, id or decision."""
        return self.samples[int(self._codes[row])]

    def is_decided(self, row: int) -> bool:
        return bool(self._flags[row] & _DECIDED)

    def has_clip(self, row: int) -> bool:
        return bool(self._flags[row] & _HAS_CLIP)

    def mask(self, wanted: EventFilter) -> npt.NDArray[np.bool_]:
        """For each row whether the filter lets it through."""
        allowed = np.fromiter(
            (sample.kind in wanted.kinds and wanted.matches_source(sample) for sample in self.samples),
            np.bool_,
            len(self.samples),
        )
        mask: npt.NDArray[np.bool_] = allowed[self._codes] if len(allowed) else np.empty(0, np.bool_)
        for value, flag in ((wanted.is_decided, _DECIDED), (wanted.has_clip, _HAS_CLIP)):
            if value is not None:
                mask &= ((self._flags & flag) != 0) == value
        return mask

    def _code(self, event: Event) -> int:
        source = _source_of(event)
        code = self._number_of.get(source)
        if code is None:
            code = self._number_of[source] = len(self.samples)
            self.samples.append(event)
        return code


def flags_of(event: Event) -> int:
    return _DECIDED * bool(event.decision) + _HAS_CLIP * event.has_video
