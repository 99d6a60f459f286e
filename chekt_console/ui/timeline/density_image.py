"""The picture of many events: one column of pixels per instant, the worst kind always on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_columns import KIND_COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from PySide6.QtGui import QColor

    from chekt_console.domain.event_columns import EventColumns, Runs
    from chekt_console.ui.timeline.timeline_geometry import TimeAxis

_LEVELS = 1024
# Height of a bar as a share of the lane: kinds differ by shape as well as by colour.
BAR_SHARE = {EventKind.ALARM: 0.58, EventKind.TROUBLE: 0.44, EventKind.ARMING: 0.34, EventKind.ACTIVITY: 0.18}


class DensityImage:
    """A QImage of all visible lanes and the numpy buffer it is drawn from, which must live as long as the image."""

    def __init__(self, pixels: npt.NDArray[np.uint32], ratio: float) -> None:
        self._pixels = pixels
        height, width = pixels.shape
        self.image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_ARGB32_Premultiplied)
        self.image.setDevicePixelRatio(ratio)


def color_table(color: QColor) -> npt.NDArray[np.uint32]:
    """Premultiplied ARGB by count: nothing for none, already plain for one, full from about 200."""
    counts = np.arange(_LEVELS)
    alpha = np.minimum(1.0, 0.55 + 0.45 * np.log2(np.maximum(1, counts)) / np.log2(200))
    alpha[0] = 0.0
    channels = [(alpha * 255).astype(np.uint32)]
    channels += [(alpha * value).astype(np.uint32) for value in (color.red(), color.green(), color.blue())]
    table: npt.NDArray[np.uint32] = channels[0] << 24 | channels[1] << 16 | channels[2] << 8 | channels[3]
    return table


def pixel_edges(axis: TimeAxis, width: int) -> npt.NDArray[np.int64]:
    """Instants at which pixels begin, and the end of the last; int64 like the columns."""
    edges: npt.NDArray[np.int64] = np.ceil(np.linspace(axis.from_ms, axis.to_ms, width + 1)).astype(np.int64)
    return edges


def density_image(
    columns: EventColumns,
    lanes: Sequence[Runs],
    axis: TimeAxis,
    lane_px: float,
    tables: dict[EventKind, npt.NDArray[np.uint32]],
    ratio: float,
) -> DensityImage:
    """Bars of the given lanes, the first one at the top of the image, `ratio` device pixels to a pixel."""
    width = max(1, round(axis.width_px * ratio))
    height = max(1, round(lane_px * len(lanes) * ratio))
    counts = columns.density(pixel_edges(axis, width), lanes)
    spread = max(1, round(ratio))
    # One pixel wider to both sides, so that a single alarm in a month is still seen.
    wide = np.minimum(counts, _LEVELS - 1)
    np.maximum(wide[..., spread:], counts[..., :-spread], out=wide[..., spread:])
    np.maximum(wide[..., :-spread], counts[..., spread:], out=wide[..., :-spread])
    np.minimum(wide, _LEVELS - 1, out=wide)
    # Bars are centred and the worse the taller: a lane has no more than one line of pixels for each kind.
    lines = np.zeros((len(lanes) * KIND_COUNT + 1, width), np.uint32)
    of_lanes = lines[1:].reshape(len(lanes), KIND_COUNT, width)
    above = np.zeros((len(lanes), width), np.uint32)
    for kind in sorted(EventKind, reverse=True):
        if wide[:, kind].any():
            above = np.where(above != 0, above, tables[kind][wide[:, kind]])
        of_lanes[:, kind] = above
    rows = _line_of_row(len(lanes), lane_px, ratio, height)
    return DensityImage(np.ascontiguousarray(lines[rows]), ratio)


def _line_of_row(lane_count: int, lane_px: float, ratio: float, height: int) -> npt.NDArray[np.int32]:
    """For each row of pixels the line it shows; 0 is the empty one."""
    rows = np.zeros(height, np.int32)
    for place in range(lane_count):
        middle = (place + 0.5) * lane_px * ratio
        for kind in sorted(EventKind, reverse=True):
            half = BAR_SHARE[kind] * lane_px * ratio / 2
            rows[max(0, round(middle - half)) : round(middle + half)] = 1 + place * KIND_COUNT + kind
    return rows
