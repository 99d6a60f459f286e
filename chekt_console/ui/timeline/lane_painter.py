"""Draws the lanes: their names, density from afar, single events and their clips when near."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from chekt_console.domain.event import EventKind
from chekt_console.ui.shared.event_marks import kind_color
from chekt_console.ui.timeline.density_image import BAR_SHARE, DensityImage, color_table, density_image
from chekt_console.ui.timeline.mark_pictures import MarkPictures
from chekt_console.ui.timeline.timeline_geometry import SECOND_MS, TOP_PX
from chekt_console.ui.timeline.timeline_words import clean

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from chekt_console.domain.event_columns import Hit
    from chekt_console.domain.event_facets import EventFacets
    from chekt_console.ui.shared.theme import Colors
    from chekt_console.ui.timeline.text_cache import TextCache
    from chekt_console.ui.timeline.timeline_view import TimelineView

SINGLE_LIMIT = 160
# Key concepts: a clip begins 5 s before its alarm and ends up to 10 s after it.
CLIP_BEFORE_MS = 5 * SECOND_MS
CLIP_AFTER_MS = 10 * SECOND_MS
_CLIP_FROM_PX = 14.0
_WORDS_FROM_PX = 22.0


class LanePainter:
    """Keeps the density picture and the names between frames that differ in nothing they show."""

    def __init__(self) -> None:
        self._density: DensityImage | None = None
        self._density_key: tuple[object, ...] = ()
        self._marks = MarkPictures()
        self._labels: QPixmap | None = None
        self._labels_key: tuple[object, ...] = ()
        self._tables: dict[EventKind, npt.NDArray[np.uint32]] = {}
        self._tables_of: Colors | None = None

    def paint_grounds(self, painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
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

    def paint_events(self, painter: QPainter, view: TimelineView, metrics: TextCache) -> None:
        first, last = view.layout.visible_lanes()
        if first >= last:
            return
        axis = view.axis
        margin = max(CLIP_BEFORE_MS + CLIP_AFTER_MS, 8 * axis.ms_per_px)
        if view.count_in_view() > SINGLE_LIMIT:
            image = self._density_of(view, first, last, painter.device().devicePixelRatioF())
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
        """How long each clip is, in the colour of its kind; square corners, for there may be hundreds. Dashed where it is
        only what a clip should be: the real one was not opened yet."""
        axis, facets = view.axis, view.content.facets
        known = {view.content.row_of(event_id): span for event_id, span in view.clip_spans.items()}
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for wanted in EventKind:
            areas: dict[bool, list[QRectF]] = {True: [], False: []}
            for at, kind, row in found:
                if kind is wanted and facets.has_clip(row):
                    start, end = known.get(row, (at - CLIP_BEFORE_MS, at + CLIP_AFTER_MS))
                    left = axis.x_of(start)
                    area = QRectF(left, shape.top(), axis.x_of(end) - left, shape.height())
                    areas[row in known].append(area)
            for is_known, some in areas.items():
                if not some:
                    continue
                ground = QColor(kind_color(wanted, view.colors))
                painter.setPen(QPen(ground, 1, Qt.PenStyle.SolidLine if is_known else Qt.PenStyle.DashLine))
                painter.drawRects(some)
                ground.setAlpha(50 if is_known else 25)
                for area in some:
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
        """What an event is, beside its mark, where the gap to the next one, or to now, has room for words."""
        top = view.layout.top_of(index)
        cursor = view.axis.x_of(view.selected.instant_ms) if view.selected is not None else None
        painter.setPen(view.colors.muted)
        axis = view.axis
        from_ms, zero, scale = axis.from_ms, axis.left_px, 1 / axis.ms_per_px
        places = [zero + (at - from_ms) * scale for at, _, _ in found]
        baseline = top + (view.layout.lane_px + metrics.cap_height) / 2
        edge = min(axis.right_px, axis.x_of(view.now_ms)) + 5  # the time after now is painted over
        for (_, _, row), x, end in zip(found, places, [*places[1:], edge], strict=False):
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
