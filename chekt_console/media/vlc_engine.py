"""Playing with sound by libVLC, which draws into the frame ring through its memory callbacks."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import vlc

from chekt_console.media.vlc_screen import VlcScreen, new_instance

if TYPE_CHECKING:
    from collections.abc import Callable

    from chekt_console.media.frame_ring import FrameRing


class VlcEngine:
    """Commands come from one thread; libVLC's own threads call back with pictures and events."""

    def __init__(self, ring: FrameRing, say: Callable[..., None]) -> None:
        self._instance = new_instance("--no-stats", "--file-caching=150")
        self._say = say
        self._player: Any = self._instance.media_player_new()
        self._path = ""
        self._clip = 0
        self._is_playing = False
        self._has_ended = False
        self._is_muted = False
        self._speed = 1.0
        self._anchor = (0.0, 0.0)  # clip time, monotonic instant
        self._screen = VlcScreen(self._player, ring, self._on_picture)
        events = self._player.event_manager()
        events.event_attach(vlc.EventType.MediaPlayerTimeChanged, self._on_time)
        events.event_attach(vlc.EventType.MediaPlayerEndReached, self._on_ended)
        events.event_attach(vlc.EventType.MediaPlayerEncounteredError, self._on_error)

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
        self._player.audio_set_mute(self._is_muted)
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

    def _on_picture(self) -> None:
        if not self._is_playing:
            return
        if self._player.audio_get_mute() == (not self._is_muted):  # -1: no sound
            self._player.audio_set_mute(
                self._is_muted
            )  # what was told before the sound was there is forgotten
        time_s = self._now_s()
        sequence = self._screen.publish(clip=self._clip, time_s=time_s)
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
