"""Draws the timeline: axis, armed band, lanes as density or single events, selection; reads a view, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPen, QPolygonF

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import EventKind
from chekt_console.ui.timeline.density_image import (
    BAR_SHARE,
)
from chekt_console.ui.timeline.lane_painter import LanePainter
from chekt_console.ui.timeline.text_cache import TextCache
from chekt_console.ui.timeline.timeline_geometry import (
    AXIS_PX,
    BAND_PX,
    BRACKET_BOTTOM_PX,
    BRACKET_PX,
    BRACKET_TOP_PX,
    SECOND_MS,
    TOP_PX,
)
from chekt_console.ui.timeline.timeline_ticks import clock_changes, local_time, ticks
from chekt_console.ui.timeline.timeline_words import clock_words, short_span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtCore import QSize

    from chekt_console.domain.incident import Incident
    from chekt_console.ui.timeline.timeline_geometry import TimeAxis
    from chekt_console.ui.timeline.timeline_view import TimelineView

BRACKET_LIMIT = 150
_BRACKET_MIN_PX = 9.0
_TICK_GAP_PX = 22.0


def _bracket_of(axis: TimeAxis, incident: Incident) -> tuple[float, float]:
    """Left and right of a bracket, a little wider than its signals and never too narrow to be seen."""
    left, right = axis.x_of(incident.first_ms), axis.x_of(incident.last_ms)
    if right - left < _BRACKET_MIN_PX:
        middle = (left + right) / 2
        return middle - _BRACKET_MIN_PX / 2, middle + _BRACKET_MIN_PX / 2
    return left - 4, right + 4


def _unknown_areas(view: TimelineView, plot: QRectF) -> Iterator[QRectF]:
    """Of the whole plot; lane by lane where each is a site that was read by itself."""
    axis = view.axis
    if not view.content.is_overview:
        for start, end in view.unknown_spans(axis.from_ms, axis.to_ms):
            left = axis.x_of(start)
            yield QRectF(left, plot.top(), axis.x_of(end) - left, plot.height())
        return
    for index in range(*view.layout.visible_lanes()):
        top = view.layout.top_of(index)
        for start, end in view.unknown_spans_of(index, axis.from_ms, axis.to_ms):
            left = axis.x_of(start)
            yield QRectF(left, top, axis.x_of(end) - left, view.layout.lane_px)


class TimelinePainter:
    """Everything but the lanes themselves, which have a painter of their own."""

    def __init__(self) -> None:
        self._texts = TextCache()
        self._lanes = LanePainter()

    def paint(self, painter: QPainter, view: TimelineView, size: QSize) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = view.colors
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), colors.pane)
        small = QFont(painter.font())
        small.setPixelSize(11)
        painter.setFont(small)
        metrics = self._texts
        metrics.use(small)
        plot = QRectF(view.axis.left_px, TOP_PX, view.axis.width_px, max(0.0, size.height() - TOP_PX))

        painter.save()
        painter.setClipRect(plot.adjusted(0, -TOP_PX, 0, 0))
        self._paint_unknown(painter, view, plot)
        self._paint_axis(painter, view, metrics, size)
        self._paint_band(painter, view, metrics)
        painter.restore()

        painter.save()
        painter.setClipRect(QRectF(0, TOP_PX, view.axis.right_px, plot.height()))
        self._lanes.paint_grounds(painter, view, metrics)
        painter.setClipRect(plot)
        self._lanes.paint_events(painter, view, metrics)
        painter.restore()

        painter.save()
        painter.setClipRect(plot.adjusted(0, -BAND_PX - BRACKET_PX, 0, 0))
        self._paint_unknown_words(painter, view, metrics, plot)
        self._paint_incidents(painter, view, plot)
        self._paint_span(painter, view, metrics, plot)
        self._paint_now(painter, view, plot)
        self._paint_cursor(painter, view, metrics, plot)
        painter.restore()
        self._paint_corner(painter, view, metrics)
        if view.message:
            painter.setPen(colors.muted)
            painter.drawText(plot, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, view.message)

    def _paint_unknown(self, painter: QPainter, view: TimelineView, plot: QRectF) -> None:
        """Times nobody has asked the server about are hatched: unknown is not quiet."""
        for area in _unknown_areas(view, plot):
            if area.width() > 3:
                painter.fillRect(area, view.colors.window)
                painter.fillRect(area, QBrush(view.colors.line, Qt.BrushStyle.BDiagPattern))

    def _paint_unknown_words(
        self, painter: QPainter, view: TimelineView, metrics: TextCache, plot: QRectF
    ) -> None:
        """Over the lanes' own lines; where there is room."""
        for area in _unknown_areas(view, plot):
            words = "not read from the server" if area.width() > 180 else "unknown"
            width = metrics.horizontalAdvance(words) + 12
            if area.width() >= width and area.height() >= 16:
                gap = min(4.0, (area.height() - 16) / 2)
                ground = QRectF(area.center().x() - width / 2, area.top() + gap, width, 16)
                if view.content.is_overview and view.has_event_in(ground):
                    continue  # some came by the feed, which never told of the time between them
                painter.fillRect(ground, view.colors.window)
                painter.setPen(view.colors.muted)
                painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_axis(self, painter: QPainter, view: TimelineView, metrics: TextCache, size: QSize) -> None:
        axis, colors = view.axis, view.colors
        widest = "00:00:00.000" if axis.ms_per_px * 100 < SECOND_MS else "00:00:00"
        step_px = (
            metrics.horizontalAdvance(widest if axis.ms_per_px * 60 < 60_000 else "Wed 30") + _TICK_GAP_PX
        )
        free_from = axis.left_px
        shown = ticks(axis.from_ms, axis.to_ms, step_px * axis.ms_per_px, view.zone)
        for tick in shown:
            x = axis.x_of(tick.instant_ms)
            ink = QColor(colors.faint if tick.is_major else colors.line)
            ink.setAlpha(120 if tick.is_major else 255)
            painter.setPen(QPen(ink, 1))
            painter.drawLine(
                QPointF(round(x) + 0.5, AXIS_PX + BAND_PX), QPointF(round(x) + 0.5, size.height())
            )
        # Dates first: where labels would meet, the hour gives way.
        taken: list[tuple[float, float]] = []
        for tick in sorted(shown, key=lambda tick: not tick.is_major):
            width = metrics.horizontalAdvance(tick.label)
            left = axis.x_of(tick.instant_ms) - width / 2
            left = min(max(left, free_from + 2), axis.right_px - width - 2)
            if any(left < end + 8 and left + width > start - 8 for start, end in taken):
                continue
            taken.append((left, left + width))
            painter.setPen(colors.text if tick.is_major else colors.muted)
            painter.drawText(QPointF(left, AXIS_PX - 8), tick.label)
        for change in (
            clock_changes(axis.from_ms, axis.to_ms, view.zone) if axis.span_ms < 400 * 86_400_000 else ()
        ):
            x = axis.x_of(change.instant_ms)
            painter.setPen(QPen(colors.accent, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, AXIS_PX - 4), QPointF(x, size.height()))
            painter.setPen(colors.accent)
            if axis.ms_per_px < 600_000:
                painter.drawText(QPointF(x + 4, TOP_PX + 10), change.words)

    def _paint_band(self, painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
        axis, colors = view.axis, view.colors
        end = min(axis.to_ms, max(view.now_ms, view.content.known_to_ms))
        if end <= axis.from_ms:
            return
        for span in view.content.band.spans(axis.from_ms, end):
            area = QRectF(axis.x_of(span.from_ms), AXIS_PX, 0, BAND_PX)
            area.setRight(axis.x_of(span.to_ms))
            mode = span.state.mode
            if mode is None:
                armed = [one for one in span.state.modes if one not in (None, ArmingMode.DISARMED)]
                hatch = colors.mode(armed[0]) if armed and armed[0] else colors.faint
                # Leaning the other way: known to differ is not unknown.
                pattern = Qt.BrushStyle.FDiagPattern if span.state.is_parted else Qt.BrushStyle.BDiagPattern
                painter.fillRect(area, colors.window)
                painter.fillRect(area, QBrush(hatch, pattern))
                word = span.state.label or "armed state unknown"
                ink = colors.text if span.state.is_parted else colors.muted
            else:
                painter.fillRect(area, colors.mode(mode))
                word = mode.label
                ink = colors.on_disarmed if mode is ArmingMode.DISARMED else colors.on_mode
            width = metrics.horizontalAdvance(word)
            if area.width() >= width + 12:
                if mode is None:
                    ground = QRectF(area.left() + 4, area.top(), width + 8, area.height())
                    painter.fillRect(ground, colors.window)
                painter.setPen(ink)
                painter.drawText(
                    area.adjusted(8, 0, 0, 0),
                    Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                    word,
                )
            elif mode not in (None, ArmingMode.DISARMED) and area.width() >= 12:
                painter.setPen(ink)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, word[:1])

    def _paint_incidents(self, painter: QPainter, view: TimelineView, plot: QRectF) -> None:
        """One bracket over all signals of an incident; that of the selected event reaches down over the lanes."""
        axis, found = view.axis, view.incidents
        if EventKind.ALARM not in view.kinds:
            return
        places = found.between(int(axis.from_ms), int(axis.to_ms) + 1)
        if len(places) > BRACKET_LIMIT:
            return
        chosen = found.place_at(view.selected.instant_ms) if view.selected is not None else None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        top, foot = BRACKET_TOP_PX + 3.0, float(BRACKET_BOTTOM_PX)
        lines: list[QLineF] = []
        for place in places:
            left, right = _bracket_of(axis, found.incident(place))
            three = (
                QLineF(left, foot, left, top), QLineF(left, top, right, top), QLineF(right, top, right, foot),
            )  # fmt: skip
            if place != chosen:
                lines += three
                continue
            painter.setPen(QPen(view.colors.accent, 2))
            painter.drawLines(list(three))
            ground = QColor(view.colors.accent)
            ground.setAlpha(28)
            painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), ground)
        painter.setPen(QPen(view.colors.alarm, 1))
        painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _paint_span(self, painter: QPainter, view: TimelineView, metrics: TextCache, plot: QRectF) -> None:
        if view.span is None:
            return
        left, right = view.axis.x_of(view.span[0]), view.axis.x_of(view.span[1])
        ground = QColor(view.colors.accent)
        ground.setAlpha(45)
        painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), ground)
        painter.setPen(QPen(view.colors.accent, 1))
        for x in (left, right):
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        words = short_span(view.span[1] - view.span[0])
        self._paint_tag(painter, view, metrics, (left + right) / 2, words)

    def _paint_now(self, painter: QPainter, view: TimelineView, plot: QRectF) -> None:
        if view.axis.from_ms < view.now_ms < view.axis.to_ms:
            x = view.axis.x_of(view.now_ms)
            painter.fillRect(QRectF(x, plot.top(), plot.right() - x, plot.height()), view.colors.window)
            painter.setPen(QPen(view.colors.good, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_cursor(self, painter: QPainter, view: TimelineView, metrics: TextCache, plot: QRectF) -> None:
        accent = view.colors.accent
        if view.selected is not None:
            x = view.axis.x_of(view.selected.instant_ms)
            painter.setPen(QPen(accent, 2))
            painter.drawLine(QPointF(x, AXIS_PX + 4), QPointF(x, plot.bottom()))
            painter.setPen(QPen(view.colors.pane, 1))
            painter.setBrush(accent)
            top = AXIS_PX + 1
            painter.drawPolygon(QPolygonF([QPointF(x - 6, top), QPointF(x + 6, top), QPointF(x, top + 9)]))
            if view.selected_lane is not None and view.selected.kind in view.kinds:
                middle = view.layout.top_of(view.selected_lane) + view.layout.lane_px / 2
                painter.setPen(QPen(accent, 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                half = view.layout.lane_px * BAR_SHARE[EventKind.ALARM] / 2 + 2
                painter.drawRoundedRect(QRectF(x - 6, middle - half, 12, 2 * half), 3, 3)
        if view.mark_ms is not None and view.axis.from_ms <= view.mark_ms <= view.axis.to_ms:
            x = view.axis.x_of(view.mark_ms)
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, AXIS_PX), QPointF(x, plot.bottom()))
            self._paint_tag(painter, view, metrics, x, clock_words(view.mark_ms, view.zone, has_seconds=True))
        if view.playhead_ms is not None:
            x = view.axis.x_of(view.playhead_ms)
            painter.setPen(QPen(view.colors.text, 1))
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    @staticmethod
    def _paint_tag(painter: QPainter, view: TimelineView, metrics: TextCache, x: float, words: str) -> None:
        """Words on accent at the bottom of a line."""
        width = metrics.horizontalAdvance(words) + 10
        tag = QRectF(x - width / 2, view.layout.height_px - 18, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(view.colors.accent)
        painter.drawRoundedRect(tag, 4, 4)
        painter.setPen(view.colors.on_accent)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_corner(self, painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
        """Left of the axis: the day and the zone that the clock times belong to."""
        moment = local_time(view.axis.middle_ms, view.zone)
        words = f"{moment:%a} {moment.day} {moment:%b %Y} {moment:%Z}"
        painter.setPen(view.colors.faint)
        area = QRectF(10, 0, view.axis.left_px - 14, AXIS_PX)
        text = metrics.elided(words, area.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        if view.lanes:
            painter.drawText(
                QRectF(10, AXIS_PX, view.axis.left_px - 14, BAND_PX), Qt.AlignmentFlag.AlignVCenter, "Armed"
            )
