"""What of the timeline is in view, and how it moves: pan, zoom, follow, reveal; no widget."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_columns import EventColumns
from chekt_console.domain.event_filter import EventFilter
from chekt_console.domain.incident import DEFAULT_GAP_MS
from chekt_console.ui.timeline.lane_arrangement import LaneArrangement, ShownLane, arranged
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_geometry import (
    BRACKET_BOTTOM_PX,
    BRACKET_TOP_PX,
    DAY_MS,
    GRAB_PX,
    HOUR_MS,
    MIN_LANE_PX,
    SAME_PX,
    LaneLayout,
    TimeAxis,
)

if TYPE_CHECKING:
    from datetime import tzinfo

    from PySide6.QtCore import QRectF

    from chekt_console.domain.event import Event
    from chekt_console.domain.event_columns import Runs
    from chekt_console.domain.incident import Incident, Incidents
    from chekt_console.ui.shared.theme import Colors

START_SPAN_MS = 12 * HOUR_MS
_LEAD_SHARE = 0.02
_REVEAL_MARGIN_PX = 12
_START_AXIS = TimeAxis(0, START_SPAN_MS, MIN_LANE_PX, 100)
_NO_LANES = LaneLayout(0, 100)


@dataclass
class TimelineView:
    """All that decides what a frame shows. Methods that move it leave the rest as it was."""

    zone: tzinfo
    colors: Colors
    now_ms: float
    axis: TimeAxis = _START_AXIS
    layout: LaneLayout = _NO_LANES
    content: TimelineContent = field(default_factory=TimelineContent)
    version: int = 0  # counts changes of the content
    filter: EventFilter = field(default_factory=EventFilter)
    columns: EventColumns = field(
        default_factory=EventColumns
    )  # of the content, what the filter lets through; kinds apart
    is_counting: bool = False  # another filter was asked for, and what it lets through is not known yet
    arrangement: LaneArrangement = field(default_factory=LaneArrangement)
    lanes: list[ShownLane] = field(default_factory=list)
    gap_ms: int = DEFAULT_GAP_MS  # between signals of one incident
    site_names: dict[str, str] = field(default_factory=dict)
    selected: Event | None = None
    selected_lane: int | None = None
    span: tuple[int, int] | None = None
    playhead_ms: float | None = None
    clip_spans: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # by event id, of clips that were opened
    mark_ms: float | None = None  # where the person asked to go
    message: str = ""
    drop_gap: int | None = None  # between which lanes the dragged one would be put

    # What a frame asks for several times.
    _counted: tuple[tuple[object, ...], int] = ((), 0)
    _ends: tuple[tuple[object, ...], tuple[int, ...]] = ((), ())

    @property
    def kinds(self) -> frozenset[EventKind]:
        return self.filter.kinds

    def refresh_lanes(self) -> None:
        """After the content, the filter or the arrangement changed."""
        self.version += 1
        content = self.content
        self.lanes = arranged(
            content.lanes, content.lane_numbers, self.arrangement, self.content.site_names or self.site_names
        )
        self.selected_lane = self.lane_index_of(self.selected) if self.selected is not None else None
        self.layout = replace(self.layout, lane_count=len(self.lanes)).scrolled_to(self.layout.scroll_px)

    def lane_index_of(self, event: Event) -> int | None:
        """Place of an event among the shown lanes."""
        key = self.content.key_of(event)
        for index, lane in enumerate(self.lanes):
            if key in lane.lane_keys and event.kind in lane.runs.kinds:
                return index
        return None

    def lane_index_of_device(self, device_key: str) -> int | None:
        return next((index for index, lane in enumerate(self.lanes) if device_key in lane.lane_keys), None)

    @property
    def incidents(self) -> Incidents:
        return self.content.incidents(self.gap_ms)

    def incident_at(self, x: float, y: float) -> Incident | None:
        """The incident whose bracket lies there."""
        if not BRACKET_TOP_PX <= y <= BRACKET_BOTTOM_PX or x < self.axis.left_px:
            return None
        found = self.incidents
        near = range(0)
        if EventKind.ALARM in self.kinds:
            slack = GRAB_PX * self.axis.ms_per_px
            near = found.between(int(self.axis.ms_at(x) - slack), int(self.axis.ms_at(x) + slack) + 1)
        at = self.axis.ms_at(x)
        return min(
            (found.incident(place) for place in near),
            key=lambda one: max(one.first_ms - at, at - one.last_ms, 0),
            default=None,
        )

    def shown_runs(self, index: int) -> Runs:
        """What of a lane the filter shows."""
        runs = self.lanes[index].runs
        return runs._replace(kinds=runs.kinds & self.kinds)

    def total(self) -> int:
        """Events the filter lets through, in view or not."""
        return self.columns.total(self.kinds)

    def count_in_view(self) -> int:
        key = (self.version, self.axis, self.kinds)
        if self._counted[0] != key:
            count = self.columns.count(int(self.axis.from_ms), int(self.axis.to_ms) + 1, self.kinds)
            self._counted = (key, count)
        return self._counted[1]

    def extent(self) -> tuple[float, float]:
        """Everything worth moving to: events, known time, now."""
        if self._ends[0] != (self.version, id(self.content)):
            self._ends = ((self.version, id(self.content)), self.content.columns.extent() or ())
        ends = [self.now_ms, *self._ends[1]]
        if self.content.known_to_ms:
            ends += [self.content.known_from_ms, self.content.known_to_ms]
        return min(ends), max(ends)

    def unknown_spans(self, from_ms: float, to_ms: float) -> list[tuple[float, float]]:
        """Times within these and before now that nobody has asked the server about, for any lane."""
        return self.content.unknown_spans(from_ms, min(to_ms, self.now_ms))

    def unknown_spans_of(self, index: int, from_ms: float, to_ms: float) -> list[tuple[float, float]]:
        """The same of one shown lane; lanes of one site share theirs."""
        if not self.content.is_overview:
            return self.unknown_spans(from_ms, to_ms)
        return self.content.unknown_of(self.lanes[index].lane_keys[0], from_ms, min(to_ms, self.now_ms))

    def has_event_in(self, area: QRectF) -> bool:
        """Whether the lane at the middle of this area has an event there."""
        lane = self.layout.lane_at(area.center().y())
        ends = np.array([self.axis.ms_at(area.left()), self.axis.ms_at(area.right())]).astype(np.int64)
        return lane is not None and bool(self.columns.counts(ends, [self.shown_runs(lane)]).any())

    def is_unknown_at(self, x: float, y: float) -> bool:
        """Whether nobody has asked the server about this time of the lane there."""
        lane = self.layout.lane_at(y)
        at = self.axis.ms_at(x)
        return lane is not None and bool(self.unknown_spans_of(lane, at, at + 1))

    def event_at(self, x: float, y: float) -> Event | None:
        """The event a click at this place means: the worst of those under it, else the nearest close by."""
        lane = self.layout.lane_at(y)
        if lane is None or x < self.axis.left_px:
            return None
        hit = self.columns.nearest(
            self.shown_runs(lane),
            self.axis.ms_at(x),
            SAME_PX * self.axis.ms_per_px,
            GRAB_PX * self.axis.ms_per_px,
        )
        return None if hit is None else self.content.event(hit)

    def stepped(self, direction: int) -> Event | None:
        """The next (1) or previous (-1) event of the selected one's kind, or of any shown kind without one."""
        kinds, at, row = self.kinds, int(self.axis.middle_ms), -1 if direction > 0 else 2**31 - 1
        if self.selected is not None:
            kinds = frozenset({self.selected.kind})
            at = self.selected.instant_ms
            known_row = self.content.row_of(self.selected.event_id)
            row = known_row if known_row is not None else row
        columns = self.columns
        hit = columns.following(kinds, at, row) if direction > 0 else columns.preceding(kinds, at, row)
        return None if hit is None else self.content.event(hit)

    def follow_now(self) -> None:
        """The present at the right edge; less than half a pixel of movement shows nothing new."""
        end = self.now_ms + self.axis.span_ms * _LEAD_SHARE
        if abs(end - self.axis.to_ms) >= self.axis.ms_per_px / 2:
            self.axis = self.axis.showing(end - self.axis.span_ms, end)

    def zoom(self, factor: float, x: float) -> None:
        first, last = self.extent()
        self.axis = self.axis.zoomed(factor, x, max(45.0 * DAY_MS, 1.5 * (last - first)))

    def pan(self, dx_px: float) -> None:
        self.axis = self.axis.panned(dx_px).kept_near(*self.extent())

    def center_on(self, instant_ms: float, span_ms: float) -> None:
        self.axis = self.axis.showing(instant_ms - span_ms / 2, instant_ms + span_ms / 2)

    def fit(self) -> None:
        first, last = self.extent()
        edge = max(1.0, (last - first) * _LEAD_SHARE)
        self.axis = self.axis.showing(first - edge, last + edge)

    def go_to_start(self) -> None:
        start = self.extent()[0] - self.axis.span_ms * _LEAD_SHARE
        self.axis = self.axis.showing(start, start + self.axis.span_ms)

    def go_to_end(self) -> None:
        end = self.extent()[1] + self.axis.span_ms * _LEAD_SHARE
        self.axis = self.axis.showing(end - self.axis.span_ms, end)

    def is_in_view(self, instant_ms: float) -> bool:
        return self.axis.shows(instant_ms, _REVEAL_MARGIN_PX)

    @property
    def selected_in_view_ms(self) -> int | None:
        """Instant of the selected event when it is in view."""
        selected = self.selected
        return selected.instant_ms if selected is not None and self.is_in_view(selected.instant_ms) else None

    def lay_out(self, width: float, height: float, label_px: float) -> None:
        """Fit to a widget's size; the span of time stays."""
        self.axis = self.axis.resized(label_px, width - label_px - 4)
        self.layout = LaneLayout(len(self.lanes), height).scrolled_to(self.layout.scroll_px)
