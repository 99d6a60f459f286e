"""The thin band on top that says at all times where this window works, in colour and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from chekt_console.ui.shared.theme import Theme

HEIGHT = 26

_WORDS = {
    "simulator": ("SIMULATOR", "a gateway inside this program; nothing leaves this computer"),
    "sandbox": ("SANDBOX", "test data; no monitoring center"),
    "production": ("PRODUCTION", "live monitoring: alarms here reach operators"),
    "": ("NOT CONNECTED", "choose where this console works"),
}
# The same in dark and light: a person learns three colours once.
_GROUNDS = {
    "simulator": (QColor("#2bb39b"), QColor("#06231d")),
    "sandbox": (QColor("#1f64b8"), QColor("#ffffff")),
    "production": (QColor("#cf3030"), QColor("#ffffff")),
}


class EnvironmentBand(QWidget):
    """Kinds: "simulator", "sandbox", "production", "" for none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._kind = ""
        self._name = ""
        self.setFixedHeight(max(HEIGHT, self.fontMetrics().height() + 8))
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.set_environment("", "")
        theme.changed.connect(self.update)

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def words(self) -> str:
        """Both ends of the band as one text."""
        return self.accessibleName()

    def set_environment(self, kind: str, name: str) -> None:
        if kind not in _WORDS:
            raise ValueError(kind)
        self._kind, self._name = kind, name
        title, sentence = _WORDS[kind]
        self.setAccessibleName(f"{title} — {sentence}. {self._right()}".strip())
        self.update()

    def _right(self) -> str:
        return f"Connected as {self._name}" if self._name and self._kind else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        ground, ink = _GROUNDS.get(self._kind, (colors.header, colors.muted))
        painter = QPainter(self)
        painter.fillRect(self.rect(), ground)
        painter.setPen(ink)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        font.setPixelSize(12)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        inner = self.rect().adjusted(12, 0, -12, 0)
        title, sentence = _WORDS[self._kind]
        left = f"{title} — {sentence}"
        left_width = min(metrics.horizontalAdvance(left), inner.width())
        painter.drawText(
            inner, Qt.AlignmentFlag.AlignVCenter, metrics.elidedText(left, _ELIDE, inner.width())
        )
        room = inner.width() - left_width - 24
        right = metrics.elidedText(self._right(), _ELIDE, max(0, room)) if room > 60 else ""
        box = QRect(inner.right() - max(0, room), inner.top(), max(0, room), inner.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, right)
        painter.end()


_ELIDE = Qt.TextElideMode.ElideRight
