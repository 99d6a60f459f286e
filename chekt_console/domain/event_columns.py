"""Instants of millions of events in sorted numpy columns, one run for each lane and kind, so that a frame only searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from chekt_console.domain.event import EventKind
from chekt_console.domain.time_index import LEAST_EVENTS, TimeIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    Instants = npt.NDArray[np.int64]
    Rows = npt.NDArray[np.int32]
    Mask = npt.NDArray[np.bool_]

KIND_COUNT = len(EventKind)
_NO_INSTANTS = np.empty(0, np.int64)
_NO_ROWS = np.empty(0, np.int32)


def _steps(places: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
    """Differences of neighbours; np.diff is slower for few."""
    return (places[1:] - places[:-1]).astype(np.int32)


class Hit(NamedTuple):
    """One event found in the columns; `row` is the number the caller gave it."""

    instant_ms: int
    kind: EventKind
    row: int


class Runs(NamedTuple):
    """What one shown lane is made of: some kinds of some lanes of the columns."""

    lanes: tuple[int, ...]
    kinds: frozenset[EventKind] = frozenset(EventKind)


class EventColumns:
    """For each lane and kind: sorted int64 UTC milliseconds and the row number of each event (12 bytes an event).

    Within one instant rows ascend. The kind needs no column: it is the run an event lies in.
    """

    def __init__(self, lane_count: int = 0) -> None:
        self._runs: list[list[tuple[Instants, Rows]]] = []
        self._index: TimeIndex | None = None
        for _ in range(lane_count):
            self.add_lane()

    @classmethod
    def build(
        cls, lanes: npt.NDArray[np.int32], kinds: npt.NDArray[np.uint8], instants: Instants, lane_count: int
    ) -> EventColumns:
        """Columns of events in any order; the row of an event is its place in the given arrays."""
        columns = cls(lane_count)
        if len(instants) == 0:
            return columns
        group = lanes.astype(np.int32) * KIND_COUNT + kinds
        if lane_count * KIND_COUNT < 2**16:
            group = group.astype(np.uint16)  # sorted without comparing
        is_in_order = bool((instants[1:] >= instants[:-1]).all())
        by_group = np.argsort(group, kind="stable")
        bounds = np.searchsorted(group[by_group], np.arange(lane_count * KIND_COUNT + 1))
        for number in range(lane_count * KIND_COUNT):
            rows = by_group[bounds[number] : bounds[number + 1]]
            if len(rows) == 0:
                continue
            of_run = instants[rows]
            if not is_in_order:
                order = np.argsort(of_run, kind="stable")
                of_run, rows = of_run[order], rows[order]
            columns._runs[number // KIND_COUNT][number % KIND_COUNT] = (of_run, rows.astype(np.int32))
        columns._index_runs()
        return columns

    def _index_runs(self) -> None:
        if len(self) >= LEAST_EVENTS:
            self._index = TimeIndex([instants for lane in self._runs for instants, _ in lane])

    @property
    def lane_count(self) -> int:
        return len(self._runs)

    @property
    def nbytes(self) -> int:
        index = self._index.nbytes if self._index is not None else 0
        return index + sum(instants.nbytes + rows.nbytes for lane in self._runs for instants, rows in lane)

    def __len__(self) -> int:
        return sum(len(instants) for lane in self._runs for instants, _ in lane)

    def add_lane(self) -> int:
        self._runs.append([(_NO_INSTANTS, _NO_ROWS) for _ in range(KIND_COUNT)])
        if self._index is not None:
            self._index.add_runs(KIND_COUNT)
        return len(self._runs) - 1

    def add_lanes_to(self, count: int) -> None:
        """Empty ones, until there are so many."""
        while self.lane_count < count:
            self.add_lane()

    def as_now(self) -> EventColumns:
        """The same events, whatever comes and goes here later: to be read in another thread. Shares the arrays, which are
        never written again."""
        copy = EventColumns()
        copy._runs = [list(lane) for lane in self._runs]
        return copy

    def insert(self, lane: int, kind: EventKind, instants: Iterable[int], rows: Iterable[int]) -> None:
        """Add events to one run; late ones find their place. Copies that run only."""
        new = np.fromiter(instants, np.int64)
        new_rows = np.fromiter(rows, np.int32)
        order = np.argsort(new, kind="stable")
        new, new_rows = new[order], new_rows[order]
        old, old_rows = self._runs[lane][kind]
        places = np.searchsorted(old, new, side="right")
        self._runs[lane][kind] = (np.insert(old, places, new), np.insert(old_rows, places, new_rows))
        if self._index is not None:
            self._index.change(lane * KIND_COUNT + kind, new, 1)

    def remove(self, lane: int, kind: EventKind, instant_ms: int, row: int) -> None:
        instants, rows = self._runs[lane][kind]
        low, high = np.searchsorted(instants, np.array([instant_ms, instant_ms + 1], np.int64))
        for place in range(int(low), int(high)):
            if rows[place] == row:
                self._runs[lane][kind] = (np.delete(instants, place), np.delete(rows, place))
                if self._index is not None:
                    self._index.change(lane * KIND_COUNT + kind, instants[place : place + 1], -1)
                return

    def extent(self) -> tuple[int, int] | None:
        """First and last instant, or None without events."""
        full = [instants for lane in self._runs for instants, _ in lane if len(instants)]
        if not full:
            return None
        return int(min(run[0] for run in full)), int(max(run[-1] for run in full))

    def where(self, mask: Mask) -> EventColumns:
        """The events whose row is True in `mask`, in the same lanes."""
        kept = EventColumns()
        for lane in self._runs:
            runs = []
            for instants, rows in lane:
                places = np.flatnonzero(mask.take(rows))  # quicker than to pick by a mask twice
                runs.append((instants.take(places), rows.take(places)))
            kept._runs.append(runs)
        return kept

    def all_instants(self) -> Instants:
        """Of every event, ascending; a copy."""
        full = [instants for lane in self._runs for instants, _ in lane if len(instants)]
        if not full:
            return _NO_INSTANTS
        whole = np.concatenate(full)
        whole.sort(kind="stable")  # merges the runs
        return whole

    def instants_of(self, kind: EventKind) -> Instants:
        """Of one kind over all lanes, ascending; a copy."""
        whole = np.concatenate([_NO_INSTANTS, *(lane[kind][0] for lane in self._runs)])
        whole.sort(kind="stable")
        return whole

    def counts(self, edges: Instants, lanes: Sequence[Runs]) -> npt.NDArray[np.int32]:
        """Events per pixel, shape (lanes, kinds, len(edges) - 1), edges half-open, lanes in the order asked for.

        `edges` ascend and must be int64: a float would convert the whole column at every call.
        """
        width = len(edges) - 1
        ends = edges[[0, -1]]
        result = np.zeros((len(lanes), KIND_COUNT, width), np.int32)
        for wanted, by_kind in zip(lanes, result, strict=True):
            for kind in wanted.kinds:
                for lane in wanted.lanes:
                    instants = self._runs[lane][kind][0]
                    if len(instants) == 0:
                        continue
                    low, high = instants.searchsorted(ends).tolist()
                    if high - low > width:
                        by_kind[kind] += _steps(instants[low:high].searchsorted(edges))
                    elif high > low:
                        at = edges.searchsorted(instants[low:high], side="right") - 1
                        by_kind[kind] += np.bincount(at, minlength=width).astype(np.int32)
        return result

    def density(self, edges: Instants, lanes: Sequence[Runs]) -> npt.NDArray[np.int32]:
        """As `counts`, but over much time the edges may move by a quarter of a pixel: nobody sees it, and it is faster."""
        level = self._index.level_for(edges) if self._index is not None else None
        if level is None:
            return self.counts(edges, lanes)
        result = np.zeros((len(lanes), KIND_COUNT, len(edges) - 1), np.int32)
        for wanted, by_kind in zip(lanes, result, strict=True):
            for kind in wanted.kinds:
                for lane in wanted.lanes:
                    instants = self._runs[lane][kind][0]
                    if len(instants):
                        by_kind[kind] += level.counts(lane * KIND_COUNT + kind, instants)
        return result

    def total(self, kinds: frozenset[EventKind]) -> int:
        return sum(len(lane[kind][0]) for lane in self._runs for kind in kinds)

    def count(self, from_ms: int, to_ms: int, kinds: frozenset[EventKind]) -> int:
        """Events of these kinds at from_ms <= instant < to_ms, over all lanes."""
        span = np.array([from_ms, to_ms], np.int64)
        total = 0
        for lane in self._runs:
            for kind in kinds:
                low, high = lane[kind][0].searchsorted(span).tolist()
                total += high - low
        return total

    def between(self, runs: Runs, from_ms: int, to_ms: int) -> list[Hit]:
        """Events at from_ms <= instant < to_ms in the order of (instant, kind, row); for few of them."""
        span = np.array([from_ms, to_ms], np.int64)
        found: list[Hit] = []
        for lane in runs.lanes:
            for kind in runs.kinds:
                instants, rows = self._runs[lane][kind]
                low, high = instants.searchsorted(span).tolist()
                if low == high:
                    continue
                found += [
                    Hit(at, kind, row)
                    for at, row in zip(instants[low:high].tolist(), rows[low:high].tolist(), strict=True)
                ]
        found.sort()
        return found

    def newest(self, kinds: frozenset[EventKind], limit: int) -> tuple[Instants, Rows]:
        """Instants and rows of the newest of these kinds over all lanes, in the falling order of (instant, row). Sorts
        not many more than it returns."""
        runs = [run for lane in self._runs for kind in kinds if len((run := lane[kind])[0])]
        # Bisected: the last instant from which on there are enough.
        low, high = self.extent() or (0, 0)
        while low < high:
            middle = (low + high + 1) // 2
            if sum(len(instants) - int(instants.searchsorted(middle)) for instants, _ in runs) >= limit:
                low = middle
            else:
                high = middle - 1
        starts = [int(instants.searchsorted(low)) for instants, _ in runs]
        instants = np.concatenate(
            [_NO_INSTANTS, *(run[0][start:] for run, start in zip(runs, starts, strict=True))]
        )
        rows = np.concatenate([_NO_ROWS, *(run[1][start:] for run, start in zip(runs, starts, strict=True))])
        order = np.argsort(instants, kind="stable")  # merges the runs
        same = instants[order[1:]] == instants[order[:-1]]
        if same.any():
            places = np.flatnonzero(np.append(same, False) | np.append(False, same))
            some = order[places]
            order[places] = some[np.lexsort((rows[some], instants[some]))]
        order = order[::-1][:limit]
        return instants[order], rows[order]

    def nearest(self, runs: Runs, at_ms: float, near_ms: float, far_ms: float) -> Hit | None:
        """The worst event within near_ms of the instant, else the nearest within far_ms."""
        found: list[tuple[float, Hit]] = []
        for lane in runs.lanes:
            for kind in sorted(runs.kinds, reverse=True):
                instants, rows = self._runs[lane][kind]
                place = int(np.searchsorted(instants, np.int64(round(at_ms))))
                for index in (place - 1, place):
                    if 0 <= index < len(instants):
                        distance = abs(float(instants[index]) - at_ms)
                        found.append((distance, Hit(int(instants[index]), kind, int(rows[index]))))
        close = [(distance, hit) for distance, hit in found if distance <= near_ms]
        if close:
            return min(close, key=lambda pair: (-pair[1].kind, pair[0]))[1]
        within = [(distance, hit) for distance, hit in found if distance <= far_ms]
        return min(within, key=lambda pair: pair[0])[1] if within else None

    def following(self, kinds: frozenset[EventKind], instant_ms: int, row: int) -> Hit | None:
        """The next event in the order of (instant, row), over all lanes; row -1 starts before all of that instant."""
        best: Hit | None = None
        for lane in self._runs:
            for kind in kinds:
                instants, rows = lane[kind]
                place = int(np.searchsorted(instants, np.int64(instant_ms)))
                while place < len(instants) and instants[place] == instant_ms and rows[place] <= row:
                    place += 1
                if place < len(instants):
                    hit = Hit(int(instants[place]), kind, int(rows[place]))
                    if best is None or (hit.instant_ms, hit.row) < (best.instant_ms, best.row):
                        best = hit
        return best

    def preceding(self, kinds: frozenset[EventKind], instant_ms: int, row: int) -> Hit | None:
        """The event before in the order of (instant, row), over all lanes."""
        best: Hit | None = None
        for lane in self._runs:
            for kind in kinds:
                instants, rows = lane[kind]
                place = int(np.searchsorted(instants, np.int64(instant_ms), side="right")) - 1
                while place >= 0 and instants[place] == instant_ms and rows[place] >= row:
                    place -= 1
                if place >= 0:
                    hit = Hit(int(instants[place]), kind, int(rows[place]))
                    if best is None or (hit.instant_ms, hit.row) > (best.instant_ms, best.row):
                        best = hit
        return best
