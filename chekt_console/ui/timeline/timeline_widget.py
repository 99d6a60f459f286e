"""The timeline itself: takes mouse, wheel, pinch and keys, and draws what they ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QInputDevice,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.domain.event import EventKind
from chekt_console.ui.timeline.lane_menu import lane_menu
from chekt_console.ui.timeline.timeline_geometry import (
    AXIS_PX,
    TOP_PX,
)
from chekt_console.ui.timeline.timeline_motion import TimelineMotion, system_now_ms
from chekt_console.ui.timeline.timeline_painter import TimelinePainter
from chekt_console.ui.timeline.timeline_words import (
    armed_lines,
    event_lines,
    incident_lines,
    lane_lines,
    plain_tooltip,
    site_instant,
    utc_instant,
)
from chekt_console.ui.timeline.touch_fingers import TouchFingers

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QHelpEvent, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent

    from chekt_console.ui.shared.theme import Theme

_DRAG_PX = 4
_WHEEL_ZOOM = 1.25
_KEY_ZOOM = 1.6
_KEY_PAN_SHARE = 0.15


class TimelineWidget(TimelineMotion):
    """Lanes of events over time, moved by mouse, wheel, pinch and keys."""

    def __init__(
        self, theme: Theme, parent: QWidget | None = None, *, now_ms: Callable[[], int] = system_now_ms
    ) -> None:
        super().__init__(theme, parent, now_ms=now_ms)
        self._painter = TimelinePainter()
        self._press: QPointF | None = None
        self._last_pos = QPointF()
        self._is_panning = False
        self._span_from_ms: float | None = None
        self._dragged_lane: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self._fingers = TouchFingers(self, self._on_pinched, self._end_drag)
        self.setAccessibleName("Timeline of events")

    def _end_drag(self) -> None:
        self._press = None
        self._is_panning = False
        self._dragged_lane = None
        self._view.drop_gap = None
        self._span_from_ms = None
        self.unsetCursor()

    def _on_pinched(self, factor: float, x: float, moved_px: float) -> None:
        self.pan(moved_px)
        self.zoom(factor, x)

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
                lines[:0] = armed_lines(self.content.band.state_at(at), self._view.zone)
            return plain_tooltip(lines)
        lane = self._view.layout.lane_at(position.y())
        if lane is not None and position.x() < axis.left_px:
            return plain_tooltip(lane_lines(self._view.lanes[lane]))
        if self._view.is_unknown_at(position.x(), position.y()):
            return plain_tooltip(["Not read from the server: what happened then is not known here"])
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
        # A touchpad may tell of its fingers too: it moves the pointer and scrolls already.
        if isinstance(event, QTouchEvent) and event.deviceType() is QInputDevice.DeviceType.TouchScreen:
            self._fingers.follow(event)
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
            span, at = self._view.span, self._view.axis.ms_at(event.position().x())
            if span is not None and span[0] <= at <= span[1]:
                self.zoom_to_span()
            else:
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
        elif key == Qt.Key.Key_0 or (
            key == Qt.Key.Key_Z and event.modifiers() == Qt.KeyboardModifier.ShiftModifier
        ):
            self.fit()
        elif key == Qt.Key.Key_Z and not event.modifiers() and self.zoom_to_span():
            pass
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
