"""A site's week on paper, for the customer's wall: the week as bars, in words, and its exceptions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.schedule import DAY_MIN, DAY_NAMES
from chekt_console.domain.schedule_words import describe
from chekt_console.errors import DiskFailed
from chekt_console.ui.schedule.week_geometry import WeekGeometry

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QPagedPaintDevice

    from chekt_console.domain.schedule import WeekSchedule
    from chekt_console.domain.schedule_words import WordStyle
    from chekt_console.domain.site import Site

_INKS = {ArmingMode.AWAY: "#e69f00", ArmingMode.STAY: "#56b4e9", ArmingMode.NIGHT: "#9b86f0"}
_GROUND, _LINE, _MUTED = QColor("#eef0f2"), QColor("#c4cad1"), QColor("#5b6570")
_LABEL = 0.1  # of the width, for the names of the days


def save_pdf(path: Path, site: Site, schedule: WeekSchedule, style: WordStyle, now: datetime) -> None:
    """One page, landscape. Raises DiskFailed; a file that was there stays until the new one is whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.touch()
    except OSError as error:
        raise DiskFailed(f"{path.name} could not be written: {error.strerror}.", detail=str(error)) from error
    writer = QPdfWriter(str(part))
    writer.setTitle(f"Arming schedule of {site.name}")
    writer.setPageLayout(page_layout())
    writer.setResolution(300)
    is_begun = paint_page(writer, site, schedule, style, now)
    try:
        if not is_begun or not part.exists() or not part.stat().st_size:
            raise DiskFailed(f"{path.name} could not be written. Is the disk full or the folder read-only?")
        part.replace(path)
    except OSError as error:
        raise DiskFailed(f"{path.name} could not be written: {error.strerror}.", detail=str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def page_layout() -> QPageLayout:
    return QPageLayout(
        QPageSize(QPageSize.PageSizeId.A4),
        QPageLayout.Orientation.Landscape,
        QMarginsF(15, 15, 15, 15),
        QPageLayout.Unit.Millimeter,
    )


def paint_page(
    device: QPagedPaintDevice, site: Site, schedule: WeekSchedule, style: WordStyle, now: datetime
) -> bool:
    """On a printer or PDF; False when it cannot be drawn on."""
    painter = QPainter()
    if not painter.begin(device):
        return False
    width, height = float(device.width()), float(device.height())
    _Page(painter, width, height, style).paint(site, schedule, now)
    return painter.end()


class _Page:
    def __init__(self, painter: QPainter, width: float, height: float, style: WordStyle) -> None:
        self._painter = painter
        self._width, self._height = width, height
        self._style = style
        self._unit = height / 60  # a line of text

    def paint(self, site: Site, schedule: WeekSchedule, now: datetime) -> None:
        unit = self._unit
        self._font(2.2, bold=True)
        self._text(f"Arming schedule: {site.name}", 0, 3 * unit)
        self._font(1.2)
        self._painter.setPen(_MUTED)
        zone = f" · times of {site.timezone}" if site.timezone else ""
        self._text(f"{site.address}{zone} · printed {now:%Y-%m-%d %H:%M}", 3.2 * unit, 2 * unit)
        self._paint_week(schedule, 6 * unit, 33 * unit)
        self._paint_words(describe(schedule, self._style), 41 * unit)

    def _paint_week(self, schedule: WeekSchedule, top: float, height: float) -> None:
        painter = self._painter
        left = self._width * _LABEL
        span, row_height = (self._width - left) * 0.97, height / 7
        geometry = WeekGeometry(0, 0, self._style.first_day)
        for row, day in enumerate(self._style.days()):
            band = QRectF(left, top + row * row_height + row_height * 0.12, span, row_height * 0.76)
            painter.fillRect(band, _GROUND)
            painter.setPen(Qt.GlobalColor.black)
            self._font(1.4, bold=True)
            painter.drawText(
                QRectF(0, band.top(), left, band.height()), Qt.AlignmentFlag.AlignVCenter, DAY_NAMES[day]
            )
        for period in schedule.periods:
            for piece in geometry.pieces(period):
                x = left + piece.start_min / DAY_MIN * span
                box = QRectF(
                    x,
                    top + piece.row * row_height + row_height * 0.12,
                    (piece.end_min - piece.start_min) / DAY_MIN * span,
                    row_height * 0.76,
                )
                painter.fillRect(box, QColor(_INKS[period.mode]))
                painter.setPen(Qt.GlobalColor.black)
                self._font(1.15, bold=True)
                clock = self._style.clock
                words = f"{period.mode.label} {clock(period.start_min)} → {clock(period.end_min)}"
                if not piece.is_first:
                    words = f"→ {clock(period.end_min)}" if piece.is_last else period.mode.label
                inside = box.adjusted(self._unit * 0.5, 0, 0, 0)
                if painter.fontMetrics().horizontalAdvance(words) <= inside.width():
                    painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, words)
                else:
                    label = period.mode.label
                    short = (
                        label if painter.fontMetrics().horizontalAdvance(label) < box.width() else label[0]
                    )
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, short)
        self._font(1.0)
        for hour in range(0, 25, 3):
            x = left + hour / 24 * span
            painter.setPen(QPen(_LINE, max(1.0, self._unit * 0.06)))
            painter.drawLine(int(x), int(top), int(x), int(top + height))
            painter.setPen(_MUTED)
            box = QRectF(x - span / 16, top + height, span / 8, 1.6 * self._unit)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._style.clock(hour % 24 * 60))

    def _paint_words(self, sentences: tuple[str, ...], top: float) -> None:
        """As many as there is room for; what is left out is said."""
        self._font(1.25)
        self._painter.setPen(Qt.GlobalColor.black)
        room = int((self._height - top) / (1.9 * self._unit)) * 2
        lines = list(sentences)
        if len(lines) > room:
            lines = [*lines[: room - 1], f"and {len(sentences) - room + 1} more"]
        for place, line in enumerate(lines):
            column, row = divmod(place, max(1, room // 2))
            box = QRectF(
                column * self._width / 2,
                top + row * 1.9 * self._unit,
                self._width / 2 - self._unit,
                1.9 * self._unit,
            )
            short = self._painter.fontMetrics().elidedText(
                f"• {line}", Qt.TextElideMode.ElideRight, int(box.width())
            )
            self._painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, short)

    def _font(self, lines: float, *, bold: bool = False) -> None:
        font = QFont(self._painter.font())
        font.setPixelSize(max(6, int(lines * self._unit)))
        font.setBold(bold)
        self._painter.setFont(font)

    def _text(self, words: str, top: float, height: float) -> None:
        short = self._painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(self._width))
        self._painter.drawText(QRectF(0, top, self._width, height), Qt.AlignmentFlag.AlignVCenter, short)
