"""Fourteen days of planned changes beside what the site did: a column a day, a mark and a letter a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule_reality import MatchedChange, Outcome
from chekt_console.domain.schedule_words import PLAIN, WordStyle
from chekt_console.domain.site_clock import wall_of

if TYPE_CHECKING:
    from datetime import tzinfo

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_MARKS = {
    Outcome.DONE: "✓",
    Outcome.EARLY: "◂",
    Outcome.LATE: "▸",
    Outcome.MISSED: "✕",
    Outcome.OVERRIDDEN: "≠",
}
_CELL_PX = 26.0
_TOP = 24.0
_PAD = 12.0
_AROUND_MS = 30 * 60_000


class RealityStrip(QWidget):
    span_chosen = Signal(object)  # (from_ms, to_ms) UTC; a plain int would be cut to 32 bits

    def __init__(self, theme: Theme, style: WordStyle = PLAIN, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._style = style
        self._zone: tzinfo | None = None
        self._matched: tuple[MatchedChange, ...] = ()
        self._boxes: list[tuple[QRectF, MatchedChange]] = []
        self._current = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Plan and reality, last 14 days")
        theme.changed.connect(self.update)

    @property
    def matched(self) -> tuple[MatchedChange, ...]:
        return self._matched

    def show_matched(self, matched: tuple[MatchedChange, ...], zone: tzinfo | None) -> None:
        self._matched, self._zone, self._current = matched, zone, -1
        self.setAccessibleDescription(
            "; ".join(self.words(one) for one in matched if one.outcome is not Outcome.DONE)
        )
        self._lay_out()
        self.updateGeometry()
        self.update()

    def words(self, one: MatchedChange) -> str:
        """ "Tue 3 Mar 18:00 arm Away: late by 22 min, at 18:22 (Anna)"."""
        assert self._zone is not None
        verb = "disarm" if one.planned.mode is ArmingMode.DISARMED else f"arm {one.planned.mode.label}"
        text = f"{self._at(one.planned.instant_ms)} {verb}: {one.outcome.value}"
        if one.outcome in (Outcome.LATE, Outcome.EARLY):
            text += f" by {abs(one.off_by_min)} min"
        if one.actual_ms is not None:
            text += f", {self._at(one.actual_ms)}"
        return text + (f" ({one.by})" if one.by else "")

    def place_of(self, number: int) -> QRectF:
        return self._boxes[number][0]

    def _at(self, instant_ms: int) -> str:
        assert self._zone is not None
        wall = wall_of(instant_ms, self._zone)
        return f"{wall:%a} {wall.day} {wall:%b} {self._style.clock(wall.hour * 60 + wall.minute)}"

    def _lay_out(self) -> None:
        """A column for each day that has a planned change; within it one cell below the other."""
        self._boxes = []
        if self._zone is None or not self._matched:
            return
        days = [wall_of(one.planned.instant_ms, self._zone).date() for one in self._matched]
        columns = (days[-1] - days[0]).days + 1
        width = min((self.width() - 2 * _PAD) / max(columns, 1), 64.0)
        filled: dict[int, int] = {}
        for one, day in zip(self._matched, days, strict=True):
            column = (day - days[0]).days
            row = filled.get(column, 0)
            filled[column] = row + 1
            box = QRectF(_PAD + column * width, _TOP + row * _CELL_PX, width - 3, _CELL_PX - 3)
            self._boxes.append((box, one))

    def _choose(self, number: int) -> None:
        if 0 <= number < len(self._boxes):
            self._current = number
            one = self._boxes[number][1]
            instants = [one.planned.instant_ms, *([one.actual_ms] if one.actual_ms is not None else [])]
            self.span_chosen.emit((min(instants) - _AROUND_MS, max(instants) + _AROUND_MS))
            self.update()

    def _number_at(self, x: float, y: float) -> int:
        return next((n for n, (box, _) in enumerate(self._boxes) if box.contains(x, y)), -1)

    def sizeHint(self) -> QSize:
        rows = max((box.bottom() for box, _ in self._boxes), default=_TOP + 2 * _CELL_PX)
        return QSize(420, round(rows + 6))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._number_at(event.pos().x(), event.pos().y())
            QToolTip.showText(
                event.globalPos(), self.words(self._boxes[number][1]) if number >= 0 else "", self
            )
            return True
        return super().event(event)

    def resizeEvent(self, event: object) -> None:
        self._lay_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._choose(min(max(self._current + step, 0), len(self._boxes) - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose(self._number_at(event.position().x(), event.position().y()))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        tones = {
            Outcome.DONE: colors.good,
            Outcome.EARLY: colors.accent,
            Outcome.LATE: colors.trouble,
            Outcome.MISSED: colors.alarm,
            Outcome.OVERRIDDEN: colors.night,
        }
        painter = QPainter(self)
        painter.fillRect(event.rect(), colors.pane)
        small = QFont(self.font())
        small.setPixelSize(11)
        painter.setFont(small)
        last_day = None
        for number, (box, one) in enumerate(self._boxes):
            assert self._zone is not None
            wall = wall_of(one.planned.instant_ms, self._zone)
            if wall.date() != last_day:
                last_day = wall.date()
                painter.setPen(colors.muted)
                name = QRectF(box.left(), 4, box.width(), 18)
                painter.drawText(
                    name,
                    Qt.AlignmentFlag.AlignCenter,
                    f"{wall:%a} {wall.day}"[: 6 if box.width() > 34 else 2],
                )
            ground = QColor(tones[one.outcome])
            ground.setAlphaF(0.22)
            painter.fillRect(box, ground)
            painter.setPen(QPen(colors.text, 1))
            arrow = "D" if one.planned.mode is ArmingMode.DISARMED else one.planned.mode.label[0]
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{_MARKS[one.outcome]} {arrow}")
            if number == self._current:
                painter.setPen(QPen(colors.accent, 2))
                painter.drawRect(box)
        painter.end()
