"""One still of every camera of a site on one page, to look at, to save, and to put into a handover."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chekt_console.domain.site_clock import zone_of
from chekt_console.ui.live.live_picture import LivePicture
from chekt_console.ui.shared.file_places import ask_to_save
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent

    from chekt_console.domain.device import Device
    from chekt_console.domain.site import Site
    from chekt_console.ui.shared.theme import Theme

_COLUMNS = 3
_STILL_HEIGHT = 184
_PAPER_WIDTH, _PAPER_CAPTION = 640, 30


class _Still(QWidget):
    """A camera's still, or why there is none."""

    def __init__(self, camera: Device, parent: QWidget) -> None:
        super().__init__(parent)
        self.camera = camera
        self.name = one_line(camera.name) or camera.device_id
        self.image = QImage()
        self.words = ""
        self.picture = LivePicture(self)
        self.picture.setAccessibleName(f"Still of {self.name}")
        self.picture.setFixedHeight(_STILL_HEIGHT)
        self.caption = QLabel(self)
        self.caption.setTextFormat(Qt.TextFormat.PlainText)
        self.caption.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self.picture)
        column.addWidget(self.caption)
        self.show_words("waiting", is_bad=False)

    def show_words(self, words: str, *, is_bad: bool) -> None:
        self.words = words
        self.caption.setText(f"{self.name} · {words}")
        set_role(self.caption, "error" if is_bad else "small")


class SnapshotSheet(QWidget):
    closed = Signal()
    taken_again = Signal()  # all of them

    def __init__(
        self, site: Site, cameras: tuple[Device, ...], theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.site = site
        self._theme = theme
        self.setObjectName("snapshotSheet")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{one_line(site.name)} — one picture of each camera")
        title = QLabel(f"{one_line(site.name)} · one picture of each camera", self)
        title.setTextFormat(Qt.TextFormat.PlainText)
        set_role(title, "heading")
        self.note = QLabel(self)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        set_role(self.note, "muted")
        self.again = QPushButton("Take again", self)
        self.again.clicked.connect(self.taken_again)
        self.save = QPushButton("Save as picture…", self)
        self.save.clicked.connect(self._on_save)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self.note, 1)
        head.addWidget(self.again)
        head.addWidget(self.save)
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(10)
        self.stills = tuple(_Still(camera, inside) for camera in cameras)
        for place, still in enumerate(self.stills):
            grid.addWidget(still, place // _COLUMNS, place % _COLUMNS)
        grid.setRowStretch(len(self.stills) // _COLUMNS + 1, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        theme.changed.connect(self._style)
        self._style()
        self.resize(1000, 640)
        self.start()

    def start(self) -> None:
        """Every camera is asked anew."""
        for still in self.stills:
            still.image = QImage()
            still.show_words("asked…", is_bad=False)
            still.picture.fade(True)
        self.again.setEnabled(False)
        self.save.setEnabled(False)

    def show_still(self, place: int, image: QImage | None, at: datetime) -> None:
        """`image`: None for one that cannot be read."""
        still = self.stills[place]
        if image is None:
            self.show_error(place, "The camera sent no readable picture.")
            return
        still.image = image
        still.picture.show_image(image)
        zone = zone_of(self.site.timezone)
        there = at.astimezone(zone) if zone is not None else at.astimezone()
        still.show_words(f"{there:%Y-%m-%d %H:%M:%S} {there:%Z}", is_bad=False)
        self._count()

    def show_error(self, place: int, sentence: str) -> None:
        """An older picture under a failure would pass for one of now."""
        still = self.stills[place]
        still.picture.show_image(still.image)
        still.show_words(sentence, is_bad=True)
        self._count()

    def as_image(self) -> QImage:
        """The page as it is saved: every still in the same width with its name and time."""
        rows = -(-len(self.stills) // _COLUMNS)
        height = _PAPER_WIDTH * 9 // 16
        paper = QImage(_COLUMNS * _PAPER_WIDTH, rows * (height + _PAPER_CAPTION), QImage.Format.Format_RGB32)
        paper.fill(QColor("white"))
        painter = QPainter(paper)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for place, still in enumerate(self.stills):
            left = place % _COLUMNS * _PAPER_WIDTH
            top = place // _COLUMNS * (height + _PAPER_CAPTION)
            if not still.image.isNull():
                size = still.image.size().scaled(
                    _PAPER_WIDTH - 8, height - 8, Qt.AspectRatioMode.KeepAspectRatio
                )
                box = QRect(left + 4, top + 4, size.width(), size.height())
                painter.drawImage(box, still.image)
            painter.setPen(QColor("black"))
            line = QRect(left + 6, top + height - 2, _PAPER_WIDTH - 12, _PAPER_CAPTION)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, f"{still.name} · {still.words}")
        painter.end()
        return paper

    def save_to(self, path: Path) -> None:
        """Whole or not at all."""
        part = path.with_name(f"{path.name}.part.png")  # Qt takes the format from the ending
        if self.as_image().save(str(part)):
            try:
                part.replace(path)
            except OSError as error:
                self.note.setText(f"Not saved: {error.strerror}.")
                return
            self.note.setText(f"Saved as {path.name}.")
            return
        part.unlink(missing_ok=True)
        self.note.setText(f"{path.name} could not be written. Is the disk full or the folder read-only?")

    def _count(self) -> None:
        good = sum(not still.image.isNull() for still in self.stills)
        is_done = all(still.words not in ("asked…", "waiting") for still in self.stills)
        self.note.setText(f"{good} of {len(self.stills)} cameras gave a picture." if is_done else "")
        self.again.setEnabled(is_done)
        self.save.setEnabled(is_done)

    def _on_save(self) -> None:
        name = "".join(sign if sign.isalnum() else "-" for sign in self.site.name).strip("-")[:60]
        path, _ = ask_to_save(self, "Save as picture", f"{name or 'site'}-cameras.png", "Pictures (*.png)")
        if path is not None:
            self.save_to(path)

    def _style(self) -> None:
        self.setStyleSheet(f"#snapshotSheet {{ background: {self._theme.colors.pane.name()}; }}")

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)
