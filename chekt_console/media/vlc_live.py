"""A camera's video, played with sound by libVLC as it comes from the process that fetches it; no socket is opened here."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import vlc

from chekt_console.media.child_end import kill
from chekt_console.media.live_source import OPEN_S, SILENT_S, LiveEnd, LiveShape, end_of
from chekt_console.media.vlc_screen import BOX, VlcScreen, new_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.media.frame_ring import FrameRing

_SOURCE = "chekt_console.media.live_source_process"
_CACHING_MS = 300  # evens out what comes unevenly; all of the delay that is added here
_OPENING_S = 2 * OPEN_S + 5  # it has two ways to ask
_STILL_S = SILENT_S + 3
_FRAMELESS_S = 10.0
_END_S = 2.0
_CHUNK = 65_536
_LONGEST_HEAD = 64
_READ = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
_OPEN = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_uint64)
)
_CLOSE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
_ENDLESS = 2**64 - 1


class _Source:
    """The process that fetches, and the reading of what it hands on."""

    def __init__(self, url: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", _SOURCE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._out = self._process.stdout
        with contextlib.suppress(OSError):  # it is gone already: reading tells
            self._process.stdin.write(url.replace("\n", "").encode() + b"\n")
        self.shape: LiveShape | None = None  # once it has begun
        self._waits_since = 0.0  # 0: nobody waits for it

    def read(self, most: int) -> bytes:
        """Waits; empty at the end."""
        self._waits_since = time.monotonic()
        try:
            if self.shape is None:
                self.shape = LiveShape.read(self._out.readline(_LONGEST_HEAD))
            return os.read(self._out.fileno(), most)
        except (OSError, ValueError):
            return b""
        finally:
            self._waits_since = 0.0

    @property
    def is_stuck(self) -> bool:
        waits_since = self._waits_since
        limit_s = _STILL_S if self.shape is not None else _OPENING_S
        return waits_since > 0 and time.monotonic() - waits_since > limit_s

    def why(self) -> LiveEnd:
        try:
            return end_of(self._process.wait(_END_S))
        except subprocess.TimeoutExpired:
            return LiveEnd.SILENT

    def kill(self) -> None:
        """Whoever reads sees the end."""
        kill(self._process)

    def close(self) -> None:
        self.kill()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._out.close()


class VlcLive:
    """Commands and `tick` come from one thread; libVLC's own threads read and draw."""

    def __init__(self, ring: FrameRing, say: Callable[..., None]) -> None:
        self._instance = new_instance()
        self._say = say
        self._player: Any = self._instance.media_player_new()
        self._screen = VlcScreen(self._player, ring, self._on_picture)
        self._source: _Source | None = None
        self._media: Any = None
        self._number = 0
        self._gap_s = 0.0
        self._shown_at = 0.0
        self._fed_at = 0.0  # first data since the last picture; 0: none
        self._is_muted = True
        self._why = LiveEnd.UNREADABLE
        self._is_over = threading.Event()
        self._keep = (_OPEN(self._on_open), _READ(self._on_read), _CLOSE(lambda opaque: None))
        events = self._player.event_manager()
        for kind in (vlc.EventType.MediaPlayerEndReached, vlc.EventType.MediaPlayerEncounteredError):
            events.event_attach(kind, self._on_over)

    def open(self, url: str, number: int, box: tuple[int, int], most_fps: float, *, is_muted: bool) -> None:
        """`number` names it in all that is said; `box`: pixels its pictures are to fit into, 0, 0 for their own size;
        `most_fps`: pictures a second handed over, 0 for all of them."""
        self.close()
        self._number = number
        self._gap_s = 0.8 / most_fps if most_fps else 0.0
        self._screen.box = box if all(box) else BOX
        self._is_muted = is_muted
        self._shown_at = self._fed_at = 0.0
        self._why = LiveEnd.UNREADABLE
        self._is_over.clear()
        self._source = _Source(url)
        self._media = vlc.libvlc_media_new_callbacks(
            self._instance,
            ctypes.cast(self._keep[0], vlc.MediaOpenCb),
            ctypes.cast(self._keep[1], vlc.MediaReadCb),
            vlc.MediaSeekCb(),
            ctypes.cast(self._keep[2], vlc.MediaCloseCb),
            None,
        )
        # A sound that is not there, so that none is chosen before it is asked for.
        for option in (
            "demux=ts",
            "audio-track=99",
            f"network-caching={_CACHING_MS}",
            f"live-caching={_CACHING_MS}",
        ):
            self._media.add_option(f":{option}")
        if most_fps:
            # Small pictures beside others: what costs the most and shows the least is left out.
            self._media.add_option(":avcodec-skiploopfilter=4")
            self._media.add_option(":avcodec-threads=1")
        self._player.set_media(self._media)
        self._player.play()

    def set_muted(self, is_muted: bool) -> None:
        self._is_muted = is_muted
        self._choose_sound()

    def _choose_sound(self) -> None:
        """A sound nobody hears is not decoded, and asks for no loudspeaker."""
        wanted = -1
        if not self._is_muted:
            wanted = next(
                (number for number, _ in self._player.audio_get_track_description() if number >= 0), -1
            )
        if self._player.audio_get_track() != wanted:
            self._player.audio_set_track(wanted)

    def close(self) -> None:
        self._is_over.set()
        source, self._source = self._source, None
        if source is not None:
            source.kill()  # first, as libVLC may wait for what it sends
            self._player.stop()
            source.close()
            self._media.release()

    def tick(self) -> None:
        """Asked often: says that all is well here, whatever the camera does."""
        source = self._source
        if source is None:
            return
        if source.is_stuck:
            self._end(LiveEnd.SILENT)
        elif self._fed_at and time.monotonic() - self._fed_at > _FRAMELESS_S:
            self._fed_at = 0.0
            self._say("frameless", clip=self._number)
        if source.shape is not None and source.shape.has_sound:
            self._choose_sound()
        self._say("alive", clip=self._number)

    def _end(self, why: LiveEnd) -> None:
        if not self._is_over.is_set():
            self._is_over.set()
            self._say("ended", why=why.value, clip=self._number)

    def _on_open(self, opaque: Any, data: Any, size: Any) -> int:
        size[0] = _ENDLESS
        return 0

    def _on_read(self, opaque: Any, buffer: Any, length: int) -> int:
        source = self._source
        if source is None:
            return 0
        is_first = source.shape is None
        data = source.read(min(length, _CHUNK))
        if is_first and source.shape is not None:
            self._screen.told_size = source.shape.width, source.shape.height
            self._say("begun", clip=self._number, has_sound=source.shape.has_sound)
        if data:
            ctypes.memmove(buffer, data, len(data))
            self._fed_at = self._fed_at or time.monotonic()
        elif not self._is_over.is_set():
            self._why = source.why()
        return len(data)

    def _on_over(self, event: Any) -> None:
        """What was fetched has been shown to its end, which comes later."""
        self._end(self._why)

    def _on_picture(self) -> None:
        now = time.monotonic()
        self._fed_at = 0.0
        if now - self._shown_at < self._gap_s or self._is_over.is_set():
            return
        self._shown_at = now
        sequence = self._screen.publish(clip=self._number, time_s=0.0)
        width, height = self._screen.source_size
        self._say("frame", sequence=sequence, clip=self._number, width=width, height=height)
