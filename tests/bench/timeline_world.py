"""Millions of made-up events as the timeline holds them, and the rival ways to draw the same ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.event_columns import EventColumns
from chekt_console.domain.event_facets import EventFacets
from chekt_console.ui.timeline.timeline_content import Lane, TimelineContent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

NOW_MS = 1_770_872_640_000
DAY_MS = 86_400_000
LANES = 12
_SUBTYPES = ("person", "vehicle", "motion", "zone_opened")


class Raw(NamedTuple):
    """Unsorted columns, as a store would hand them over."""

    lanes: npt.NDArray[np.int32]
    kinds: npt.NDArray[np.uint8]
    instants: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int32]
    flags: npt.NDArray[np.uint8]


class MadeUpRows:
    """Makes the event of a row when it is asked for."""

    def __init__(self, raw: Raw, samples: list[Event]) -> None:
        self._raw = raw
        self._samples = samples

    def __len__(self) -> int:
        return len(self._raw.instants)

    def __getitem__(self, row: int) -> Event:
        return self._samples[int(self._raw.codes[row])]

    def __setitem__(self, row: int, event: Event) -> None:
        raise NotImplementedError

    def __iter__(self) -> Iterator[Event]:
        return (self[row] for row in range(len(self)))

    def append(self, event: Event) -> None:
        raise NotImplementedError

    @property
    def nbytes(self) -> int:
        return 0  # nothing is held

    def row_of(self, _event_id: str) -> int | None:
        return None


def raw_events(count: int, days: int = 365, seed: int = 1) -> Raw:
    """Four of five events are activity; days have busy and quiet hours."""
    dice = np.random.default_rng(seed)
    lanes = dice.integers(0, LANES, count, dtype=np.int32)
    kinds = dice.choice(np.array([0, 1, 2, 3], np.uint8), count, p=np.array([0.80, 0.05, 0.05, 0.10])).astype(
        np.uint8
    )
    hours = np.minimum(23.99, np.abs(dice.normal(13, 5, count).astype(np.float32))) * 3_600_000
    instants = NOW_MS - dice.integers(0, days, count) * DAY_MS - hours.astype(np.int64)
    codes = lanes * 4 + kinds.astype(np.int32)
    return Raw(lanes, kinds, instants, codes, dice.integers(0, 4, count, dtype=np.uint8))


def samples() -> list[Event]:
    return [
        Event(
            f"s{lane}.{kind.value}", "site_1", NOW_MS, kind, _SUBTYPES[lane % 4],
            device_name=f"Camera {lane + 1}", device_key=f"camera:{lane}",
        )
        for lane in range(LANES)
        for kind in EventKind
    ]  # fmt: skip


def content_of(raw: Raw) -> TimelineContent:
    """What is timed as loading: sorting into columns, facets, incidents."""
    lanes = [
        Lane(f"camera:{lane}", f"Camera {lane + 1}", f"camera:{lane}", "site_1") for lane in range(LANES)
    ]
    some = samples()
    columns = EventColumns.build(raw.lanes, raw.kinds, raw.instants, LANES)
    facets = EventFacets.of_codes(some, raw.codes, raw.flags)
    first = int(raw.instants.min()) if len(raw.instants) else NOW_MS
    content = TimelineContent.of_columns(lanes, columns, facets, MadeUpRows(raw, some), (first, NOW_MS))
    content.incidents(60_000)
    return content
