"""The button at the left end of the known time: reads older events, tells how far it is, and stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from chekt_console.ui.timeline.timeline_geometry import TOP_PX

if TYPE_CHECKING:
    from chekt_console.ui.timeline.timeline_view import TimelineView

_GAP_PX = 8
_BELOW_PX = 26  # below the words on the hatching
_WORDS = "Read older"


class OlderButton(QPushButton):
    """Lies over the timeline, where its known time begins; hidden while that is out of view."""

    read_requested = Signal()
    stop_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(_WORDS, parent)
        self._is_reading = False
        self._is_offered = False
        self._words = _WORDS
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setToolTip("Read older events from the server (O)")
        self.clicked.connect(
            lambda: (self.stop_requested if self._is_reading else self.read_requested).emit()
        )
        self.hide()

    def offer(self, is_offered: bool, words: str = _WORDS) -> None:
        """Whether older events can be asked for at all, and how that is called."""
        self._is_offered = is_offered
        self._words = words
        if not self._is_reading:
            self.show_reading(None)

    def press(self) -> None:
        """By key: as a click on it would, where it is seen."""
        if self.isVisible():
            self.click()

    def show_reading(self, share: float | None) -> None:
        """0 to 1 while it reads, None when it does not."""
        self._is_reading = share is not None
        self.setText(self._words if share is None else f"Reading older, {share * 100:.0f} % · Stop")
        self.adjustSize()

    def place(self, view: TimelineView) -> None:
        """After the view moved."""
        axis, known_ms = view.axis, view.content.known_from_ms
        is_here = self._is_offered and view.content.known_to_ms > 0
        if not is_here or axis.from_ms > known_ms:
            self.hide()
            return
        self.adjustSize()
        end = min(axis.x_of(known_ms), axis.right_px)
        if end - self.width() - _GAP_PX >= axis.left_px:
            left = end - self.width() - _GAP_PX
            if known_ms > axis.to_ms:
                left = (axis.left_px + axis.right_px - self.width()) / 2
        else:
            left = axis.left_px + _GAP_PX
        self.move(round(left), TOP_PX + _BELOW_PX)
        self.show()
