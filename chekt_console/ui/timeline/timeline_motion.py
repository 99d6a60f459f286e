"""What the timeline shows and how it moves: content, filter, lanes, selection, time in view; without gestures."""

from __future__ import annotations

import time
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget

from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_filter import TimelineFilter
from chekt_console.ui.timeline.timeline_geometry import GRAB_PX, HOUR_MS, LaneLayout, TimeAxis
from chekt_console.ui.timeline.timeline_view import TimelineView
from chekt_console.ui.timeline.timeline_words import event_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.domain.event import Event
    from chekt_console.domain.event_filter import EventFilter
    from chekt_console.ui.shared.theme import Theme
    from chekt_console.ui.timeline.lane_arrangement import LaneArrangement

_LIVE_STEP_MS = 1_000
_GO_TO_SPAN_MS = 12 * HOUR_MS
_LABEL_MIN_PX = 110
_LABEL_LEGIBLE_PX = 138  # a camera's number and the beginning of its place
_LABEL_MAX_PX = 190


def system_now_ms() -> int:
    return time.time_ns() // 1_000_000


class TimelineMotion(QWidget):
    """`show_*` and `select_*` bring state in; what the person chose leaves as signals. Gestures are the widget's."""

    event_chosen = Signal(object)  # Event
    span_chosen = Signal(object)  # (from_ms, to_ms) | None
    view_changed = Signal()  # the time in view, the lanes or the live mode changed
    live_changed = Signal(bool)
    arrangement_changed = Signal(object)  # LaneArrangement
    content_changed = Signal()
    filtered = Signal()  # a filter came into force later than it was asked for

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, now_ms: Callable[[], int] = system_now_ms
    ) -> None:
        super().__init__(parent)
        self._now_ms = now_ms
        self._view = TimelineView(zone=UTC, colors=theme.colors, now_ms=now_ms())
        self._view.follow_now()
        self.filtering = TimelineFilter(self._view, self._on_filtered)
        self._theme = theme
        self._is_live = True
        self._live_timer = QTimer(self, interval=_LIVE_STEP_MS)
        self._live_timer.timeout.connect(self._on_live_step)
        theme.changed.connect(self._on_theme_changed)

    @property
    def axis(self) -> TimeAxis:
        return self._view.axis

    @property
    def layout_of_lanes(self) -> LaneLayout:
        return self._view.layout

    @property
    def content(self) -> TimelineContent:
        return self._view.content

    @property
    def zone(self) -> tzinfo:
        return self._view.zone

    @property
    def view(self) -> TimelineView:
        """What is shown, to read."""
        return self._view

    @property
    def is_live(self) -> bool:
        return self._is_live

    @property
    def now_ms(self) -> int:
        return self._now_ms()

    def count_in_view(self) -> int:
        return self._view.count_in_view()

    def show_content(self, content: TimelineContent, zone: tzinfo) -> None:
        """Show other events; the time in view stays."""
        self._view.content = content
        self._view.zone = zone
        self._on_content_changed()

    def add_events(self, events: tuple[Event, ...], known_to_ms: int) -> int:
        """Live events; `known_to_ms` is the instant up to which nothing is missing any more."""
        count = self.content.add(events)
        self.content.known_to_ms = max(self.content.known_to_ms, known_to_ms)
        self._on_content_changed()
        return count

    def know_until(self, instant_ms: int) -> None:
        """A poll brought nothing new up to then."""
        self.content.known_to_ms = max(self.content.known_to_ms, instant_ms)
        self._changed()

    def use_filter(self, wanted: EventFilter) -> None:
        """Everything that is counted, stepped to, hit and drawn from now on passes it; see TimelineFilter."""
        columns = self._view.columns
        self.filtering.use(wanted)
        if self._view.columns is not columns:
            self._view.refresh_lanes()
        self._changed()

    def move_lane(self, index: int, to_index: int) -> None:
        """The lane at one place to another; the selected lane stays selected."""
        view = self._view
        if 0 <= index < len(view.lanes) and index != to_index:
            key = view.lanes[index].key
            self.arrange(view.arrangement.moved(view.lanes, key, to_index))
            view.selected_lane = next(
                (place for place, lane in enumerate(view.lanes) if lane.key == key), view.selected_lane
            )
            self.update()

    def use_gap(self, gap_ms: int) -> None:
        """How far apart signals of one incident may follow each other."""
        self._view.gap_ms = gap_ms
        self._changed()

    def arrange(self, arrangement: LaneArrangement) -> None:
        """Other lanes over the same time."""
        self._view.arrangement = arrangement
        self._view.refresh_lanes()
        self._lay_out()
        self._changed()
        self.arrangement_changed.emit(arrangement)

    def show_message(self, text: str) -> None:
        """Words over empty lanes: why nothing is to be seen."""
        if text != self._view.message:
            self._view.message = text
            self.update()

    def set_playhead(self, instant_ms: float | None) -> None:
        """Where the clip plays; a step that cannot be seen draws nothing."""
        before = self._playhead_px()
        self._view.playhead_ms = instant_ms
        if self._playhead_px() != before:
            self.update()

    def _playhead_px(self) -> int | None:
        instant_ms = self._view.playhead_ms
        return None if instant_ms is None else round(self._view.axis.x_of(instant_ms))

    def know_clip(self, event_id: str, from_ms: int, to_ms: int) -> None:
        """From when to when the clip of an event really goes."""
        self._view.clip_spans[event_id] = (from_ms, to_ms)
        self.update()

    def select_event(self, event: Event | None) -> None:
        """Mark an event and bring it and its lane into view."""
        self._view.selected = event
        self._view.selected_lane = None
        self._view.mark_ms = None
        if event is not None:
            lane = self._view.lane_index_of(event)
            self._view.selected_lane = lane
            if lane is not None:
                self._view.layout = self._view.layout.revealing(lane)
            self.reveal(event.instant_ms)
            words = ", ".join(event_lines(event, self._view.zone))
            self.setAccessibleDescription(words)
        self._changed()

    def mark_event(self, event: Event | None) -> None:
        """As selected, without moving there: the content was read anew."""
        self._view.selected = event
        self._view.selected_lane = self._view.lane_index_of(event) if event is not None else None
        self.update()

    def select_lane(self, device_key: str) -> None:
        """Mark the lane of a device, "" for none, and scroll it into view."""
        lane = self._view.lane_index_of_device(device_key) if device_key else None
        if lane is None and self._view.selected is not None:
            return
        self._view.selected_lane = lane
        if lane is not None:
            self._view.layout = self._view.layout.revealing(lane)
        self._changed()

    def select_span(self, span: tuple[int, int] | None) -> None:
        self._view.span = span
        self.update()

    def reveal(self, instant_ms: float) -> None:
        """Pan, without zooming, so that the instant is in view."""
        if not self._view.is_in_view(instant_ms):
            self.set_live(False)
            self._view.center_on(instant_ms, self._view.axis.span_ms)
            self._changed()

    def go_to(self, instant_ms: float) -> None:
        """Bring a typed instant to the middle and mark it; a wide view comes closer, so that the minute can be told."""
        view = self._view
        self.set_live(False)
        view.mark_ms = instant_ms
        view.center_on(instant_ms, min(view.axis.span_ms, _GO_TO_SPAN_MS))
        self._changed()

    def show_span(self, from_ms: float, to_ms: float) -> None:
        """Exactly this time, as far as there is something near it."""
        self.set_live(False)
        view = self._view
        view.axis = view.axis.showing(from_ms, to_ms).kept_near(*view.extent())
        self._changed()

    def zoom_to_span(self) -> bool:
        """The selected span fills the view; False when none is selected."""
        if self._view.span is None:
            return False
        self.show_span(*self._view.span)
        return True

    def show_range(self, span_ms: float) -> None:
        """Show so much time: the latest when live, else around the selected event or the middle of the view."""
        view = self._view
        chosen = view.selected_in_view_ms
        edge = view.axis.to_ms if self._is_live else 0
        if self._is_live and (chosen is None or chosen > edge - span_ms):
            view.axis = view.axis.showing(edge - span_ms, edge)
            view.follow_now()
        else:
            self.set_live(False)
            view.center_on(view.axis.middle_ms if chosen is None else chosen, span_ms)
        self._changed()

    def zoom(self, factor: float, x: float | None = None) -> None:
        """At x; without x at the selected event, the live edge or the middle: the first of these that applies."""
        view = self._view
        if x is None:
            x = view.axis.left_px + view.axis.width_px / 2
            if view.selected_in_view_ms is not None:
                x = view.axis.x_of(view.selected_in_view_ms)
            elif self._is_live:
                x = view.axis.right_px
        if x < view.axis.right_px - GRAB_PX:
            self.set_live(False)
        view.zoom(factor, x)
        self._changed()

    def pan(self, dx_px: float) -> None:
        """Move the picture; positive goes back in time."""
        self.set_live(False)
        self._view.pan(dx_px)
        self._changed()

    def fit(self) -> None:
        """Show everything from the first event to now."""
        self.set_live(False)
        self._view.fit()
        self._changed()

    def go_to_start(self) -> None:
        self.set_live(False)
        self._view.go_to_start()
        self._changed()

    def go_to_end(self) -> None:
        self._view.go_to_end()
        self._changed()

    def set_live(self, is_live: bool) -> None:
        """Follow the present, or stand still."""
        if is_live != self._is_live:
            self._is_live = is_live
            self._run_live_timer()
            self.live_changed.emit(is_live)
        if is_live:
            self._on_live_step()

    def step_event(self, direction: int) -> None:
        """Choose the next (1) or previous (-1) event of the selected one's kind."""
        found = self._view.stepped(direction)
        if found is not None:
            self.event_chosen.emit(found)

    def scroll_to(self, scroll_px: float) -> None:
        self._view.layout = self._view.layout.scrolled_to(scroll_px)
        self._changed()

    def _changed(self) -> None:
        self.update()
        self.view_changed.emit()

    def _on_filtered(self) -> None:
        self._view.refresh_lanes()
        self.filtered.emit()
        self._changed()

    def _on_content_changed(self) -> None:
        self.filtering.renew()
        self._view.refresh_lanes()
        self._lay_out()
        self._on_live_step()
        self.content_changed.emit()
        self._changed()

    def _lay_out(self) -> None:
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(lane.label) for lane in self._view.lanes[:200]), default=0.0)
        room = min(max(_LABEL_LEGIBLE_PX, self.width() * 0.26), _LABEL_MAX_PX, self.width() / 2)
        label_px = round(min(max(_LABEL_MIN_PX, widest + 20), room))
        self._view.lay_out(self.width(), self.height(), label_px)

    def _run_live_timer(self) -> None:
        if self._is_live and self.isVisible():
            self._live_timer.start()
        else:
            self._live_timer.stop()

    def _on_live_step(self) -> None:
        extent = self.content.columns.extent()
        self._view.now_ms = max(self._now_ms(), extent[1] if extent else 0)
        if self._is_live:
            before = self._view.axis
            self._view.follow_now()
            if self._view.axis != before:
                self._changed()

    def _on_theme_changed(self) -> None:
        self._view.colors = self._theme.colors
        self.update()
