"""Widths and shortened texts that a frame would work out again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

if TYPE_CHECKING:
    from PySide6.QtGui import QFont

_MOST = 4_000


class TextCache:
    """Of one font; forgets all when it has grown large."""

    def __init__(self) -> None:
        self._font_key = ""
        self._metrics: QFontMetricsF | None = None
        self._widths: dict[str, float] = {}
        self._elided: dict[tuple[str, float], str] = {}

    def use(self, font: QFont) -> None:
        key = font.key()
        if key != self._font_key or self._metrics is None:
            self._font_key = key
            self._metrics = QFontMetricsF(font)
            self._widths.clear()
            self._elided.clear()

    @property
    def cap_height(self) -> float:
        """Of capital letters: what centres a line of text by eye."""
        assert self._metrics is not None
        return self._metrics.capHeight()

    def horizontalAdvance(self, text: str) -> float:
        """Named as in QFontMetricsF, for which this stands."""
        found = self._widths.get(text)
        if found is None:
            assert self._metrics is not None
            if len(self._widths) > _MOST:
                self._widths.clear()
            found = self._widths[text] = self._metrics.horizontalAdvance(text)
        return found

    def elided(self, text: str, width: float) -> str:
        found = self._elided.get((text, width))
        if found is None:
            assert self._metrics is not None
            if len(self._elided) > _MOST:
                self._elided.clear()
            found = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            self._elided[text, width] = found
        return found
