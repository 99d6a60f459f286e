"""The timeline itself: takes mouse, wheel, pinch and keys, and draws what they ask for."""

from __future__ import annotations

import time
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetricsF, QMouseEvent, QNativeGestureEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.domain.event import EventKind
from chekt_console.ui.timeline.lane_menu import lane_menu
from chekt_console.ui.timeline.timeline_content import TimelineContent
from chekt_console.ui.timeline.timeline_geometry import (
    AXIS_PX,
    GRAB_PX,
    HOUR_MS,
    TOP_PX,
    LaneLayout,
    TimeAxis,
)
from chekt_console.ui.timeline.timeline_painter import TimelinePainter
from chekt_console.ui.timeline.timeline_view import TimelineView
from chekt_console.ui.timeline.timeline_words import (
    event_lines,
    incident_lines,
    lane_lines,
    plain_tooltip,
    site_instant,
    utc_instant,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from chekt_console.domain.event import Event
    from chekt_console.domain.event_filter import EventFilter
    from chekt_console.ui.shared.theme import Theme
    from chekt_console.ui.timeline.lane_arrangement import LaneArrangement

_DRAG_PX = 4
_WHEEL_ZOOM = 1.25
_KEY_ZOOM = 1.6
_KEY_PAN_SHARE = 0.15
_LIVE_STEP_MS = 1_000
_GO_TO_SPAN_MS = 12 * HOUR_MS
_LABEL_MIN_PX = 110
_LABEL_MAX_PX = 190


def system_now_ms() -> int:
    return time.time_ns() // 1_000_000


class TimelineWidget(QWidget):
    """Lanes of events over time. What the person chose leaves as signals; `show_*` and `select_*` bring state in."""

    event_chosen = Signal(object)  # Event
    span_chosen = Signal(object)  # (from_ms, to_ms) | None
    view_changed = Signal()  # the time in view, the lanes or the live mode changed
    live_changed = Signal(bool)
    arrangement_changed = Signal(object)  # LaneArrangement
    content_changed = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, now_ms: Callable[[], int] = system_now_ms
    ) -> None:
        super().__init__(parent)
        self._now_ms = now_ms
        self._view = TimelineView(zone=UTC, colors=theme.colors, now_ms=now_ms())
        self._view.follow_now()
        self._theme = theme
        self._painter = TimelinePainter()
        self._is_live = True
        self._press: QPointF | None = None
        self._last_pos = QPointF()
        self._is_panning = False
        self._span_from_ms: float | None = None
        self._dragged_lane: int | None = None
        self._live_timer = QTimer(self, interval=_LIVE_STEP_MS)
        self._live_timer.timeout.connect(self._on_live_step)
        theme.changed.connect(self._on_theme_changed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Timeline of events")

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

    def use_filter(self, wanted: EventFilter) -> None:
        """Everything that is counted, stepped to, hit and drawn from now on passes it."""
        is_same_but_kinds = wanted.without_kinds() == self._view.filter.without_kinds()
        self._view.filter = wanted
        if is_same_but_kinds:
            self._changed()
        else:
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
        self._view.playhead_ms = instant_ms
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

    def _on_content_changed(self) -> None:
        self._view.refresh_lanes()
        self._lay_out()
        self._on_live_step()
        self.content_changed.emit()
        self._changed()

    def _lay_out(self) -> None:
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(lane.label) for lane in self._view.lanes[:200]), default=0.0)
        label_px = round(min(max(_LABEL_MIN_PX, widest + 20), _LABEL_MAX_PX, self.width() * 0.26))
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

    def _end_drag(self) -> None:
        self._press = None
        self._is_panning = False
        self._dragged_lane = None
        self._view.drop_gap = None
        self._span_from_ms = None
        self.unsetCursor()

    def _drag_span(self, x: float) -> None:
        axis = self._view.axis
        start = self._span_from_ms
        if start is None:
            return
        here = axis.ms_at(min(max(x, axis.left_px), axis.right_px))
        self.select_span((int(min(start, here)), int(max(start, here)) + 1))

    def _choose_at(self, position: QPointF) -> None:
        """The event there; a bracket means the first alarm of its incident."""
        found = self._view.event_at(position.x(), position.y())
        incident = self._view.incident_at(position.x(), position.y())
        if found is None and incident is not None:
            alarms = frozenset({EventKind.ALARM})
            hit = self.content.columns.following(alarms, incident.first_ms - 1, -1)
            found = self.content.event(hit) if hit is not None else None
        if found is not None:
            self.event_chosen.emit(found)

    def _tooltip_at(self, position: QPointF) -> str:
        event = self._view.event_at(position.x(), position.y())
        if event is not None:
            return plain_tooltip(event_lines(event, self._view.zone))
        axis = self._view.axis
        incident = self._view.incident_at(position.x(), position.y())
        if incident is not None:
            return plain_tooltip(incident_lines(incident, self._view.zone))
        if position.x() >= axis.left_px and position.y() < TOP_PX:
            at = axis.ms_at(position.x())
            lines = [site_instant(at, self._view.zone), utc_instant(at)]
            if position.y() >= AXIS_PX and at <= self._view.now_ms:
                mode = self.content.band.mode_at(at)
                state = (
                    f"{mode.label}: {mode.meaning}" if mode else "Armed state unknown: no arming event before"
                )
                lines.insert(0, state)
            return plain_tooltip(lines)
        lane = self._view.layout.lane_at(position.y())
        if lane is not None and position.x() < axis.left_px:
            return plain_tooltip(lane_lines(self._view.lanes[lane]))
        return ""

    def sizeHint(self) -> QSize:
        return QSize(760, 220)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 110)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            help_event: QHelpEvent = event  # type: ignore[assignment]
            text = self._tooltip_at(QPointF(help_event.pos()))
            QToolTip.showText(help_event.globalPos(), text, self)
            return True
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom(max(0.1, 1.0 + event.value()), event.position().x())
                return True
            if event.gestureType() == Qt.NativeGestureType.SmartZoomNativeGesture:
                self.fit()
                return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._painter.paint(painter, self._view, self.size())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(self._view.colors.accent)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """More width shows the same time larger; a followed or selected instant stays in view."""
        self._lay_out()
        self._changed()

    def showEvent(self, _event: QEvent) -> None:
        self._on_live_step()
        self._run_live_timer()

    def hideEvent(self, _event: QEvent) -> None:
        self._live_timer.stop()

    def wheelEvent(self, event: QWheelEvent) -> None:
        position, angle = event.position(), event.angleDelta()
        if position.x() < self._view.axis.left_px and self._view.layout.max_scroll_px > 0:
            self.scroll_to(self._view.layout.scroll_px - angle.y() / 120 * self._view.layout.lane_px)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(angle.x()) > abs(angle.y()):
            self.pan((angle.x() or angle.y()) * 0.75)
        elif angle.y():
            self.zoom(_WHEEL_ZOOM ** (angle.y() / 120), max(position.x(), self._view.axis.left_px))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            event.ignore()
            return
        self._press = self._last_pos = event.position()
        if event.position().x() < self._view.axis.left_px and event.button() == Qt.MouseButton.LeftButton:
            self._dragged_lane = self._view.layout.lane_at(event.position().y())
        is_span = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if is_span and event.position().x() >= self._view.axis.left_px:
            self._span_from_ms = self._view.axis.ms_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._press is None:
            is_over_event = self._view.event_at(position.x(), position.y()) is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if is_over_event else Qt.CursorShape.ArrowCursor)
            return
        moved = position - self._press
        if not self._is_panning and max(abs(moved.x()), abs(moved.y())) < _DRAG_PX:
            return
        if self._span_from_ms is not None:
            self._is_panning = True
            self._drag_span(position.x())
            return
        if self._dragged_lane is not None:
            self._is_panning = True
            self._view.drop_gap = self._view.layout.gap_at(position.y())
            self.update()
            return
        if not self._is_panning:
            self._is_panning = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        step = position - self._last_pos
        self._last_pos = position
        if step.x():
            self.pan(step.x())
        if step.y() and self._view.layout.max_scroll_px > 0:
            self.scroll_to(self._view.layout.scroll_px - step.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._press is None:
            return
        was_drag, was_span = self._is_panning, self._span_from_ms is not None
        lane, gap = self._dragged_lane, self._view.drop_gap
        self._end_drag()
        if was_drag and lane is not None and gap is not None:
            self.move_lane(lane, gap - (1 if gap > lane else 0))
        elif was_span and was_drag:
            self.span_chosen.emit(self._view.span)
        elif not was_drag and not was_span and event.button() == Qt.MouseButton.LeftButton:
            self._choose_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().x() >= self._view.axis.left_px:
            self.zoom(4.0, event.position().x())
            return
        index = self._view.layout.lane_at(event.position().y())
        if index is not None and self._view.lanes[index].group:
            self.arrange(self._view.arrangement.toggled_group(self._view.lanes[index].group))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Of the lane under the pointer; by the menu key of the selected one."""
        is_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self._view.selected_lane if is_key else self._view.layout.lane_at(event.pos().y())
        menu = lane_menu(self, self._view, index, self.arrange)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lane_index = self._view.selected_lane
        is_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if is_alt and lane_index is not None and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_lane(lane_index, lane_index + (1 if event.key() == Qt.Key.Key_Down else -1))
            return
        step = self._view.axis.width_px * _KEY_PAN_SHARE
        lane = self._view.layout.lane_px
        key = event.key()
        if key == Qt.Key.Key_Left:
            self.pan(step)
        elif key == Qt.Key.Key_Right:
            self.pan(-step)
        elif key == Qt.Key.Key_Up and self._view.layout.max_scroll_px > 0:
            self.scroll_to(self._view.layout.scroll_px - lane)
        elif key == Qt.Key.Key_Down and self._view.layout.max_scroll_px > 0:
            self.scroll_to(self._view.layout.scroll_px + lane)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(_KEY_ZOOM)
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Underscore):
            self.zoom(1 / _KEY_ZOOM)
        elif key == Qt.Key.Key_Home:
            self.go_to_start()
        elif key == Qt.Key.Key_End:
            self.go_to_end()
        elif key in (Qt.Key.Key_F, Qt.Key.Key_0):
            self.fit()
        elif key == Qt.Key.Key_N:
            self.step_event(1)
        elif key == Qt.Key.Key_P:
            self.step_event(-1)
        elif key == Qt.Key.Key_Escape and self._view.span is not None:
            self._end_drag()
            self.select_span(None)
            self.span_chosen.emit(None)
        else:
            event.ignore()
