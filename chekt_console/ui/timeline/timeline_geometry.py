"""Where instants and lanes lie on the timeline: plain numbers, shared by painter, hit test, tooltip and drag."""

from __future__ import annotations

from dataclasses import dataclass, replace

SECOND_MS = 1_000
MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000

MIN_SPAN_MS = 1 * SECOND_MS
MAX_SPAN_MS = 20 * 366 * DAY_MS

AXIS_PX = 24
BAND_PX = 15
BRACKET_PX = 8  # brackets of incidents, between the armed band and the lanes
BRACKET_TOP_PX = AXIS_PX + BAND_PX
BRACKET_BOTTOM_PX = BRACKET_TOP_PX + BRACKET_PX
TOP_PX = AXIS_PX + BAND_PX + BRACKET_PX
MIN_LANE_PX = 22
MAX_LANE_PX = 31
GRAB_PX = 6
SAME_PX = 2
MIN_WINDOW_PX = 8
EDGE_PX = 4


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The instants from `from_ms` (UTC) over `span_ms`, drawn from `left_px` over `width_px`."""

    from_ms: float
    span_ms: float
    left_px: float
    width_px: float

    @property
    def to_ms(self) -> float:
        return self.from_ms + self.span_ms

    @property
    def middle_ms(self) -> float:
        return self.from_ms + self.span_ms / 2

    @property
    def right_px(self) -> float:
        return self.left_px + self.width_px

    @property
    def ms_per_px(self) -> float:
        return self.span_ms / max(1.0, self.width_px)

    def x_of(self, instant_ms: float) -> float:
        return self.left_px + (instant_ms - self.from_ms) / self.ms_per_px

    def ms_at(self, x: float) -> float:
        return self.from_ms + (x - self.left_px) * self.ms_per_px

    def shows(self, instant_ms: float, margin_px: float = 0.0) -> bool:
        margin_ms = margin_px * self.ms_per_px
        return self.from_ms + margin_ms <= instant_ms <= self.to_ms - margin_ms

    def zoomed(self, factor: float, x: float, max_span_ms: float = MAX_SPAN_MS) -> TimeAxis:
        """Factor above 1 shows less time; the instant at x stays at x, also at the limits."""
        span = min(max(self.span_ms / factor, MIN_SPAN_MS), max_span_ms)
        share = (x - self.left_px) / max(1.0, self.width_px)
        return replace(self, from_ms=self.ms_at(x) - share * span, span_ms=span)

    def panned(self, dx_px: float) -> TimeAxis:
        """The picture follows the hand: positive moves it to the right, towards earlier times."""
        return replace(self, from_ms=self.from_ms - dx_px * self.ms_per_px)

    def kept_near(self, first_ms: float, last_ms: float) -> TimeAxis:
        """Moved so that some of first_ms to last_ms stays in view."""
        edge = self.span_ms * 0.1
        start = min(max(self.from_ms, first_ms - self.span_ms + edge), max(last_ms - edge, first_ms - edge))
        return replace(self, from_ms=start)

    def resized(self, left_px: float, width_px: float) -> TimeAxis:
        return replace(self, left_px=left_px, width_px=max(1.0, width_px))

    def showing(self, from_ms: float, to_ms: float) -> TimeAxis:
        span = min(max(to_ms - from_ms, MIN_SPAN_MS), MAX_SPAN_MS)
        return replace(self, from_ms=from_ms, span_ms=span)


@dataclass(frozen=True, slots=True)
class SpanWindow:
    """The time in view as a window on the strip of the whole history; never too narrow to be taken."""

    left_px: float
    right_px: float

    @classmethod
    def of(cls, whole: TimeAxis, shown: TimeAxis) -> SpanWindow:
        left = min(max(whole.x_of(shown.from_ms), whole.left_px), whole.right_px)
        right = min(max(whole.x_of(shown.to_ms), whole.left_px), whole.right_px)
        missing = (MIN_WINDOW_PX - (right - left)) / 2
        if missing > 0:
            left = min(max(left - missing, whole.left_px), whole.right_px - MIN_WINDOW_PX)
            right = left + MIN_WINDOW_PX
        return cls(left, right)

    def grip_at(self, x: float) -> str:
        """ "left" and "right" resize, "body" moves, "" lies beside."""
        is_narrow = self.right_px - self.left_px < 4 * EDGE_PX
        if not is_narrow and abs(x - self.left_px) <= EDGE_PX:
            return "left"
        if not is_narrow and abs(x - self.right_px) <= EDGE_PX:
            return "right"
        return "body" if self.left_px - EDGE_PX <= x <= self.right_px + EDGE_PX else ""


@dataclass(frozen=True, slots=True)
class LaneLayout:
    """Lanes of equal height below the axis and the armed band, scrolled by `scroll_px`."""

    lane_count: int
    height_px: float
    scroll_px: float = 0.0

    @property
    def lane_px(self) -> float:
        """Lanes shrink to fit before they scroll."""
        if self.lane_count == 0:
            return MAX_LANE_PX
        return min(MAX_LANE_PX, max(MIN_LANE_PX, (self.height_px - TOP_PX) // self.lane_count))

    @property
    def room_px(self) -> float:
        return max(0.0, self.height_px - TOP_PX)

    @property
    def max_scroll_px(self) -> float:
        return max(0.0, self.lane_count * self.lane_px - self.room_px)

    def top_of(self, lane: int) -> float:
        return TOP_PX + lane * self.lane_px - self.scroll_px

    def lane_at(self, y: float) -> int | None:
        if y < TOP_PX or y >= self.height_px:
            return None
        lane = int((y - TOP_PX + self.scroll_px) // self.lane_px)
        return lane if lane < self.lane_count else None

    def gap_at(self, y: float) -> int:
        """Between which lanes a dragged one would be put: 0 before the first."""
        if self.lane_count == 0:
            return 0
        gap = round((y - TOP_PX + self.scroll_px) / self.lane_px)
        return min(max(0, gap), self.lane_count)

    def visible_lanes(self) -> tuple[int, int]:
        """First and last (half-open) lane of which something is seen."""
        if self.lane_count == 0:
            return 0, 0
        first = int(self.scroll_px // self.lane_px)
        last = int(-(-(self.scroll_px + self.room_px) // self.lane_px))
        return max(0, first), min(self.lane_count, last)

    def scrolled_to(self, scroll_px: float) -> LaneLayout:
        return replace(self, scroll_px=min(max(0.0, scroll_px), self.max_scroll_px))

    def revealing(self, lane: int) -> LaneLayout:
        top = lane * self.lane_px
        if top < self.scroll_px:
            return self.scrolled_to(top)
        if top + self.lane_px > self.scroll_px + self.room_px:
            return self.scrolled_to(top + self.lane_px - self.room_px)
        return self
