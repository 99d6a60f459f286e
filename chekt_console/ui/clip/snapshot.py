"""One picture of a clip as a PNG that tells by itself where and when it was taken."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QStandardPaths, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from pathlib import Path

_LINE_SHARE = 0.032
_GROUND = QColor("#101318")
_INK = QColor("#f4f6f8")


def captioned(image: QImage, lines: list[str], font: QFont) -> QImage:
    """The untouched picture with its caption under it."""
    line = max(16, round(image.height() * _LINE_SHARE))
    margin = line // 2
    whole = QImage(image.width(), image.height() + len(lines) * line + 2 * margin, QImage.Format.Format_RGB32)
    whole.fill(_GROUND)
    painter = QPainter(whole)
    painter.drawImage(0, 0, image)
    written = QFont(font)
    written.setPixelSize(round(line * 0.72))
    painter.setFont(written)
    painter.setPen(_INK)
    for row, text in enumerate(lines):
        box = QRectF(margin, image.height() + margin + row * line, image.width() - 2 * margin, line)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    painter.end()
    return whole


def file_stem(*parts: str) -> str:
    """A name any file system takes."""
    words = [re.sub(r"[^\w.-]+", "-", part).strip("-.")[:60] for part in parts]
    return "_".join(word for word in words if word) or "snapshot"


def save(image: QImage, folder: Path, stem: str) -> Path:
    """Never over an older file. Raises DiskFailed."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
        path = next(path for path in (folder / f"{name}.png" for name in names) if not path.exists())
    except OSError as error:
        raise _refused(folder, str(error)) from error
    if not image.save(str(path)):
        path.unlink(missing_ok=True)
        raise _refused(folder, "QImage.save refused")
    return path


def pictures_folder() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)


def _refused(folder: Path, detail: str) -> DiskFailed:
    return DiskFailed(
        f"The snapshot could not be saved in {folder}. Choose another folder in the menu of the Snapshot button.",
        detail=detail,
    )
