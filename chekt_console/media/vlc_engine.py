"""Playing with sound by libVLC, which draws into the frame ring through its memory callbacks."""

from __future__ import annotations

import ctypes
import time
from typing import TYPE_CHECKING, Any

import vlc

from chekt_console.media.frame_ring import FrameRing, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

# Nothing of the person's VLC settings, no scripts, no subtitles from beside the file, no network of any kind.
_ARGUMENTS = (
    "--ignore-config", "--intf=dummy", "--no-lua", "--quiet", "--no-osd", "--no-spu", "--no-video-title-show",
    "--no-sub-autodetect-file", "--no-metadata-network-access", "--no-media-library", "--no-stats",
    "--avcodec-hw=none", "--file-caching=150", "--no-snapshot-preview", "--no-inhibit",
)  # fmt: skip
# python-vlc declares the chroma as a Python string, which a callback cannot write to.
_FORMAT_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_uint,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(ctypes.c_char),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
)


def version() -> str:
    return str(vlc.libvlc_get_version().decode(errors="replace").split(" ")[0])


class VlcEngine:
    """Commands come from one thread; libVLC's own threads call back with pictures and events."""

    def __init__(self, ring: FrameRing, say: Callable[..., None]) -> None:
        if int(version().split(".")[0]) < 3:
            raise OSError(f"libVLC {version()} is older than 3.0")
        instance = vlc.Instance(_ARGUMENTS)
        if instance is None:
            raise OSError("libVLC does not start (are its plugins installed?)")
        self._instance = instance
        self._ring = ring
        self._say = say
        self._address = ring.address()
        self._player: Any = instance.media_player_new()
        self._path = ""
        self._clip = 0
        self._is_playing = False
        self._has_ended = False
        self._is_muted = False
        self._speed = 1.0
        self._size = (0, 0)
        self._anchor = (0.0, 0.0)  # clip time, monotonic instant
        self._keep = self._set_callbacks()

    def open(self, path: str, clip: int) -> None:
        """Loads the clip and waits at its first frame, so that playing begins at once."""
        self._clip = clip
        self._path = path
        self._is_playing = False
        self._prime(0.0)

    def close(self) -> None:
        self._is_playing = False
        self._path = ""
        self._player.stop()

    def play(self, at_s: float) -> None:
        if not self._path:
            return
        if self._has_ended or self._player.get_state() in (
            vlc.State.Ended,
            vlc.State.Stopped,
            vlc.State.Error,
        ):
            self._prime(at_s)
        else:
            self.seek(at_s)
        self._is_playing = True
        self._anchor = (at_s, time.monotonic())
        self._player.set_rate(self._speed)
        self._player.set_pause(0)
        self._say("state", state="playing")

    def pause(self) -> None:
        self._is_playing = False
        self._player.set_pause(1)
        self._say("state", state="paused")

    def seek(self, seconds: float) -> None:
        if self._has_ended:
            self._prime(seconds)
            self._player.set_pause(0 if self._is_playing else 1)
            return
        if abs(self._now_s() - seconds) > 0.02 or self._is_playing:
            self._player.set_time(round(seconds * 1000))
        self._anchor = (seconds, time.monotonic())

    def set_speed(self, speed: float) -> None:
        self._anchor = (self._now_s(), time.monotonic())
        self._speed = speed
        self._player.set_rate(speed)

    def set_muted(self, is_muted: bool) -> None:
        self._is_muted = is_muted
        self._player.audio_set_mute(is_muted)

    def _prime(self, at_s: float) -> None:
        media = self._instance.media_new_path(self._path)
        media.add_option(":start-paused")
        media.add_option(":demux=mp4")
        if at_s > 0:
            media.add_option(f":start-time={at_s:.3f}")
        self._has_ended = False
        self._anchor = (at_s, time.monotonic())
        self._player.set_media(media)
        self._player.play()
        self._player.audio_set_mute(self._is_muted)

    def _now_s(self) -> float:
        anchor_s, instant = self._anchor
        return anchor_s + ((time.monotonic() - instant) * self._speed if self._is_playing else 0.0)

    def _set_callbacks(self) -> tuple[object, ...]:
        kinds = vlc.CallbackDecorators
        made = (
            kinds.VideoLockCb(self._lock),
            kinds.VideoUnlockCb(lambda opaque, picture, planes: None),
            kinds.VideoDisplayCb(self._display),
            _FORMAT_CALLBACK(self._format),
            kinds.VideoCleanupCb(lambda opaque: None),
        )
        self._player.video_set_callbacks(made[0], made[1], made[2], None)
        self._player.video_set_format_callbacks(ctypes.cast(made[3], kinds.VideoFormatCb), made[4])
        events = self._player.event_manager()
        events.event_attach(vlc.EventType.MediaPlayerTimeChanged, self._on_time)
        events.event_attach(vlc.EventType.MediaPlayerEndReached, self._on_ended)
        events.event_attach(vlc.EventType.MediaPlayerEncounteredError, self._on_error)
        return made

    def _format(self, opaque: Any, chroma: Any, width: Any, height: Any, pitches: Any, lines: Any) -> int:
        size = fitted(max(1, width[0]), max(1, height[0]))
        for place, letter in enumerate(b"RV32"):
            chroma[place] = letter
        width[0], height[0] = size
        pitches[0] = size[0] * 4
        lines[0] = size[1]
        self._size = size
        return 1

    def _lock(self, opaque: Any, planes: Any) -> int:
        planes[0] = self._address + self._ring.begin()
        return 0

    def _display(self, opaque: Any, picture: Any) -> None:
        if not self._is_playing:
            return
        width, height = self._size
        time_s = self._now_s()
        sequence = self._ring.publish(width, height, width * 4, clip=self._clip, time_s=time_s)
        self._say("frame", sequence=sequence, time_s=time_s, clip=self._clip)

    def _on_time(self, event: Any) -> None:
        self._anchor = (event.u.new_time / 1000, time.monotonic())

    def _on_ended(self, event: Any) -> None:
        self._has_ended = True
        if self._is_playing:
            self._is_playing = False
            self._say("ended", clip=self._clip)

    def _on_error(self, event: Any) -> None:
        self._has_ended = True
        self._is_playing = False
        self._say("failed", detail="libVLC could not open the file", clip=self._clip)
