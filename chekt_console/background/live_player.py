"""Plays one camera's RTSP or HLS video with sound, by libVLC in a helper process of its own."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from chekt_console.background.helper_link import HelperLink
from chekt_console.background.picture_decoder import CameraPicture
from chekt_console.background.player_words import DEATHS_ALLOWED, install_advice
from chekt_console.media.live_source import LiveEnd

if TYPE_CHECKING:
    from pathlib import Path

_log = logging.getLogger(__name__)
_PROGRAM = ("chekt_console.media.player_process", "--engine", "live")
_DEATH_SPAN_S = 60.0
_START_S, _SILENT_S = 30.0, 5.0  # nine that start at once on a small computer need long
_NO_PICTURE = "what came could not be made into a picture"


class LivePlayer(QObject):
    """Lives in the window's thread; every call returns at once.

    A helper that dies, is stuck for 5 s, or makes no picture of what the camera sends for 10 s is replaced and goes on with the
    same address (`replaced`). `lost` says that libVLC cannot be used here, or died three times in a minute over this camera:
    then it plays nothing any more.
    """

    picture_arrived = Signal(object)  # CameraPicture
    sound_found = Signal(bool)  # whether the camera sends sound
    replaced = Signal(str)  # why
    ended = Signal(object)  # LiveEnd
    lost = Signal(str)  # sentence

    def __init__(self, work_dir: Path, parent: QObject | None = None, *, libvlc_path: str = "") -> None:
        super().__init__(parent)
        self._link = HelperLink(_PROGRAM, work_dir, libvlc_path, self)
        self._link.fact_arrived.connect(self._on_fact)
        self._link.died.connect(self._on_died)
        self._address = ""
        self._size = (0, 0)
        self._most_fps = 0.0
        self._number = 0
        self._is_muted = True
        self._deaths: list[float] = []

    @property
    def helper_pid(self) -> int:
        """0 when it does not run."""
        return self._link.pid

    def open(self, address: str, size: tuple[int, int] = (0, 0), most_fps: float = 0.0) -> None:
        """`size`: pixels to fit into, 0, 0 for its own; `most_fps`: pictures a second, 0 for all of them."""
        self._address, self._size, self._most_fps = address, size, most_fps
        self._open()

    def set_muted(self, is_muted: bool) -> None:
        self._is_muted = is_muted
        if self._address:
            self._link.tell("mute", is_muted=is_muted)

    def let_go(self) -> None:
        """Before `close`, where several are closed together: their helpers end at the same time."""
        self._address = ""
        self._link.let_go()

    def close(self) -> None:
        """Ends the helper for good."""
        self._address = ""
        self._link.stop()

    def _open(self) -> None:
        self._number += 1
        if not self._link.pid:
            self._set_patience(_START_S)
        self._link.tell(
            "open",
            promises_frame=True,
            url=self._address,
            clip=self._number,
            width=self._size[0],
            height=self._size[1],
            most_fps=self._most_fps,
            is_muted=self._is_muted,
        )

    def _set_patience(self, seconds: float) -> None:
        self._link.set_patience(seconds / 3)

    def _on_fact(self, fact: dict[str, Any]) -> None:
        kind = fact["fact"]
        self._set_patience(_SILENT_S)
        if kind == "no_engine":
            _log.info("libVLC cannot be used: %s", fact.get("detail"))
            self._lose(install_advice())
        if not self._address or fact.get("clip") != self._number:
            return
        if kind in ("alive", "frame"):
            self._link.expect_frame()  # or the word that it lives
        if kind == "frame":
            self._show(fact)
        elif kind == "begun":
            self.sound_found.emit(bool(fact.get("has_sound")))
        elif kind == "frameless":
            self._link.replace(_NO_PICTURE)
        elif kind == "ended":
            self._address = ""
            self._link.expect_nothing()
            try:
                why = LiveEnd(fact.get("why"))
            except ValueError:
                why = LiveEnd.UNREADABLE
            self.ended.emit(why)

    def _show(self, fact: dict[str, Any]) -> None:
        sequence = int(fact["sequence"])
        frame = self._link.look(sequence)
        if frame is None or frame.clip != self._number:
            return
        image = QImage(
            frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32
        ).copy()
        frame.pixels.release()
        if self._link.is_whole(sequence):
            self.picture_arrived.emit(CameraPicture(image, int(fact["width"]), int(fact["height"])))

    def _on_died(self, why: str) -> None:
        _log.info("The helper that plays a camera ended: %s", why)
        if not self._address:
            return
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < _DEATH_SPAN_S] + [now]
        if len(self._deaths) >= DEATHS_ALLOWED:
            self._lose(f"libVLC stopped {DEATHS_ALLOWED} times within a minute over this camera.")
            return
        self._open()
        self.replaced.emit(why)

    def _lose(self, sentence: str) -> None:
        self._address = ""
        self._link.stop()
        self.lost.emit(sentence)
