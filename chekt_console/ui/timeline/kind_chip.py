"""A small switch that shows or hides one kind of event and is the legend of its mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from chekt_console.ui.shared.event_marks import SHAPES, draw_mark, kind_color

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.domain.event import EventKind
    from chekt_console.ui.shared.theme import Theme

_MARK_PX = 22


class KindChip(QAbstractButton):
    """Checked: events of the kind are shown. Compact: the mark alone, the word in the tooltip."""

    def __init__(self, kind: EventKind, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind = kind
        self._theme = theme
        self._is_compact = False
        self.setText(kind.label)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(f"Show {kind.label.lower()} events")
        self.setToolTip(f"{kind.label} events ({SHAPES[kind]}): click to show or hide")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def set_compact(self, is_compact: bool) -> None:
        if is_compact != self._is_compact:
            self._is_compact = is_compact
            self.updateGeometry()
            self.update()

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(12)
        return font

    def sizeHint(self) -> QSize:
        word = 0 if self._is_compact else QFontMetrics(self._small()).horizontalAdvance(self.text()) + 8
        return QSize(_MARK_PX + word + 2, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        is_on = self.isChecked()
        painter.setPen(QPen(colors.accent if self.hasFocus() else colors.line, 1))
        painter.setBrush(colors.raised if is_on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 11, 11)
        color = kind_color(self.kind, colors) if is_on else colors.faint
        middle = self.height() / 2
        draw_mark(painter, self.kind, _MARK_PX / 2 + 1, middle, color, height=12, is_hollow=not is_on)
        if not self._is_compact:
            font = self._small()
            font.setStrikeOut(not is_on)
            painter.setFont(font)
            painter.setPen(colors.text if is_on else colors.faint)
            painter.drawText(frame.adjusted(_MARK_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
        elif not is_on:
            painter.setPen(QPen(colors.faint, 1.2))
            painter.drawLine(
                frame.topRight() * 0.7, frame.bottomLeft() + (frame.topRight() - frame.bottomLeft()) * 0.25
            )
        painter.end()
