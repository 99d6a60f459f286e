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

    from PySide6.QtGui import QKeyEvent, QMouseEvent

    from chekt_console.background.picture_decoder import CameraPicture
    from chekt_console.domain.device import Device

_STALLED_AFTER_S = 5.0
_RATE_OVER_S = 5.0
_LOOK_MS = 500
_NOTE_S = 8.0


class LiveTile(QWidget):
    """Connecting, live, stalled, waiting or failed; a click asks to try again. In a wall it is compact: frames are decoded in its
    size. Muted until told otherwise; whether it can be heard shows once the camera is known to send sound."""

    retry_requested = Signal()
    enlarge_requested = Signal()
    mute_requested = Signal(bool)
    mute_changed = Signal(bool)

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
        self.is_compact = is_compact
        self.is_muted = True
        self._again_at = 0.0  # 0: it waits for nothing
        self._note = ""
        self._noted_at = 0.0
        self._no_sound = ""
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
        self.sound = QPushButton(self)
        self.sound.setAutoDefault(False)
        self.sound.clicked.connect(lambda: self.mute_requested.emit(not self.is_muted))
        self.sound.hide()
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
        row.addWidget(self.sound)
        row.addWidget(self.retry)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._started = 0.0
        self.set_muted(True)
        self.show_connecting()

    def show_connecting(self) -> None:
        """A picture was asked for and none has come yet."""
        self._arrivals.clear()
        self._error = ""
        self._bad_frames = 0
        self._again_at = 0.0
        self._no_sound = ""
        self.sound.hide()  # until it sends some again
        self._started = self._monotonic()
        self._timer.start()
        self.look()

    @property
    def wanted_size(self) -> tuple[int, int]:
        """What its picture is to fit into; 0, 0 for its own size."""
        return (self.picture.width(), self.picture.height()) if self.is_compact else (0, 0)

    def show_picture(self, picture: CameraPicture | None) -> None:
        """None for one that cannot be read. One that comes after the error does not make it live again."""
        if self._again_at:
            self._error, self._again_at = "", 0.0
            self._arrivals.clear()
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
        self._error, self._again_at = sentence, 0.0
        self.sound.hide()
        self._timer.stop()
        self.look()

    def show_waiting(self, sentence: str, again_s: float) -> None:
        """The picture ended; it is asked for again by itself."""
        self._error, self._again_at = sentence, self._monotonic() + again_s
        self.sound.hide()
        self._timer.start()
        self.look()

    def show_sound(self, has_sound: bool) -> None:
        """Whether the camera sends sound that can be played."""
        self.sound.setVisible(has_sound)

    def show_no_sound(self, why: str) -> None:
        """What plays here is silent."""
        self._no_sound = why
        self.sound.hide()
        self.look()

    def note(self, words: str) -> None:
        """Beside the status for some seconds."""
        self._note, self._noted_at = words, self._monotonic()
        self.look()

    def set_muted(self, is_muted: bool) -> None:
        self.is_muted = is_muted
        self.sound.setText("Listen" if is_muted else "Mute")
        self.sound.setToolTip(
            f"{'Hear this camera; others are muted' if is_muted else 'Hear nothing of this camera'} (M)"
        )
        self.sound.setAccessibleName(f"{self.sound.text()} {self.name}")
        self.mute_changed.emit(is_muted)

    def look(self) -> None:
        """Say how live the picture is now."""
        now = self._monotonic()
        last = self._arrivals[-1] if self._arrivals else None
        is_bad = True
        if self._again_at:
            words = f"{self._error} Trying again in {max(0.0, self._again_at - now):.0f} s…"
        elif self._error:
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
            if not self.is_compact:
                words += f" · {self._size[0]} × {self._size[1]}"
            if self._no_sound:
                words += " · no sound"
        if self._note and now - self._noted_at < _NOTE_S:
            words += f" · {self._note}"
        self.status.setText(words)
        self.status.setToolTip(self._no_sound)
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
        """No picture is asked for any more, and nothing is heard."""
        self._timer.stop()
        self.set_muted(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_M and self.sound.isVisible():
            self.mute_requested.emit(not self.is_muted)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.enlarge_requested.emit()
