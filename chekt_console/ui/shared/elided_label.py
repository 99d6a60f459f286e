"""Plain text on one line that gives way to its neighbours; the whole of it is in the tooltip."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class ElidedLabel(QLabel):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._whole = self._short = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def whole_text(self) -> str:
        return self._whole

    def show_text(self, text: str, tip: str = "", *, short: str = "") -> None:
        """`tip` is a ready tooltip; without one the whole text is. `short` stands there where the whole has no room."""
        if (text, short) != (self._whole, self._short):
            self._whole, self._short = text, short
            self.setAccessibleName(text)
            self._elide()
        self.setToolTip(tip or (f"<qt>{escape(text)}</qt>" if text else ""))

    def _elide(self) -> None:
        shown = self._cut(self._whole)
        self.setText(self._cut(self._short) if self._short and shown != self._whole else shown)

    def _cut(self, text: str) -> str:
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, self.width())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()
