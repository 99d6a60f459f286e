"""Decodes pictures of cameras in one helper process for all of them, one after another, with a deadline for each."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from chekt_console.background.helper_link import HelperLink

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = logging.getLogger(__name__)
_PROGRAM = ("chekt_console.media.picture_process",)
_MOST_BYTES = 8 * 1024 * 1024
_DEADLINE_MS = 2000
_BARRED_S = 10.0


@dataclass(frozen=True, slots=True)
class CameraPicture:
    """`width`, `height`: as the camera sent it; `image` may be smaller."""

    image: QImage
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Asked:
    owner: object
    data: bytes
    width: int
    height: int
    done: Callable[[CameraPicture | None], None]


class PictureDecoder(QObject):
    """Lives in the window's thread; every call returns at once. A picture that takes longer than 2 s or ends the helper
    counts as not readable, and so do the next 10 s of its owner: one camera must not hold up the others."""

    def __init__(
        self,
        work_dir: Path,
        parent: QObject | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._work_dir = work_dir
        self._monotonic = monotonic
        self._link: HelperLink | None = None
        self._is_ready = False
        self._number = 0
        self._current: _Asked | None = None
        self._waiting: dict[object, _Asked] = {}
        self._barred_until: dict[object, float] = {}
        self._no_start_until = 0.0  # of a helper that does not even start

    @property
    def helper_pid(self) -> int:
        """0 when it does not run."""
        return self._link.pid if self._link is not None else 0

    def decode(
        self,
        owner: object,
        data: bytes,
        done: Callable[[CameraPicture | None], None],
        size: tuple[int, int] = (0, 0),
    ) -> None:
        """`size`: to fit into, 0 for the picture's own. `done` gets None when it is no JPEG, broken, or larger than a
        camera's picture can be; it is not called when a newer picture of that owner comes before its turn."""
        is_jpeg = len(data) <= _MOST_BYTES and data.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in data[-64:]
        barred_until = max(self._barred_until.get(owner, 0.0), self._no_start_until)
        if not is_jpeg or barred_until > self._monotonic():
            done(None)
            return
        self._waiting[owner] = _Asked(owner, data, *size, done)
        self._next()

    def forget(self, owner: object) -> None:
        """Nobody waits for its pictures any more."""
        self._waiting.pop(owner, None)
        self._barred_until.pop(owner, None)

    def close(self) -> None:
        """Ends the helper; the next picture starts another."""
        link, self._link = self._link, None
        self._current = None
        self._waiting.clear()
        self._barred_until.clear()
        self._is_ready = False
        if link is not None:
            link.stop()
            link.deleteLater()

    def _next(self) -> None:
        if self._current is not None or not self._waiting:
            return
        if self._link is None:
            self._link = HelperLink(_PROGRAM, self._work_dir, parent=self, patience_ms=_DEADLINE_MS)
            self._link.fact_arrived.connect(self._on_fact)
            self._link.died.connect(self._on_died)
        if not self._is_ready:  # so that its start does not count
            try:
                self._link.start()
            except OSError as error:  # no place for the pictures
                self._on_died(str(error))
            return
        self._current = asked = self._waiting.pop(next(iter(self._waiting)))
        self._number += 1
        self._link.tell(
            "decode",
            asked.data,
            promises_frame=True,
            clip=self._number,
            bytes=len(asked.data),
            width=asked.width,
            height=asked.height,
        )

    def _on_fact(self, fact: dict[str, Any]) -> None:
        if fact["fact"] == "ready":
            self._is_ready = True
            self._next()
        elif fact.get("clip") == self._number and self._current is not None:
            self._answer(self._picture(fact) if fact["fact"] == "frame" else None)

    def _picture(self, fact: dict[str, Any]) -> CameraPicture | None:
        """Out of the shared slot, before the helper reuses it."""
        frame = self._link.look(int(fact["sequence"])) if self._link is not None else None
        if frame is None or frame.clip != self._number:
            return None
        image = QImage(
            frame.pixels, frame.width, frame.height, frame.stride, QImage.Format.Format_RGB32
        ).copy()
        frame.pixels.release()
        return CameraPicture(image, int(fact["width"]), int(fact["height"]))

    def _on_died(self, why: str) -> None:
        _log.info("The helper that decodes cameras' pictures ended: %s", why)
        self._is_ready = False
        if self._current is not None:
            self._barred_until[self._current.owner] = self._monotonic() + _BARRED_S
            self._answer(None)
        elif self._waiting:  # it does not even start: not again and again
            self._no_start_until = self._monotonic() + _BARRED_S
            for asked in tuple(self._waiting.values()):
                self._waiting.pop(asked.owner, None)
                asked.done(None)

    def _answer(self, picture: CameraPicture | None) -> None:
        asked, self._current = self._current, None
        if asked is not None:
            asked.done(picture)
        self._next()
