"""Helper process that fetches a camera's video: `python -m chekt_console.media.live_source_process`.

The address comes as the first line of stdin, so that its token is in no list of processes. The video leaves on stdout as an
MPEG transport stream, not decoded. It ends when stdin closes; its exit code is one of `live_source.EXIT_CODES`.

By PyAV, though libVLC plays it: PyAV can be told which protocols an address may lead to, tells 401 from 403 from silence, and
speaks RTSP on every computer (Debian's libVLC does not).
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, BinaryIO

import av

from chekt_console.media.helper_limits import limit_helper
from chekt_console.media.live_source import (
    EXIT_CODES,
    OPEN_S,
    SILENT_S,
    LiveEnd,
    LiveShape,
    attempts,
    is_rtsp,
)

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer

_MOST_BYTES = 2 * 1024**3
_LATE_S = 4.0
_AHEAD_S = 1.0
_LEAP_S = 20.0  # its clock was set anew
_OVERLAP_S = 1.0  # of one part of the video and the next
_VIDEO = frozenset(("h264", "hevc", "mpeg4", "mpeg2video", "mpeg1video"))  # what a transport stream carries
_AUDIO = frozenset(("aac", "mp2", "mp3", "ac3", "eac3"))


class _Pace:
    """What is handed on beside what the camera took, by the clock of its pictures."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None

    def is_late(self, packet_s: float) -> bool:
        """Of a camera that sends as it sees: whether this lay somewhere for seconds, as after a standstill, and so does all
        that follows. A clock that runs slow is not late."""
        now = time.monotonic()
        last_s, last = self._last or (packet_s, now)
        self._last = packet_s, now
        return (now - last) - (packet_s - last_s) > _LATE_S

    def wait(self, packet_s: float) -> None:
        """For its turn, with what comes all at once, as HLS does: else the player would take in all of it."""
        now = time.monotonic()
        if self._began is None:
            self._began = packet_s, now
        ahead_s = (packet_s - self._began[0]) - (now - self._began[1])
        if abs(ahead_s) > _LEAP_S:
            self._began = packet_s, now  # its clock leapt
        elif ahead_s > _AHEAD_S:
            time.sleep(ahead_s - _AHEAD_S)


class _Sound:
    """Hands on what a transport stream carries; what it does not (most cameras: G.711) as AAC."""

    def __init__(self, source: av.AudioStream, out: OutputContainer) -> None:
        self._encoder: av.AudioStream | None = None
        if source.codec_context.name in _AUDIO:
            self._stream = out.add_stream_from_template(source)
            return
        self._stream = self._encoder = out.add_stream("aac", rate=source.codec_context.sample_rate)
        self._encoder.layout = "mono"
        self._resampler = av.AudioResampler("fltp", "mono", source.codec_context.sample_rate)

    def put(self, packet: av.Packet[Any], out: OutputContainer) -> None:
        if self._encoder is None:
            packet.stream = self._stream
            out.mux_one(packet)
            return
        for decoded in packet.decode():
            if isinstance(decoded, av.AudioFrame):
                for frame in self._resampler.resample(decoded):
                    out.mux(self._encoder.encode(frame))


def _hand_on(container: InputContainer, sink: BinaryIO, *, is_live: bool) -> LiveEnd:
    video = container.streams.video[0]
    if video.codec_context.name not in _VIDEO:
        return LiveEnd.UNREADABLE
    sounds = container.streams.audio[:1]
    pace = _Pace()
    sink.write(LiveShape(video.codec_context.width, video.codec_context.height, bool(sounds)).line())
    with av.open(sink, "w", format="mpegts", options={"flush_packets": "1"}) as out:
        picture = out.add_stream_from_template(video)
        sound = _Sound(sounds[0], out) if sounds else None
        last: dict[int, int] = {}
        for packet in container.demux(video, *sounds):
            if packet.dts is None or packet.time_base is None:
                continue
            back = last.get(packet.stream.index, packet.dts - 1) - packet.dts
            if back * packet.time_base > _OVERLAP_S:
                return LiveEnd.LATE  # its clock was set back
            if back >= 0:
                continue
            last[packet.stream.index] = packet.dts
            if packet.stream is not video:
                if sound is not None:
                    sound.put(packet, out)
                continue
            packet_s = float(packet.dts * packet.time_base)
            if not is_live:
                pace.wait(packet_s)
            elif pace.is_late(packet_s):
                return LiveEnd.LATE
            packet.stream = picture
            out.mux_one(packet)
    return LiveEnd.ENDED


def _fetch(url: str, sink: BinaryIO) -> LiveEnd:
    end = LiveEnd.UNREADABLE
    for options in attempts(url):
        try:
            container = av.open(url, options=options, timeout=(OPEN_S, SILENT_S))
        except av.FFmpegError as error:
            end = _why(error)
            if end is LiveEnd.UNREADABLE or end is LiveEnd.SILENT:
                continue  # over TCP it may give nothing and over UDP a picture
            return end
        try:
            with container:
                return _hand_on(container, sink, is_live=is_rtsp(url))
        except av.FFmpegError as error:
            return _why(error)
        except IndexError:
            return LiveEnd.UNREADABLE  # it has no picture
    return end


def _why(error: av.FFmpegError) -> LiveEnd:
    match error:
        case av.HTTPUnauthorizedError():
            return LiveEnd.REFUSED
        case av.HTTPForbiddenError():
            return LiveEnd.FORBIDDEN
        case av.HTTPNotFoundError():
            return LiveEnd.MISSING
        case av.ExitError() | av.TimeoutError():
            return LiveEnd.SILENT
        case av.ConnectionRefusedError() | av.HTTPServerError():
            return LiveEnd.UNREACHABLE
        case av.EOFError():
            return LiveEnd.ENDED
    return LiveEnd.UNREADABLE


def _end_with_stdin(source: BinaryIO) -> None:
    source.read()
    os._exit(0)  # nobody wants it any more; a library that hangs must not keep us


def main() -> None:
    limit_helper(_MOST_BYTES)
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a native library prints does not come between the pictures
    av.logging.set_level(None)  # its messages name the address with its token
    url = source.readline().decode("utf-8", "replace").strip()
    threading.Thread(target=_end_with_stdin, args=(source,), daemon=True).start()
    try:
        end = _fetch(url, sink)
    except (BrokenPipeError, ValueError):
        end = LiveEnd.UNREADABLE
    os._exit(EXIT_CODES[end])


if __name__ == "__main__":
    main()
