"""The whole history in one strip below the lanes; the time in view is a window on it that can be dragged and resized."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.domain.event import EventKind
from chekt_console.domain.event_columns import Runs
from chekt_console.ui.shared.event_marks import kind_color
from chekt_console.ui.timeline.density_image import DensityImage, color_table, density_image
from chekt_console.ui.timeline.timeline_geometry import MIN_SPAN_MS, SpanWindow, TimeAxis
from chekt_console.ui.timeline.timeline_words import plain_tooltip, site_instant

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PySide6.QtGui import QMouseEvent, QPaintEvent, QWheelEvent

    from chekt_console.ui.shared.theme import Theme
    from chekt_console.ui.timeline.timeline_view import TimelineView

HEIGHT_PX = 24


class Minimap(QWidget):
    """Reads the timeline's view; what the person drags leaves as a span of time."""

    span_requested = Signal(float, float)  # from_ms, to_ms
    zoom_requested = Signal(int)

    def __init__(self, view: TimelineView, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._theme = theme
        self._image: DensityImage | None = None
        self._image_key: tuple[object, ...] = ()
        self._grip = ""
        self._grab_ms = 0.0  # from where in the window it was taken
        self._tables: dict[EventKind, npt.NDArray[np.uint32]] = {}
        self._drawn: tuple[object, ...] = ()
        self.setFixedHeight(HEIGHT_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Whole history")
        self.setAccessibleDescription(
            "Drag the window to move through time; the arrow keys of the timeline do the same"
        )
        theme.changed.connect(self._on_theme_changed)

    @property
    def axis(self) -> TimeAxis:
        """Of the whole history, in pixels of this strip. Steps of a pixel, so that the present moving on redraws little."""
        first, last = self._view.extent()
        left = self._view.axis.left_px
        width = max(1.0, self.width() - left - 4)
        step = max(1.0, (last - first) / width)
        first, last = first // step * step, -(-last // step) * step
        return TimeAxis(first, max(float(MIN_SPAN_MS), last - first), left, width)

    @property
    def window_px(self) -> SpanWindow:
        return SpanWindow.of(self.axis, self._view.axis)

    def refresh(self) -> None:
        """After the view moved or changed."""
        view = self._view
        state = (view.version, view.axis, view.kinds, self.axis)
        if state != self._drawn:
            self._drawn = state
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT_PX)

    def paintEvent(self, _event: QPaintEvent) -> None:
        view, c = self._view, self._theme.colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), c.header)
        painter.setPen(QPen(c.line, 1))
        painter.drawLine(0, 0, self.width(), 0)
        axis = self.axis
        plot = QRectF(axis.left_px, 1, axis.width_px, self.height() - 1)
        self._paint_words(painter, axis)
        painter.setClipRect(plot)
        self._paint_unknown(painter, axis, plot)
        if view.content.lanes:
            painter.drawImage(QPointF(axis.left_px, 1), self._density(axis).image)
        window = self.window_px
        shade = QColor(c.window)
        shade.setAlpha(130)
        painter.fillRect(QRectF(plot.left(), plot.top(), window.left_px - plot.left(), plot.height()), shade)
        painter.fillRect(
            QRectF(window.right_px, plot.top(), plot.right() - window.right_px, plot.height()), shade
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(c.accent, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(
            QRectF(window.left_px, plot.top() + 1, window.right_px - window.left_px, plot.height() - 2), 2, 2
        )
        painter.end()

    def _paint_words(self, painter: QPainter, axis: TimeAxis) -> None:
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(self._theme.colors.faint)
        room = QRectF(10, 0, axis.left_px - 14, self.height())
        words = f"All {max(1, round(axis.span_ms / 86_400_000))} days"
        text = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_unknown(self, painter: QPainter, axis: TimeAxis, plot: QRectF) -> None:
        c = self._theme.colors
        for start, end in self._view.unknown_spans(axis.from_ms, axis.to_ms):
            left, right = axis.x_of(start), axis.x_of(end)
            if right - left >= 1:
                area = QRectF(left, plot.top(), right - left, plot.height())
                painter.fillRect(area, QBrush(c.line, Qt.BrushStyle.BDiagPattern))

    def _density(self, axis: TimeAxis) -> DensityImage:
        view, ratio = self._view, self.devicePixelRatioF()
        key = (view.version, view.kinds, axis, ratio)
        if self._image is None or key != self._image_key:
            if not self._tables:
                colors = self._theme.colors
                self._tables = {kind: color_table(kind_color(kind, colors)) for kind in EventKind}
            everything = Runs(tuple(view.content.lane_numbers), view.kinds)
            self._image = density_image(view.columns, [everything], axis, HEIGHT_PX - 1, self._tables, ratio)
            self._image_key = key
        return self._image

    def _on_theme_changed(self) -> None:
        self._tables = {}
        self._image = None
        self.update()

    def _move_to(self, x: float) -> None:
        shown = self._view.axis
        at = self.axis.ms_at(x)
        if self._grip == "body":
            start = at - self._grab_ms
            self.span_requested.emit(start, start + shown.span_ms)
        elif self._grip == "left":
            self.span_requested.emit(min(at, shown.to_ms - MIN_SPAN_MS), shown.to_ms)
        elif self._grip == "right":
            self.span_requested.emit(shown.from_ms, max(at, shown.from_ms + MIN_SPAN_MS))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.button() != Qt.MouseButton.LeftButton or x < self.axis.left_px:
            event.ignore()
            return
        shown = self._view.axis
        self._grip = self.window_px.grip_at(x)
        self._grab_ms = self.axis.ms_at(x) - shown.from_ms
        if not self._grip:
            # Beside the window: it comes here, and can be dragged on at once.
            self._grip, self._grab_ms = "body", shown.span_ms / 2
            self._move_to(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._grip:
            self._move_to(x)
            return
        shapes = {"": Qt.CursorShape.PointingHandCursor, "body": Qt.CursorShape.OpenHandCursor}
        self.setCursor(shapes.get(self.window_px.grip_at(x), Qt.CursorShape.SizeHorCursor))
        if x >= self.axis.left_px:
            lines = [
                site_instant(self.axis.ms_at(x), self._view.zone),
                "Drag the window to move through time",
            ]
            QToolTip.showText(event.globalPosition().toPoint(), plain_tooltip(lines), self)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grip = ""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.angleDelta().y():
            self.zoom_requested.emit(1 if event.angleDelta().y() > 0 else -1)
        event.accept()
