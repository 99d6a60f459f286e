"""Paints the clip's current picture, letterboxed on a dark ground, with what it shows written in its corner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from chekt_console.ui.clip.picture_look import Look, looked

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QMouseEvent, QPaintEvent, QResizeEvent, QWheelEvent

_GROUND = QColor("#0b0d10")
_INK = QColor("#f4f6f8")
_SHADE = QColor(8, 10, 13, 170)
_MOST_ZOOM = 12.0
_ZOOM_STEP = 1.25
_CLICK_PX = 4  # less than this is a click, not a drag


class PictureWidget(QWidget):
    """The ground stays dark in both themes: a picture is judged against black."""

    clicked = Signal()
    double_clicked = Signal()
    zoom_changed = Signal(float)  # 1.0: the whole picture

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._painted: QImage | None = None
        self._look = Look.AS_IT_IS
        self._heading = ""
        self._caption = ""
        self._zoom = 1.0
        self._middle = QPointF(0.5, 0.5)  # of what is shown, as a share of the picture
        self._pressed_at: QPointF | None = None
        self._is_dragged = False
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 90)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture of the clip")

    @property
    def image(self) -> QImage | None:
        return self._image

    def show_look(self, look: Look) -> None:
        """Only for the eye: `image` stays what the clip holds."""
        self._look = look
        self.show_image(self._image)

    @property
    def zoom(self) -> float:
        return self._zoom

    def zoom_at(self, factor: float, place: QPointF) -> None:
        """What lies under that place of the widget stays there."""
        before = self.picture_rect()
        zoom = min(max(1.0, self._zoom * factor), _MOST_ZOOM)
        if self._image is None or zoom == self._zoom or before.isEmpty():
            return
        share = QPointF((place.x() - before.x()) / before.width(), (place.y() - before.y()) / before.height())
        grown = zoom / self._zoom
        self._zoom = zoom
        width, height = before.width() * grown, before.height() * grown
        self._middle = QPointF(
            share.x() + (self.width() / 2 - place.x()) / width,
            share.y() + (self.height() / 2 - place.y()) / height,
        )
        self._settle()

    def show_whole(self) -> None:
        self._zoom, self._middle = 1.0, QPointF(0.5, 0.5)
        self._settle()

    def _settle(self) -> None:
        """No more of the ground is shown than must be."""
        rect = self.picture_rect()
        for size, room, is_x in ((rect.width(), self.width(), True), (rect.height(), self.height(), False)):
            edge = min(0.5, room / 2 / max(1.0, size))
            at = min(max(edge, self._middle.x() if is_x else self._middle.y()), 1 - edge)
            if is_x:
                self._middle.setX(at)
            else:
                self._middle.setY(at)
        can_drag = self._zoom > 1.0
        self.setCursor(Qt.CursorShape.OpenHandCursor if can_drag else Qt.CursorShape.ArrowCursor)
        self.zoom_changed.emit(self._zoom)
        self.update()

    def show_image(self, image: QImage | None) -> None:
        self._image = image
        self._painted = looked(image, self._look) if image is not None else None
        if image is None and self._zoom > 1.0:  # another clip begins whole
            self.show_whole()
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
        fit = min(whole.width() / self._image.width(), whole.height() / self._image.height())
        width, height = self._image.width() * fit * self._zoom, self._image.height() * fit * self._zoom
        left, top = self._middle.x() * width, self._middle.y() * height
        return QRectF(whole.width() / 2 - left, whole.height() / 2 - top, width, height)

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

    def _paint_zoom(self, painter: QPainter) -> None:
        """How much is to be seen, and how to see all of it again."""
        if self._zoom <= 1.0:
            return
        text = f"{self._zoom:.1f}×  ·  0 shows the whole picture"
        font = QFont(self.font())
        font.setPixelSize(12)
        width = QFontMetricsF(font).horizontalAdvance(text)
        box = QRectF(self.width() - width - 24, self.height() - 32, width + 16, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_SHADE)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(_INK)
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def sizeHint(self) -> QSize:
        return QSize(780, 430)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y()
        if self._image is not None and turned:
            self.zoom_at(_ZOOM_STEP if turned > 0 else 1 / _ZOOM_STEP, event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._pressed_at, self._is_dragged = event.position(), False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit()  # takes back what the first click did
            self.double_clicked.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or self._zoom <= 1.0:
            return
        moved = event.position() - self._pressed_at
        if not self._is_dragged and moved.manhattanLength() < _CLICK_PX:
            return
        self._is_dragged = True
        self._pressed_at = event.position()
        rect = self.picture_rect()
        self._middle -= QPointF(moved.x() / rect.width(), moved.y() / rect.height())
        self._settle()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        self._pressed_at = None
        if not self._is_dragged:
            self.clicked.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._zoom > 1.0:
            self._settle()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), _GROUND)
        if self._painted is not None and not self._painted.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.picture_rect(), self._painted)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_caption(painter)
            self._paint_zoom(painter)
        painter.end()
