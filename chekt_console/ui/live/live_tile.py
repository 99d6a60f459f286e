"""The live picture of one camera, and words for how live it is."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from chekt_console.ui.live.live_picture import LivePicture
from chekt_console.ui.shared.plain_text import one_line
from chekt_console.ui.shared.style import set_role

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QMouseEvent

    from chekt_console.background.picture_decoder import CameraPicture
    from chekt_console.domain.device import Device

_STALLED_AFTER_S = 5.0
_RATE_OVER_S = 5.0
_LOOK_MS = 500


class LiveTile(QWidget):
    """Connecting, live, stalled or failed; a click asks to try again. In a wall it is compact: frames are decoded in its size."""

    retry_requested = Signal()
    enlarge_requested = Signal()

    def __init__(
        self,
        device: Device,
        site_name: str,
        parent: QWidget | None = None,
        *,
        is_compact: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.device = device
        self._is_compact = is_compact
        self._monotonic = monotonic
        self._arrivals: deque[float] = deque(maxlen=200)
        self._error = ""
        self._bad_frames = 0
        self._size = (0, 0)
        self.picture = LivePicture(self)
        self.picture.setAccessibleName(f"Live picture of {one_line(device.name) or device.device_id}")
        self.status = QLabel(self)
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.name = one_line(device.name) or device.device_id
        where = QLabel(self.name if is_compact else f"{self.name} · {one_line(site_name)}", self)
        where.setTextFormat(Qt.TextFormat.PlainText)
        set_role(where, "strong")
        self.retry = QPushButton("Try again", self)
        self.retry.setAutoDefault(False)
        self.retry.clicked.connect(lambda: self.retry_requested.emit())
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(where)
        words.addWidget(self.status)
        row = QHBoxLayout()
        row.setContentsMargins(*((8, 4, 8, 4) if is_compact else (12, 8, 12, 8)))
        row.setSpacing(12)
        row.addLayout(words, 1)
        row.addWidget(self.retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._started = 0.0
        self.show_connecting()

    def show_connecting(self) -> None:
        """A picture was asked for and none has come yet."""
        self._arrivals.clear()
        self._error = ""
        self._bad_frames = 0
        self._started = self._monotonic()
        self._timer.start()
        self.look()

    @property
    def wanted_size(self) -> tuple[int, int]:
        """What its picture is to fit into; 0, 0 for its own size."""
        return (self.picture.width(), self.picture.height()) if self._is_compact else (0, 0)

    def show_picture(self, picture: CameraPicture | None) -> None:
        """None for one that cannot be read. One that comes after the error does not make it live again."""
        if picture is None:
            self._bad_frames += 1
            self.look()
            return
        self._arrivals.append(self._monotonic())
        self._size = picture.width, picture.height
        self.picture.show_image(picture.image)
        if self._error or len(self._arrivals) == 1:
            self.look()

    def show_error(self, sentence: str) -> None:
        """The picture ended; the last frame stays, faded."""
        self._error = sentence
        self._timer.stop()
        self.look()

    def look(self) -> None:
        """Say how live the picture is now."""
        now = self._monotonic()
        last = self._arrivals[-1] if self._arrivals else None
        is_bad = True
        if self._error:
            words = self._error
        elif last is None:
            waited = now - self._started
            is_bad = waited >= _STALLED_AFTER_S
            words = f"Connecting… no picture for {waited:.0f} s" if is_bad else "Connecting…"
            if self._bad_frames:
                words += f" ({self._bad_frames} not readable)"
        elif now - last >= _STALLED_AFTER_S:
            words = f"Stalled: the last picture is {now - last:.0f} s old"
        else:
            is_bad = False
            words = f"Live · {self._rate(now)} · {now - last:.1f} s ago"
            if not self._is_compact:
                words += f" · {self._size[0]} × {self._size[1]}"
        self.status.setText(words)
        self.status.setAccessibleName(words)
        set_role(self.status, "error" if is_bad else "small")
        self.retry.setVisible(is_bad)
        self.picture.fade(is_bad)

    def _rate(self, now: float) -> str:
        """Pictures a second over the last seconds; '< 1' is told as such."""
        recent = [at for at in self._arrivals if now - at <= _RATE_OVER_S]
        if len(recent) < 2 or recent[-1] <= recent[0]:
            return "first picture"
        rate = (len(recent) - 1) / (recent[-1] - recent[0])
        return f"{rate:.0f} fps" if rate >= 1.5 else f"a picture every {1 / rate:.0f} s"

    def stop(self) -> None:
        """No picture is asked for any more."""
        self._timer.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.enlarge_requested.emit()
