"""Exact frames of a clip by PyAV: any instant, one frame forward or back, and silent playing when libVLC is missing."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

import av
import av.error

from chekt_console.media.filmstrip import Filmstrip
from chekt_console.media.frame_ring import FrameRing, fitted
from chekt_console.media.strip_shape import CELL_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

_MAX_PIXELS = 8192 * 4608
_CACHE_BYTES = 96 * 1024 * 1024
_MAX_BROKEN_PACKETS = 200


class BrokenClip(Exception):
    """The file cannot be shown; the text is for the log."""


def open_container(path: str) -> av.container.InputContainer:
    """Only the MP4 reader and only this file: nothing inside a clip may make us open another file or address."""
    try:
        return av.open(path, format="mov", options={"protocol_whitelist": "file", "enable_drefs": "0"})
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise BrokenClip(str(error)) from error


def picture_facts(container: av.container.InputContainer) -> dict[str, Any]:
    """Codec, size, rate and length of the first video stream; raises BrokenClip when there is none to show."""
    if not container.streams.video:
        raise BrokenClip("no video stream")
    stream = container.streams.video[0]
    if stream.codec_context is None:  # PyAV gives none for a codec it does not know
        raise BrokenClip("codec not known")
    width, height = stream.codec_context.width, stream.codec_context.height
    if not 0 < width * height <= _MAX_PIXELS:
        raise BrokenClip(f"picture size {width} x {height}")
    fps = float(stream.average_rate or stream.guessed_rate or 0)
    duration = 0.0
    if stream.duration and stream.time_base:
        duration = float(stream.duration * stream.time_base)
    elif container.duration:
        duration = container.duration / 1e6
    return {
        "codec": stream.codec_context.name,
        "profile": str(stream.codec_context.profile or ""),
        "width": width,
        "height": height,
        "fps": fps,
        "duration_s": duration,
        "has_sound": bool(container.streams.audio),
    }


class AvEngine:
    """Driven by one thread: commands between calls of `tick`, which shows the next frame when it is due."""

    def __init__(self, ring: FrameRing, say: Callable[..., None]) -> None:
        self._ring = ring
        self._say = say
        self._container: av.container.InputContainer | None = None
        self._stream: av.VideoStream | None = None
        self._decoder: Iterator[av.VideoFrame] | None = None
        self._recent: deque[av.VideoFrame] = deque()
        self._shown: av.VideoFrame | None = None
        self._next: av.VideoFrame | None = None
        self._is_unseen = False  # the frame that is due came too late to be drawn
        self._start_s = 0.0
        self._clip = 0
        self._speed = 1.0
        self._is_playing = False
        self._anchor = (0.0, 0.0)  # clip time, monotonic instant
        self._frame_s = 0.04
        self._path = ""
        self._duration_s = 0.0
        self._strip: Filmstrip | None = None

    def open(self, path: str, clip: int) -> None:
        self.close()
        self._clip = clip
        self._path = path
        self._container = open_container(path)
        facts = picture_facts(self._container)
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._duration_s = facts["duration_s"]
        self._frame_s = 1 / facts["fps"] if facts["fps"] > 0 else 0.04
        self._decoder = self._decoded()
        first = next(self._decoder, None)
        if first is None:
            raise BrokenClip("no frame could be decoded")
        self._start_s = first.time or 0.0
        self._say("opened", **facts)
        self._show(first)

    def close(self) -> None:
        self._is_playing = False
        self._drop_strip()
        self._recent.clear()
        self._shown = self._next = self._decoder = self._stream = None
        if self._container is not None:
            self._container.close()
            self._container = None

    def play(self) -> None:
        if self._shown is None or self._is_playing:
            return
        if self._shown_s() >= self._last_s():
            self.seek(0.0)
        self._is_playing = True
        self._anchor = (self._shown_s(), time.monotonic())
        self._say("state", state="playing")

    def pause(self) -> None:
        if self._is_playing:
            self._is_playing = False
            self._say("state", state="paused")

    def set_speed(self, speed: float) -> None:
        self._speed = speed
        self._anchor = (self._shown_s(), time.monotonic())

    def set_muted(self, is_muted: bool) -> None:
        """There is no sound here."""

    def seek(self, seconds: float) -> None:
        """Shows the frame that is on screen at that instant."""
        frame = self._frame_at(max(0.0, seconds) + 1e-6)
        if frame is not None:
            self._show(frame)
            self._anchor = (self._shown_s(), time.monotonic())

    def make_strip(self) -> None:
        """Small pictures of the whole clip, told as "strip" when they are done; made while nothing else is to do."""
        self._drop_strip()
        if self._container is not None and self._duration_s > 0:
            self._strip = Filmstrip(open_container(self._path), self._duration_s)

    def step(self, frames: int) -> None:
        for _ in range(abs(frames)):
            if self._shown is None:
                return
            shown_s = self._shown_s()
            frame = self._frame_after(shown_s) if frames > 0 else self._frame_at(shown_s - 1e-6)
            if frame is None or self._time_of(frame) == shown_s:
                return
            self._show(frame)

    def tick(self) -> float:
        """Shows what is due; returns for how many seconds nothing will be."""
        if not self._is_playing or self._shown is None:
            return self._advance_strip()
        if self._next is None:
            self._next = self._frame_after(self._shown_s())
        now = time.monotonic()
        if self._next is None:
            self._is_playing = False
            if self._is_unseen:
                self._show(self._shown)
            self._say("ended", time_s=self._shown_s())
            return 3600.0
        wait = (self._time_of(self._next) - self._anchor[0]) / self._speed - (now - self._anchor[1])
        if wait > 0.001:
            return wait
        if wait < -0.5:  # this computer is too slow: go on from here, do not race
            self._anchor = (self._time_of(self._next), now)
        frame, self._next = self._next, None
        self._show(frame, is_late=wait < -self._frame_s)
        return 0.0

    def _advance_strip(self) -> float:
        strip = self._strip
        if strip is None:
            return 3600.0
        strip.advance()
        if strip.is_done:
            self._ring.slot_for_writing()[: len(strip.pixels)] = strip.pixels
            width = strip.stride // 4
            sequence = self._ring.publish(width, CELL_HEIGHT, strip.stride, clip=self._clip, time_s=0.0)
            self._say("strip", sequence=sequence)
            self._drop_strip()
        return 0.0

    def _drop_strip(self) -> None:
        if self._strip is not None:
            self._strip.close()
            self._strip = None

    def _decoded(self) -> Iterator[av.VideoFrame]:
        """Frames from the current place on; damaged packets are skipped, a bounded number of them."""
        assert self._container is not None
        assert self._stream is not None
        broken = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
                frames = packet.decode() if packet is not None else None
            except av.error.EOFError:
                return
            except (av.error.FFmpegError, ValueError):
                broken += 1
                if broken > _MAX_BROKEN_PACKETS:
                    return
                continue
            if frames is None:
                return
            for frame in frames:
                if frame.time is None:
                    continue
                self._recent.append(frame)
                limit = max(4, _CACHE_BYTES // max(1, frame.width * frame.height * 3 // 2))
                while len(self._recent) > limit:
                    self._recent.popleft()
                yield frame

    def _frame_at(self, seconds: float) -> av.VideoFrame | None:
        """The last frame that begins at or before `seconds`; the first one when there is none."""
        found = self._in_recent(seconds)
        if found is not None:
            return found
        self._restart_at(seconds)
        best = None
        for frame in self._decoder or ():
            if self._time_of(frame) > seconds:
                return best or frame
            best = frame
        return best

    def _frame_after(self, seconds: float) -> av.VideoFrame | None:
        is_covered = bool(self._recent) and self._time_of(self._recent[0]) <= seconds + 1e-6
        for frame in self._recent if is_covered else ():
            if self._time_of(frame) > seconds + 1e-6:
                return frame
        if not is_covered:
            self._restart_at(seconds)
        for frame in self._decoder or ():
            if self._time_of(frame) > seconds + 1e-6:
                return frame
        return None

    def _in_recent(self, seconds: float) -> av.VideoFrame | None:
        """Only when a later frame is known too, so that no nearer one can hide behind the decoder's place."""
        best = None
        for frame in self._recent:
            if self._time_of(frame) > seconds:
                return best
            best = frame
        return None

    def _restart_at(self, seconds: float) -> None:
        assert self._container is not None
        assert self._stream is not None
        self._next = None
        self._recent.clear()
        time_base = self._stream.time_base
        target = int((seconds + self._start_s) / float(time_base)) if time_base else 0
        try:
            self._container.seek(max(0, target), stream=self._stream, backward=True)
        except av.error.FFmpegError:
            self._container.seek(0)
        self._decoder = self._decoded()

    def _show(self, frame: av.VideoFrame, *, is_late: bool = False) -> None:
        self._next = None
        self._shown = frame
        self._is_unseen = is_late
        if is_late:
            return
        width, height = fitted(frame.width, frame.height)
        picture = frame.reformat(width=width, height=height, format="bgra")
        plane = picture.planes[0]
        data = memoryview(plane)
        slot = self._ring.slot_for_writing()
        stride = plane.line_size
        if stride * height > len(slot):
            stride = width * 4
            for row in range(height):
                slot[row * stride : (row + 1) * stride] = data[
                    row * plane.line_size : row * plane.line_size + stride
                ]
        else:
            slot[: stride * height] = data[: stride * height]
        shown_s = self._time_of(frame)
        sequence = self._ring.publish(width, height, stride, clip=self._clip, time_s=shown_s)
        self._say("frame", sequence=sequence, time_s=shown_s)

    def _time_of(self, frame: av.VideoFrame) -> float:
        return float(frame.time or 0.0) - self._start_s

    def _shown_s(self) -> float:
        return self._time_of(self._shown) if self._shown is not None else 0.0

    def _last_s(self) -> float:
        """Where the last frame begins, near enough to know that playing on makes no sense."""
        if self._stream is None or not self._stream.duration or not self._stream.time_base:
            return float("inf")
        return float(self._stream.duration * self._stream.time_base) - 1.5 * self._frame_s
