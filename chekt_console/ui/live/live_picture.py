"""Draws the newest frame of a camera, whole and in proportion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_BACKGROUND = QColor("#0b0d10")
_FADED = 0.55  # a picture of the night at less is taken for a black one


class LivePicture(QWidget):
    """Opaque; the last frame stays while nothing newer comes, faded when it is no longer live."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._is_faded = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 135)

    @property
    def has_image(self) -> bool:
        return not self._image.isNull()

    def show_image(self, image: QImage) -> None:
        self._image = image
        self._is_faded = False
        self.update()

    def fade(self, is_faded: bool) -> None:
        if is_faded != self._is_faded:
            self._is_faded = is_faded
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 360)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _BACKGROUND)
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = QRectF(
                (self.width() - size.width()) / 2,
                (self.height() - size.height()) / 2,
                size.width(),
                size.height(),
            )
            painter.setOpacity(_FADED if self._is_faded else 1.0)
            painter.drawImage(place, self._image)
        painter.end()
