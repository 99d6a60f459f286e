"""Paints the clip's current picture, letterboxed on a dark ground, with what it shows written in its corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent

_GROUND = QColor("#0b0d10")
_INK = QColor("#f4f6f8")
_SHADE = QColor(8, 10, 13, 170)


class PictureWidget(QWidget):
    """The ground stays dark in both themes: a picture is judged against black."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._heading = ""
        self._caption = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture of the clip")

    @property
    def image(self) -> QImage | None:
        return self._image

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self.update()

    def show_caption(self, heading: str, caption: str) -> None:
        if (heading, caption) != (self._heading, self._caption):
            self._heading, self._caption = heading, caption
            self.setAccessibleDescription(f"{heading}. {caption}")
            self.update()

    def picture_rect(self) -> QRectF:
        """Where the picture lies in the widget, of its own shape."""
        whole = QRectF(self.rect())
        if self._image is None or self._image.isNull():
            return whole
        scale = min(whole.width() / self._image.width(), whole.height() / self._image.height())
        width, height = self._image.width() * scale, self._image.height() * scale
        return QRectF((whole.width() - width) / 2, (whole.height() - height) / 2, width, height)

    def _paint_caption(self, painter: QPainter) -> None:
        bold, plain = QFont(self.font()), QFont(self.font())
        bold.setPixelSize(13)
        bold.setWeight(QFont.Weight.DemiBold)
        plain.setPixelSize(12)
        lines = [(bold, self._heading), (plain, self._caption)]
        room = self.width() - 32.0
        elided = [
            (font, QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room))
            for font, text in lines
            if text
        ]
        if not elided:
            return
        width = max(QFontMetricsF(font).horizontalAdvance(text) for font, text in elided)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(QRectF(8, 8, width + 16, 18 * len(elided) + 8), 5, 5)
        painter.setPen(_INK)
        for row, (font, text) in enumerate(elided):
            painter.setFont(font)
            box = QRectF(16, 12 + 18 * row, width + 2, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def sizeHint(self) -> QSize:
        return QSize(780, 430)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), _GROUND)
        if self._image is not None and not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.picture_rect(), self._image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_caption(painter)
        painter.end()
