"""Draws the week: hours, rows, periods with mode by colour, letter and texture, the now-line, the cursor and a drag's label."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, WEEK_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import Periods
from chekt_console.domain.schedule_words import PLAIN, WordStyle, day_name
from chekt_console.ui.schedule.week_geometry import LEFT, TOP, Box, Piece, WeekGeometry

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.ui.schedule.hour_bars import HourBars
    from chekt_console.ui.shared.theme import Colors

_ROUND = 6.0
_PAD = 9.0
_CURSOR_MIN = 60
_TILE = 12


@dataclass(frozen=True)
class WeekPicture:
    """All that is to be seen. `cursor_min` and `now_min` are minutes of the week, None when not shown."""

    schedule: WeekSchedule = WeekSchedule()  # noqa: RUF009  frozen
    selected: ArmedPeriod | None = None
    cursor_min: int | None = None
    now_min: int | None = None
    label: str = ""
    label_at: tuple[float, float] = (0.0, 0.0)
    is_stale: bool = False
    style: WordStyle = PLAIN
    bars: HourBars | None = None
    group: Periods = ()
    dates: tuple[
        tuple[int, str], ...
    ] = ()  # weekdays of the days ahead with a rule of their own, and their dates
    band: QRectF | None = None


class PaintCache:
    """What does not change from frame to frame of a drag: the ground of the week, and how wide words are."""

    def __init__(self) -> None:
        self._font_key = ""
        self._widths: dict[str, float] = {}
        self._ground_key: object = None
        self._ground = QPixmap()
        self._bars_key: tuple[object, ...] = ()
        self._bars = QPixmap()

    def width(self, metrics: QFontMetricsF, text: str) -> float:
        if text not in self._widths:
            self._widths[text] = metrics.horizontalAdvance(text)
        return self._widths[text]

    def use_font(self, font: QFont) -> None:
        if font.key() != self._font_key:
            self._font_key = font.key()
            self._widths.clear()
            self._ground_key = None

    def ground(self, key: object, make: Callable[[], QPixmap]) -> QPixmap:
        if key != self._ground_key:
            self._ground_key, self._ground = key, make()
        return self._ground

    def bars(self, bars: HourBars, geometry: WeekGeometry, colors: Colors, ratio: float) -> QPixmap:
        key = (bars, geometry, colors.is_dark, ratio)
        if key != self._bars_key:
            self._bars_key, self._bars = key, bars.draw(geometry, colors, ratio)
        return self._bars


class WeekPainter:
    """Lives for one paint event."""

    def __init__(
        self, painter: QPainter, geometry: WeekGeometry, colors: Colors, font: QFont, cache: PaintCache
    ) -> None:
        self._painter = painter
        self._geometry = geometry
        self._colors = colors
        self._cache = cache
        cache.use_font(font)
        self._bold = QFont(font)
        self._bold.setWeight(QFont.Weight.DemiBold)
        self._small = QFont(font)
        self._small.setPixelSize(12)

    def paint(self, picture: WeekPicture) -> None:
        today = None if picture.now_min is None else picture.now_min // DAY_MIN
        ratio = self._painter.device().devicePixelRatio()
        key = (self._geometry, self._colors.is_dark, picture.style, today, picture.dates, ratio)
        ground = self._cache.ground(key, lambda: self._ground(picture, today, ratio))
        self._painter.drawPixmap(0, 0, ground)
        if self._geometry.is_zoomed:
            self._paint_place()
            self._painter.setClipRect(
                QRectF(LEFT - 6, 0, self._geometry.right - LEFT + 12, self._geometry.height)
            )
        for period in picture.schedule.periods:
            if period != picture.selected:
                self._paint_period(period, picture)
        for period in picture.group:
            self._paint_frame(self._geometry.pieces(period))
        if picture.selected is not None:
            self._paint_period(picture.selected, picture)
            self._paint_frame(self._geometry.pieces(picture.selected), has_handles=True)
        if picture.bars is not None:
            bars = self._cache.bars(picture.bars, self._geometry, self._colors, ratio)
            self._painter.drawPixmap(0, 0, bars)
        if picture.now_min is not None:
            self._paint_now(picture.now_min)
        if picture.cursor_min is not None:
            self._paint_cursor(picture.cursor_min)
        if picture.band is not None:
            self._paint_band(picture.band)
        self._painter.setClipping(False)
        if picture.label:
            self._paint_label(picture.label, picture.label_at)

    def _ground(self, picture: WeekPicture, today: int | None, ratio: float) -> QPixmap:
        ground = QPixmap(int(self._geometry.width * ratio), int(self._geometry.height * ratio))
        ground.setDevicePixelRatio(ratio)
        ground.fill(self._colors.window)
        painter = QPainter(ground)
        self._paint_rows(painter, today, dict(picture.dates))
        self._paint_hours(painter, picture.style)
        painter.end()
        return ground

    def _paint_rows(self, painter: QPainter, today: int | None, dates: dict[int, str]) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in range(7):
            band = self._geometry.row_box(row)
            day = self._geometry.day_of(row)
            painter.fillRect(_rect(band), self._colors.grid_off)
            painter.setFont(self._bold)
            painter.setPen(self._colors.accent if day == today else self._colors.text)
            words = dates.get(day, "")
            up = 8.0 if words else 0.0
            painter.drawText(QRectF(0, band.top - up, LEFT - 10, band.height), right, day_name(day))
            if words:
                painter.setFont(self._small)
                painter.setPen(self._colors.muted)
                painter.drawText(QRectF(0, band.top + up, LEFT - 6, band.height), right, words)
            if day == today:
                painter.fillRect(QRectF(0, band.top, 3, band.height), self._colors.accent)

    def _paint_hours(self, painter: QPainter, style: WordStyle) -> None:
        geometry = self._geometry
        bottom = TOP + 7 * geometry.row_height
        hour_px = (geometry.right - LEFT) / geometry.span_min * 60
        metrics = QFontMetricsF(self._small)
        painter.setFont(self._small)
        widest = max(metrics.horizontalAdvance(_hour(hour, style)) for hour in (0, 10, 12, 22))
        every = next((hours for hours in (1, 3, 6) if hours * hour_px > widest + 10), 12)
        strong = QColor(self._colors.line)
        weak = QColor(strong)
        weak.setAlphaF(0.6)
        for hour in range(25):
            x = round(geometry.x_of(hour * 60))
            if not LEFT - 1 <= x <= geometry.right + 1:
                continue
            top = TOP - (5 if hour % every == 0 else 0)
            painter.fillRect(QRectF(x, top, 1, bottom - top), strong if hour % 6 == 0 else weak)
            if hour % every == 0 and hour < 24:
                painter.setPen(self._colors.muted)
                painter.drawText(QPointF(x, TOP - 11), _hour(hour, style))
        for row in range(8):
            y = round(TOP + row * geometry.row_height)
            painter.fillRect(QRectF(0, y, geometry.width, 1), weak)

    def _paint_period(self, period: ArmedPeriod, picture: WeekPicture) -> None:
        color = QColor(self._colors.mode(period.mode))
        if picture.is_stale:
            color.setAlphaF(0.75)
        pieces = self._geometry.pieces(period)
        for piece in pieces:
            path = _outline(piece)
            self._painter.setRenderHint(self._painter.RenderHint.Antialiasing)
            self._painter.fillPath(path, color)
            texture = mode_texture(period.mode, self._colors.on_mode.name())
            if texture is not None:
                inner = _rect(piece.box).adjusted(1, 1, -1, -1)
                self._painter.drawTiledPixmap(inner, texture, inner.topLeft())
            # A seam of the ground keeps touching periods apart.
            self._painter.setPen(QPen(self._colors.window, 1))
            self._painter.drawPath(path)
        self._paint_words(pieces, picture.style)
        self._painter.setRenderHint(self._painter.RenderHint.Antialiasing, False)

    def _paint_frame(self, pieces: tuple[Piece, ...], *, has_handles: bool = False) -> None:
        self._painter.setRenderHint(self._painter.RenderHint.Antialiasing)
        for piece in pieces:
            self._painter.setPen(QPen(self._colors.accent, 2.5))
            self._painter.drawPath(_outline(piece))
        for piece in pieces if has_handles else ():
            if piece.is_first:
                self._paint_handle(piece.box.left, piece.box.middle)
            if piece.is_last:
                self._paint_handle(piece.box.right, piece.box.middle)
        self._painter.setRenderHint(self._painter.RenderHint.Antialiasing, False)

    def _paint_place(self) -> None:
        """Which part of the day is seen, at the foot."""
        geometry = self._geometry
        width = geometry.right - LEFT
        left = LEFT + geometry.from_min / DAY_MIN * width
        bar = QRectF(left, geometry.height - 5, geometry.span_min / DAY_MIN * width, 3)
        self._painter.fillRect(bar, self._colors.muted)

    def _paint_band(self, band: QRectF) -> None:
        ground = QColor(self._colors.accent)
        ground.setAlphaF(0.15)
        self._painter.fillRect(band, ground)
        self._painter.setPen(QPen(self._colors.accent, 1, Qt.PenStyle.DashLine))
        self._painter.drawRect(band)

    def _paint_words(self, pieces: tuple[Piece, ...], style: WordStyle) -> None:
        """The times once, in the first piece that has room for them; elsewhere the mode, or its letter."""
        painter = self._painter
        metrics = QFontMetricsF(self._bold)
        painter.setFont(self._bold)
        painter.setPen(self._colors.on_mode)
        said = ""  # "all" once the times stand somewhere, "start" when only the beginning does
        for piece in pieces:
            room = piece.box.width - 2 * _PAD
            words = _words(piece, said, style)
            text = next((word for word in words if self._cache.width(metrics, word) <= room), "")
            letter = piece.period.mode.label[0]
            if not text and words and self._cache.width(metrics, letter) + 2 <= piece.box.width:
                painter.drawText(_rect(piece.box), Qt.AlignmentFlag.AlignCenter, letter)
                continue
            if "→" in text or "–" in text:
                said = "start" if text.endswith("→") else "all"
            box = QRectF(piece.box.left + _PAD, piece.box.top, room, piece.box.height)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_handle(self, x: float, y: float) -> None:
        self._painter.setPen(QPen(self._colors.accent, 2))
        self._painter.setBrush(QColor("white"))
        self._painter.drawEllipse(QPointF(x, y), 5, 5)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_now(self, now_min: int) -> None:
        """Thin through the week; two strong marks at the edges of today's row leave its words readable."""
        geometry = self._geometry
        x = round(geometry.x_of(now_min % DAY_MIN)) + 0.5
        line = QColor(self._colors.accent)
        line.setAlphaF(0.75)
        for dash in range(int(TOP) - 4, int(TOP + 7 * geometry.row_height), 6):
            self._painter.fillRect(QRectF(x - 0.5, dash, 1, 3), line)
        band = geometry.row_box(geometry.row_of(now_min // DAY_MIN))
        for top in (band.top - 4, band.bottom - 6):
            self._painter.fillRect(QRectF(x - 1.5, top, 3, 10), self._colors.accent)

    def _paint_cursor(self, minute: int) -> None:
        geometry = self._geometry
        band = geometry.row_box(geometry.row_of(minute // DAY_MIN))
        left = geometry.x_of(minute % DAY_MIN)
        width = geometry.x_of(min(minute % DAY_MIN + _CURSOR_MIN, DAY_MIN)) - left
        pen = QPen(self._colors.accent, 1.5)
        pen.setDashPattern([2, 2])
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        self._painter.drawRect(QRectF(left, band.top, width, band.height))

    def _paint_label(self, text: str, at: tuple[float, float]) -> None:
        painter = self._painter
        metrics = QFontMetricsF(self._bold)
        width, height = metrics.horizontalAdvance(text) + 2 * _PAD, 26.0
        left = min(max(at[0] - width / 2, 4), self._geometry.width - width - 4)
        top = at[1] - height - 14 if at[1] - height - 14 > 2 else at[1] + 20
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._colors.accent, 1))
        painter.setBrush(self._colors.raised)
        painter.drawRoundedRect(QRectF(left, top, width, height), 6, 6)
        painter.setFont(self._bold)
        painter.setPen(self._colors.text)
        painter.drawText(QRectF(left, top, width, height), Qt.AlignmentFlag.AlignCenter, text)


def _words(piece: Piece, said: str, style: WordStyle) -> list[str]:
    """What a piece may say, the best first."""
    period = piece.period
    label = period.mode.label
    start, end = style.clock(period.start_min), style.clock(period.end_min)
    if piece.is_whole_day:
        return [f"{label} all day", label, label[0]]
    if said == "start" and piece.is_last:
        return [f"→ {end}"]
    if said:
        return []
    opening = [f"{label} {start} →"] if piece.is_first and not piece.is_last else []
    times = _times(period, style)
    close = times.replace(" → ", "–")
    return [f"{label} {times}", f"{label} {close}", f"{label[0]} {times}", *opening, label, label[0]]


def _times(period: ArmedPeriod, style: WordStyle) -> str:
    if period.length_min == WEEK_MIN:
        return "all week"
    end = style.clock(period.end_min)
    # Beyond the next midnight's day the bare clock time would be misread.
    if period.end_min - period.day * DAY_MIN > 2 * DAY_MIN:
        end = f"{day_name(period.end_min // DAY_MIN)} {end}"
    return f"{style.clock(period.start_min)} → {end}"


def _hour(hour: int, style: WordStyle) -> str:
    text = style.clock(hour * 60)
    return text.replace(":00", "") if style.is_12h else text


def _rect(box: Box) -> QRectF:
    return QRectF(box.left, box.top, box.width, box.height)


@lru_cache(maxsize=8)
def mode_texture(mode: ArmingMode, ink_name: str) -> QPixmap | None:
    """Away is plain, Stay has stripes, Night has dots: told apart without colour. A tile that is drawn once."""
    if mode is ArmingMode.AWAY:
        return None
    ink = QColor(ink_name)
    ink.setAlphaF(0.16)
    tile = QPixmap(_TILE, _TILE)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if mode is ArmingMode.STAY:
        painter.setPen(QPen(ink, 2))
        for shift in (-_TILE, 0, _TILE):
            painter.drawLine(QPointF(shift - 2, _TILE + 2), QPointF(shift + _TILE + 2, -2))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        for x, y in ((3, 3), (9, 9)):
            painter.drawEllipse(QPointF(x, y), 1.7, 1.7)
    painter.end()
    return tile


def _outline(piece: Piece) -> QPainterPath:
    """Round at the period's own ends, square where it goes on over midnight."""
    box = piece.box
    radii = [min(_ROUND, box.width / 2) if is_end else 0.0 for is_end in (piece.is_first, piece.is_last)]
    path = QPainterPath()
    path.moveTo(box.left + radii[0], box.top)
    path.lineTo(box.right - radii[1], box.top)
    path.quadTo(box.right, box.top, box.right, box.top + radii[1])
    path.lineTo(box.right, box.bottom - radii[1])
    path.quadTo(box.right, box.bottom, box.right - radii[1], box.bottom)
    path.lineTo(box.left + radii[0], box.bottom)
    path.quadTo(box.left, box.bottom, box.left, box.bottom - radii[0])
    path.lineTo(box.left, box.top + radii[0])
    path.quadTo(box.left, box.top, box.left + radii[0], box.top)
    path.closeSubpath()
    return path
