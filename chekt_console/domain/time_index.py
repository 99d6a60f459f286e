"""How many events of each run lie before every step of a grid of time, so that a wide frame looks up and does not search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    Instants = npt.NDArray[np.int64]

LEAST_EVENTS = 200_000  # below, searching is as fast
_BYTES_AN_EVENT = 3.0
_COARSE = 16
_STEPS_A_PIXEL = 2  # an edge moves by a quarter of a pixel at most


class TimeIndex:
    """One row of numbers a run. What lies after the grid, as live events do, is still searched for."""

    def __init__(self, runs: Sequence[Instants]) -> None:
        total = sum(len(run) for run in runs)
        first = int(min(run[0] for run in runs if len(run)))
        last = int(max(run[-1] for run in runs if len(run)))
        wanted = _BYTES_AN_EVENT * total / (4 * len(runs))
        steps = max(_COARSE, 2 ** int(np.log2(max(2.0, wanted))))
        self._start = first
        self._step = max(1, -(-(last - first + 1) // steps))
        grid = first + np.arange(steps + 1, dtype=np.int64) * self._step
        self._fine = np.empty((len(runs), steps + 1), np.int32)
        for place, run in enumerate(runs):
            self._fine[place] = np.searchsorted(run, grid)
        self._coarse = np.ascontiguousarray(self._fine[:, ::_COARSE])

    @property
    def nbytes(self) -> int:
        return self._fine.nbytes + self._coarse.nbytes

    def level_for(self, edges: Instants) -> GridLevel | None:
        """Where these edges lie on the grid; None when it is too coarse for them."""
        pixel_ms = (int(edges[-1]) - int(edges[0])) / (len(edges) - 1)
        if pixel_ms >= _STEPS_A_PIXEL * _COARSE * self._step:
            return GridLevel(self._coarse, self._start, self._step * _COARSE, edges)
        if pixel_ms >= _STEPS_A_PIXEL * self._step:
            return GridLevel(self._fine, self._start, self._step, edges)
        return None

    def add_runs(self, count: int) -> None:
        """Empty ones, at the end."""
        for name in ("_fine", "_coarse"):
            table = getattr(self, name)
            setattr(self, name, np.vstack((table, np.zeros((count, table.shape[1]), np.int32))))

    def change(self, run: int, instants: Instants, by: int) -> None:
        """Events of a run came (1) or went (-1)."""
        for table, step in ((self._fine, self._step), (self._coarse, self._step * _COARSE)):
            for instant in instants.tolist():
                table[run, max(0, (instant - self._start) // step + 1) :] += by


class GridLevel:
    """The edges of one frame, moved to the nearest steps of one level of the grid."""

    def __init__(self, table: npt.NDArray[np.int32], start: int, step: int, edges: Instants) -> None:
        self._table = table
        steps = (edges - start + step // 2) // step
        self._after = np.flatnonzero(steps >= table.shape[1])
        self._after_edges = edges[self._after]
        self._at = np.clip(steps, 0, table.shape[1] - 1)
        self._before = np.flatnonzero(steps < 0)

    def counts(self, run: int, instants: Instants) -> npt.NDArray[np.int32]:
        """Events between neighbouring edges."""
        places = self._table[run].take(self._at)
        if len(self._before):
            places[self._before] = 0
        if len(self._after):
            places[self._after] = np.searchsorted(instants, self._after_edges)
        found: npt.NDArray[np.int32] = places[1:] - places[:-1]
        return found
