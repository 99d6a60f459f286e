"""Small drawn key caps ("Ctrl 1"), so that keys are learnt from the buttons they stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeySequence, QPen

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from chekt_console.ui.shared.theme import Colors

_PADDING = 5
_HEIGHT = 18


def key_text(shortcut: str) -> str:
    """ "Ctrl+1" as this system writes it, with spaces between the keys."""
    native = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return native.replace("+", " ")


def cap_font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(11)
    font.setWeight(QFont.Weight.Normal)
    return font


def cap_width(base: QFont, text: str) -> int:
    return QFontMetrics(cap_font(base)).horizontalAdvance(text) + 2 * _PADDING if text else 0


def paint_cap(painter: QPainter, base: QFont, x: float, middle: float, text: str, colors: Colors) -> None:
    """Draw the cap with its left edge at x, centred upon `middle`."""
    box = QRectF(x + 0.5, middle - _HEIGHT / 2 + 0.5, cap_width(base, text) - 1, _HEIGHT - 1)
    painter.setPen(QPen(colors.line, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box, 3, 3)
    painter.setFont(cap_font(base))
    painter.setPen(colors.muted)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
