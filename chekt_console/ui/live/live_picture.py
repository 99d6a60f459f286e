"""Draws the newest frame of a camera, whole and in proportion; decodes JPEG within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

MAX_SIDE_PX = 4096
MAX_BYTES = 8 * 1024 * 1024
_BACKGROUND = QColor("#0b0d10")


def decode_frame(data: bytes, wanted: QSize | None = None) -> QImage | None:
    """The picture, or None when it is no JPEG, broken, or larger than a camera's picture can be.

    `wanted`: a size to fit into; decoding to a smaller size costs a fraction.
    """
    # Begin and end are looked at first: Qt writes a warning to the log for every frame that is cut short.
    if len(data) > MAX_BYTES or not data.startswith(b"\xff\xd8\xff") or b"\xff\xd9" not in data[-64:]:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MAX_SIDE_PX:
        return None
    if wanted is not None and wanted.width() < size.width():
        reader.setScaledSize(size.scaled(wanted, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


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

    @property
    def image_size(self) -> QSize:
        return self._image.size()

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
            painter.setOpacity(0.4 if self._is_faded else 1.0)
            painter.drawImage(place, self._image)
        painter.end()
