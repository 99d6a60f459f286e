"""Draws the timeline: axis, armed band, lanes as density or single events, selection; reads a view, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QImage, QPainter, QPen, QPixmap, QPolygonF

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.event import EventKind
from chekt_console.ui.timeline.density_image import (
    BAR_SHARE,
    DensityImage,
    color_table,
    density_image,
)
from chekt_console.ui.timeline.event_marks import kind_color
from chekt_console.ui.timeline.mark_pictures import MarkPictures
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
from chekt_console.ui.timeline.timeline_words import clean, clock_words, short_span

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from PySide6.QtCore import QSize

    from chekt_console.domain.event_columns import Hit
    from chekt_console.domain.event_facets import EventFacets
    from chekt_console.domain.incident import Incident
    from chekt_console.ui.shared.theme import Colors
    from chekt_console.ui.timeline.timeline_geometry import TimeAxis
    from chekt_console.ui.timeline.timeline_view import TimelineView

SINGLE_LIMIT = 160
# Key concepts: a clip begins 5 s before its alarm and ends up to 10 s after it.
CLIP_BEFORE_MS = 5 * SECOND_MS
CLIP_AFTER_MS = 10 * SECOND_MS
_CLIP_FROM_PX = 14.0
_WORDS_FROM_PX = 22.0
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


class TimelinePainter:
    """Keeps the density picture between frames that differ in nothing it shows."""

    def __init__(self) -> None:
        self._density: DensityImage | None = None
        self._density_key: tuple[object, ...] = ()
        self._texts = TextCache()
        self._marks = MarkPictures()
        self._labels: QPixmap | None = None
        self._labels_key: tuple[object, ...] = ()
        self._tables: dict[EventKind, npt.NDArray[np.uint32]] = {}
        self._tables_of: Colors | None = None

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
        self._paint_lane_grounds(painter, view, metrics)
        painter.setClipRect(plot)
        self._paint_events(painter, view, metrics, painter.device().devicePixelRatioF())
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
        for start, end in view.unknown_spans(view.axis.from_ms, view.axis.to_ms):
            left, right = view.axis.x_of(start), view.axis.x_of(end)
            if right - left > 3:
                area = QRectF(left, plot.top(), right - left, plot.height())
                painter.fillRect(area, view.colors.window)
                painter.fillRect(area, QBrush(view.colors.line, Qt.BrushStyle.BDiagPattern))

    def _paint_unknown_words(
        self, painter: QPainter, view: TimelineView, metrics: TextCache, plot: QRectF
    ) -> None:
        """Over the lanes' own lines; where there is room."""
        for start, end in view.unknown_spans(view.axis.from_ms, view.axis.to_ms):
            left, right = view.axis.x_of(start), view.axis.x_of(end)
            words = "not read from the server" if right - left > 180 else "unknown"
            width = metrics.horizontalAdvance(words) + 12
            if right - left >= width and plot.height() >= 16:
                ground = QRectF((left + right - width) / 2, plot.top() + 4, width, 16)
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
            if span.mode is None:
                painter.fillRect(area, colors.window)
                painter.fillRect(area, QBrush(colors.faint, Qt.BrushStyle.BDiagPattern))
                word, ink = "armed state unknown", colors.muted
            else:
                painter.fillRect(area, colors.mode(span.mode))
                word = span.mode.label
                ink = colors.on_disarmed if span.mode is ArmingMode.DISARMED else colors.on_mode
            width = metrics.horizontalAdvance(word)
            if area.width() >= width + 12:
                if span.mode is None:
                    ground = QRectF(area.left() + 4, area.top(), width + 8, area.height())
                    painter.fillRect(ground, colors.window)
                painter.setPen(ink)
                painter.drawText(
                    area.adjusted(8, 0, 0, 0),
                    Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
                    word,
                )
            elif span.mode not in (None, ArmingMode.DISARMED) and area.width() >= 12:
                painter.setPen(ink)
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, word[:1])

    def _paint_lane_grounds(self, painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
        layout, colors = view.layout, view.colors
        first, last = layout.visible_lanes()
        label_px = view.axis.left_px
        self._paint_labels(painter, view, metrics)
        painter.setPen(QPen(colors.line, 1))
        for index in range(first, last):
            top = layout.top_of(index)
            if index == view.selected_lane:
                ground = QColor(colors.selected)
                ground.setAlpha(70)
                painter.fillRect(QRectF(label_px, top, view.axis.width_px, layout.lane_px), ground)
            bottom = round(top + layout.lane_px) - 0.5
            painter.drawLine(QPointF(label_px, bottom), QPointF(view.axis.right_px, bottom))
        if view.drop_gap is not None:
            y = layout.top_of(view.drop_gap)
            painter.setPen(QPen(colors.accent, 2))
            painter.drawLine(QPointF(4, y), QPointF(view.axis.right_px, y))
        painter.setPen(QPen(colors.line, 1))
        painter.drawLine(QPointF(label_px - 0.5, TOP_PX), QPointF(label_px - 0.5, layout.height_px))

    def _paint_labels(self, painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
        """The names on the left change seldom: drawn once, then copied."""
        layout, ratio = view.layout, painter.device().devicePixelRatioF()
        label_px = view.axis.left_px
        key = (view.version, layout, label_px, view.selected_lane, view.colors, ratio, painter.font().key())
        if self._labels is None or key != self._labels_key:
            self._labels_key = key
            height = max(1, round(layout.room_px * ratio))
            self._labels = QPixmap(max(1, round(label_px * ratio)), height)
            self._labels.setDevicePixelRatio(ratio)
            self._labels.fill(view.colors.pane)
            within = QPainter(self._labels)
            within.setFont(painter.font())
            within.translate(0, -TOP_PX)
            self._draw_labels(within, view, metrics)
            within.end()
        painter.drawPixmap(QPointF(0, TOP_PX), self._labels)

    @staticmethod
    def _draw_labels(painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
        layout, colors, label_px = view.layout, view.colors, view.axis.left_px
        for index in range(*layout.visible_lanes()):
            top = layout.top_of(index)
            if index == view.selected_lane:
                painter.fillRect(QRectF(0, top, label_px, layout.lane_px), colors.selected)
            painter.setPen(QPen(colors.line, 1))
            bottom = round(top + layout.lane_px) - 0.5
            painter.drawLine(QPointF(0, bottom), QPointF(label_px, bottom))
            lane = view.lanes[index]
            mark = "▪ " if lane.is_pinned else "▸ " if lane.is_collapsed else ""
            painter.setPen(colors.text)
            painter.drawText(
                QRectF(10, top, label_px - 16, layout.lane_px),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine,
                metrics.elided(mark + lane.label, label_px - 18),
            )

    def _paint_events(self, painter: QPainter, view: TimelineView, metrics: TextCache, ratio: float) -> None:
        first, last = view.layout.visible_lanes()
        if first >= last:
            return
        axis = view.axis
        margin = max(CLIP_BEFORE_MS + CLIP_AFTER_MS, 8 * axis.ms_per_px)
        if view.count_in_view() > SINGLE_LIMIT:
            image = self._density_of(view, first, last, ratio)
            painter.drawImage(QPointF(axis.left_px, round(view.layout.top_of(first))), image)
            return
        for index in range(first, last):
            self._paint_single(painter, view, metrics, index, margin)

    def _paint_single(
        self, painter: QPainter, view: TimelineView, metrics: TextCache, index: int, margin_ms: float
    ) -> None:
        axis, layout, content = view.axis, view.layout, view.content
        middle = layout.top_of(index) + layout.lane_px / 2
        found = view.columns.between(
            view.shown_runs(index), int(axis.from_ms - margin_ms), int(axis.to_ms + margin_ms)
        )
        height = layout.lane_px * BAR_SHARE[EventKind.ALARM]
        if (CLIP_BEFORE_MS + CLIP_AFTER_MS) / axis.ms_per_px >= _CLIP_FROM_PX:
            self._paint_clips(painter, view, found, QRectF(0, middle - height / 2, 0, height))
        self._marks.use(view.colors, height, painter.device().devicePixelRatioF())
        # The worst last, so that nothing hides it.
        from_ms, left, scale = axis.from_ms, axis.left_px, 1 / axis.ms_per_px
        for at, kind, row in sorted(found, key=lambda item: item[1]):
            x = left + (at - from_ms) * scale
            self._marks.draw(painter, kind, x, middle, is_hollow=content.facets.is_decided(row))
        self._paint_texts(painter, view, metrics, index, found)

    @staticmethod
    def _paint_clips(painter: QPainter, view: TimelineView, found: list[Hit], shape: QRectF) -> None:
        """How long each clip is, in the colour of its kind; square corners, for there may be hundreds."""
        axis, facets = view.axis, view.content.facets
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = (CLIP_BEFORE_MS + CLIP_AFTER_MS) / axis.ms_per_px
        for wanted in EventKind:
            areas = [
                QRectF(axis.x_of(at - CLIP_BEFORE_MS), shape.top(), width, shape.height())
                for at, kind, row in found
                if kind is wanted and facets.has_clip(row)
            ]
            if areas:
                ground = QColor(kind_color(wanted, view.colors))
                painter.setPen(QPen(ground, 1))
                painter.drawRects(areas)
                ground.setAlpha(50)
                for area in areas:
                    painter.fillRect(area, ground)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _paint_texts(
        self,
        painter: QPainter,
        view: TimelineView,
        metrics: TextCache,
        index: int,
        found: list[Hit],
    ) -> None:
        """What an event is, beside its mark, where the gap to the next one has room for words."""
        top = view.layout.top_of(index)
        cursor = view.axis.x_of(view.selected.instant_ms) if view.selected is not None else None
        painter.setPen(view.colors.muted)
        axis = view.axis
        from_ms, zero, scale = axis.from_ms, axis.left_px, 1 / axis.ms_per_px
        places = [zero + (at - from_ms) * scale for at, _, _ in found]
        baseline = top + (view.layout.lane_px + metrics.cap_height) / 2
        for (_, _, row), x, end in zip(found, places, [*places[1:], axis.right_px + 5], strict=False):
            room = end - x - 18
            if room < _WORDS_FROM_PX:
                continue
            words = self._words_of(view.content.facets, row)
            width = metrics.horizontalAdvance(words)
            is_crossed = cursor is not None and x + 5 < cursor < x + width + 13
            if words and width <= room and not is_crossed:
                painter.drawText(QPointF(x + 9, baseline), words)

    @staticmethod
    def _words_of(facets: EventFacets, row: int) -> str:
        event = facets.sample_of(row)
        if event.mode is not None:
            return event.mode.label
        return clean((event.subtype or event.text).replace("_", " "), 60)

    def _density_of(self, view: TimelineView, first: int, last: int, ratio: float) -> QImage:
        lanes = tuple(view.shown_runs(index) for index in range(first, last))
        key = (view.version, view.axis, lanes, view.layout.lane_px, view.colors, ratio)
        if self._density is None or key != self._density_key:
            if self._tables_of is not view.colors:
                self._tables = {kind: color_table(kind_color(kind, view.colors)) for kind in EventKind}
                self._tables_of = view.colors
            self._density = density_image(
                view.columns, lanes, view.axis, view.layout.lane_px, self._tables, ratio
            )
            self._density_key = key
        return self._density.image

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
