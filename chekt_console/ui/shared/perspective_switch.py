"""The row of joined buttons that switches perspectives, each with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from chekt_console.ui.shared.key_caps import cap_width, key_text, paint_cap

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.ui.shared.theme import Theme

_HEIGHT = 30
_PADDING = 14
_GAP = 6
_RADIUS = 6.0


class _Segment(QAbstractButton):
    def __init__(self, perspective: str, title: str, shortcut: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.perspective = perspective
        self._row = parent
        self._theme = theme
        self._key = key_text(shortcut)
        self._has_cap = bool(self._key)
        self.setText(title)
        self.setCheckable(True)
        self.setToolTip(f"{title} ({self._key})" if self._key else title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _title_font(self) -> QFont:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def sizeHint(self) -> QSize:
        title = QFontMetrics(self._title_font()).horizontalAdvance(self.text())
        return QSize(2 * _PADDING + title + (self.cap_px if self._has_cap else 0), _HEIGHT)

    @property
    def cap_px(self) -> int:
        """What its key takes beside the title."""
        cap = cap_width(self.font(), self._key)
        return _GAP + cap if cap else 0

    def show_cap(self, has_cap: bool) -> None:
        self._has_cap = has_cap and bool(self._key)
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self._row.rect()).translated(-self.pos()), _RADIUS, _RADIUS)
        painter.setClipPath(outline)
        if self.isChecked() or self.isDown():
            painter.fillRect(self.rect(), colors.selected)
        painter.setPen(colors.text if self.isChecked() or self.underMouse() else colors.muted)
        font = self._title_font() if self.isChecked() else self.font()
        painter.setFont(font)
        width = QFontMetrics(self._title_font()).horizontalAdvance(self.text())
        box = QRectF(_PADDING, 0, width + 1, self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self._has_cap:
            paint_cap(painter, self.font(), _PADDING + width + _GAP, self.height() / 2, self._key, colors)
        if self.hasFocus():
            painter.setPen(QPen(colors.accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)
        painter.end()


class PerspectiveSwitch(QWidget):
    """Exactly one perspective is current; a click on another asks for it."""

    perspective_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._group = QButtonGroup(self)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(1, 1, 1, 1)
        self._layout.setSpacing(0)
        self.setAccessibleName("Perspectives")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._segments: dict[str, _Segment] = {}
        self._is_short = False
        self._group.buttonClicked.connect(self._on_clicked)
        theme.changed.connect(self.update)

    def add(self, perspective: str, title: str, shortcut: str) -> None:
        segment = _Segment(perspective, title, shortcut, self._theme, self)
        segment.show_cap(not self._is_short)
        self._segments[perspective] = segment
        self._group.addButton(segment)
        self._layout.addWidget(segment)

    def clear(self) -> None:
        for segment in self._segments.values():
            self._group.removeButton(segment)
            self._layout.removeWidget(segment)
            segment.hide()
            segment.deleteLater()
        self._segments = {}

    @property
    def is_short(self) -> bool:
        return self._is_short

    @property
    def spared_px(self) -> int:
        return sum(segment.cap_px for segment in self._segments.values())

    def set_short(self, is_short: bool) -> None:
        """Without the keys, which tooltips and the help sheet name."""
        if is_short != self._is_short:
            self._is_short = is_short
            for segment in self._segments.values():
                segment.show_cap(not is_short)
            self._layout.activate()

    def button(self, perspective: str) -> QAbstractButton:
        return self._segments[perspective]

    def set_current(self, perspective: str) -> None:
        self._segments[perspective].setChecked(True)

    def _on_clicked(self, segment: QAbstractButton) -> None:
        if isinstance(segment, _Segment):
            self.perspective_requested.emit(segment.perspective)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._segments:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.colors.line, 1))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
        for segment in list(self._segments.values())[1:]:
            painter.drawLine(segment.x(), 1, segment.x(), self.height() - 2)
        painter.end()
