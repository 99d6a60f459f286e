"""The clip's length as a bar: before and after the alarm, the alarm's instant, and the place that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.ui.clip.event_words import clip_time, offset_words

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_MARGIN = 12
_HEIGHT = 34
_BAR = 6


class SeekTrack(QWidget):
    """Click or drag goes there. Keys belong to the pane."""

    seek_requested = Signal(float)  # seconds

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._duration_s = 0.0
        self._position_s = 0.0
        self._alarm_s: float | None = None
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
        self.setEnabled(duration_s > 0)
        self.update()

    def show_position(self, seconds: float) -> None:
        if seconds != self._position_s:
            self._position_s = seconds
            self.update()

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
        self.show_position(seconds)
        self.seek_requested.emit(seconds)

    def sizeHint(self) -> QSize:
        return QSize(400, _HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._seek_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
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
        painter.setPen(Qt.PenStyle.NoPen)
        middle = self.height() / 2 + 3
        bar = QRectF(_MARGIN, middle - _BAR / 2, self._span(), _BAR)
        painter.setBrush(colors.line)
        painter.drawRoundedRect(bar, 3, 3)
        if self._duration_s > 0:
            alarm = self.alarm_s
            played = self.x_of(self._position_s)
            before_end = played if alarm is None else min(played, self.x_of(alarm))
            painter.setBrush(colors.stay if alarm is not None else colors.accent)
            painter.drawRoundedRect(QRectF(bar.left(), bar.top(), before_end - bar.left(), _BAR), 3, 3)
            if alarm is not None:
                at = self.x_of(alarm)
                if played > at:
                    painter.setBrush(colors.alarm)
                    painter.drawRoundedRect(QRectF(at, bar.top(), played - at, _BAR), 3, 3)
                painter.setPen(QPen(colors.alarm, 2))
                painter.drawLine(QPointF(at, 3), QPointF(at, middle + 9))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colors.alarm)
                painter.drawPolygon([QPointF(at, 2), QPointF(at + 9, 6), QPointF(at, 10)])
            painter.setPen(QPen(colors.pane, 1.5))
            painter.setBrush(colors.text)
            painter.drawRoundedRect(QRectF(played - 3, middle - 9, 6, 18), 3, 3)
        painter.end()
