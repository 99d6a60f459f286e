"""The clip's length as a bar: before and after the alarm, the alarm's instant, and the place that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.media.strip_shape import CELL_HEIGHT, CELL_WIDTH, CELLS
from chekt_console.ui.clip.event_words import clip_time, offset_words

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_MARGIN = 12
_HEIGHT = 62
_STRIP = QRectF(_MARGIN, 8, 0, 36)  # without its width
_BAR_TOP = 47
_BAR = 4


class SeekTrack(QWidget):
    """Click or drag goes there; while the button is held, the place follows the hand only. Keys belong to the pane."""

    scrub_started = Signal()
    seek_requested = Signal(float)  # seconds
    scrub_ended = Signal(float)  # seconds, of the place where the button was let go

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._duration_s = 0.0
        self._position_s = 0.0
        self._is_held = False
        self._alarm_s: float | None = None
        self._strip: QImage | None = None
        self._range_s: tuple[float, float] | None = None
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Place in the clip")
        self.setAccessibleDescription("Left and Right move 5 seconds, comma and period one frame")
        theme.changed.connect(self.update)

    @property
    def duration_s(self) -> float:
        return self._duration_s

    @property
    def alarm_s(self) -> float | None:
        """The alarm's place, None when it is not known or not inside this clip."""
        if self._alarm_s is None or not 0 <= self._alarm_s <= self._duration_s:
            return None
        return self._alarm_s

    def show_clip(self, duration_s: float, alarm_s: float | None) -> None:
        self._duration_s = duration_s
        self._alarm_s = alarm_s
        self._position_s = 0.0
        self._is_held = False
        self._strip = None
        self._range_s = None
        self.setEnabled(duration_s > 0)
        self.update()

    @property
    def range_s(self) -> tuple[float, float] | None:
        """The part that is repeated, None when none is."""
        return self._range_s

    def show_range(self, range_s: tuple[float, float] | None) -> None:
        self._range_s = range_s
        self.update()

    def show_strip(self, strip: QImage) -> None:
        """Equal small pictures of the whole clip, side by side."""
        self._strip = strip
        self.update()

    def show_position(self, seconds: float) -> None:
        if not self._is_held:
            self._place(seconds)

    def x_of(self, seconds: float) -> float:
        share = seconds / self._duration_s if self._duration_s else 0.0
        return _MARGIN + min(max(share, 0.0), 1.0) * self._span()

    def seconds_at(self, x: float) -> float:
        return min(max((x - _MARGIN) / self._span(), 0.0), 1.0) * self._duration_s

    def _span(self) -> float:
        return max(1.0, self.width() - 2.0 * _MARGIN)

    def _seek_to(self, x: float) -> None:
        if self._duration_s <= 0:
            return
        seconds = self.seconds_at(x)
        alarm = self.alarm_s
        if alarm is not None and abs(self.x_of(alarm) - x) <= 3:
            seconds = alarm
        self._place(seconds)
        self.seek_requested.emit(seconds)

    def _place(self, seconds: float) -> None:
        if seconds != self._position_s:
            self._position_s = seconds
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._duration_s > 0:
            self._is_held = True
            self.scrub_started.emit()
            self._seek_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._is_held:
            self._is_held = False
            self.scrub_ended.emit(self._position_s)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._is_held:
            self._seek_to(x)
        elif self._duration_s > 0:
            seconds = self.seconds_at(x)
            alarm = self.alarm_s
            words = clip_time(seconds)
            if alarm is not None:
                words += f"  ({offset_words(seconds - alarm)})"
            QToolTip.showText(event.globalPosition().toPoint(), words, self)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_strip(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(_MARGIN, _BAR_TOP, self._span(), _BAR)
        painter.setBrush(colors.line)
        painter.drawRect(bar)
        if self._duration_s > 0:
            alarm = self.alarm_s
            played = self.x_of(self._position_s)
            painter.setBrush(colors.stay if alarm is not None else colors.accent)
            before_end = played if alarm is None else self.x_of(alarm)
            painter.drawRect(QRectF(bar.left(), bar.top(), before_end - bar.left(), _BAR))
            if alarm is not None:
                painter.setBrush(colors.alarm)
                painter.drawRect(QRectF(before_end, bar.top(), bar.right() - before_end, _BAR))
                painter.setPen(QPen(colors.alarm, 2))
                painter.drawLine(QPointF(before_end, 3), QPointF(before_end, _BAR_TOP + _BAR + 4))
                painter.setPen(Qt.PenStyle.NoPen)
                flag = [QPointF(before_end, 2), QPointF(before_end + 9, 6), QPointF(before_end, 10)]
                painter.drawPolygon(flag)
            self._paint_range(painter)
            painter.setPen(QPen(colors.pane, 1.5))
            painter.setBrush(colors.text)
            painter.drawRoundedRect(QRectF(played - 2.5, 4, 5, _BAR_TOP + _BAR), 2.5, 2.5)
        painter.end()

    def _paint_range(self, painter: QPainter) -> None:
        """A bracket under the part that is repeated."""
        if self._range_s is None:
            return
        left, right = (self.x_of(seconds) for seconds in self._range_s)
        top, bottom = _BAR_TOP + _BAR + 2.0, _BAR_TOP + _BAR + 7.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colors.text, 1.5))
        painter.drawPolyline(
            [QPointF(left, top), QPointF(left, bottom), QPointF(right, bottom), QPointF(right, top)]
        )

    def _paint_strip(self, painter: QPainter) -> None:
        """Cells of the strip, cut to the shape of their places; empty places while there is none."""
        colors = self._theme.colors
        width = self._span() / CELLS
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.raised)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number in range(CELLS):
            cell = QRectF(_MARGIN + number * width, _STRIP.top(), width - 2, _STRIP.height())
            if self._strip is None:
                painter.drawRect(cell)
                continue
            shape = min(CELL_WIDTH / cell.width(), CELL_HEIGHT / cell.height())
            wide, high = cell.width() * shape, cell.height() * shape
            left = number * CELL_WIDTH + (CELL_WIDTH - wide) / 2
            painter.drawImage(cell, self._strip, QRectF(left, (CELL_HEIGHT - high) / 2, wide, high))
