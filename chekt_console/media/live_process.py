"""Helper process that shows a camera's RTSP or HLS video: `python -m chekt_console.media.live_process`.

The address comes as the first line of stdin, so that its token is in no list of processes. Pictures leave on stdout as JPEG,
each behind its length (4 bytes, big-endian); a length of 0 says that the helper lives. It ends when stdin closes, with 2
when the video cannot be opened or sends nothing.

By PyAV and silent, for single pictures and where libVLC is missing; `live_source_process` and libVLC play it otherwise.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import threading
import time
from typing import BinaryIO

import av
from PIL import Image

from chekt_console.media.live_source import OPEN_S, SILENT_S, attempts

_EVERY_S = 0.1  # ten pictures a second are enough to see what goes on
_FAR_S = 20.0
_WIDEST = 1280
_QUALITY = 80
_CANNOT = 2


class _Newest:
    """The last picture decoded; a slow reader skips some."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frame: av.VideoFrame | None = None
        self.is_over = False

    def put(self, frame: av.VideoFrame) -> None:
        with self._lock:
            self._frame = frame

    def take(self) -> av.VideoFrame | None:
        with self._lock:
            frame, self._frame = self._frame, None
            return frame


class _Pace:
    """A recording sent as a stream comes faster than it was taken: it is shown as fast as it was."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None

    def keep(self, frame: av.VideoFrame) -> None:
        if frame.time is None:
            return
        now = time.monotonic()
        if self._began is None:
            self._began = frame.time, now
        first_s, began = self._began
        ahead_s = (frame.time - first_s) - (now - began)
        if abs(ahead_s) > _FAR_S:  # its time leapt: counted anew from here
            self._began = frame.time, now
        elif ahead_s > 0:
            time.sleep(ahead_s)


def _decode(url: str, newest: _Newest) -> None:
    pace = _Pace()
    for options in attempts(url):
        has_picture = False
        try:
            with av.open(url, options=options, timeout=(OPEN_S, SILENT_S)) as container:
                for frame in container.decode(video=0):
                    has_picture = True
                    newest.put(frame)
                    pace.keep(frame)
        except (av.FFmpegError, IndexError, ValueError, OSError):
            pass  # whatever it was, there is no picture any more
        if has_picture:
            break
    newest.is_over = True


def _jpeg(frame: av.VideoFrame) -> bytes:
    width = min(_WIDEST, frame.width)
    height = max(1, frame.height * width // frame.width)
    out = io.BytesIO()
    pixels = frame.to_ndarray(format="rgb24", width=width, height=height)
    Image.fromarray(pixels).save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()


def _end_with_stdin(source: BinaryIO) -> None:
    source.read()
    os._exit(0)  # the console is gone, or wants no more; a library that hangs must not keep us


def main() -> int:
    source, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a native library prints does not come between the pictures
    url = source.readline().decode("utf-8", "replace").strip()
    threading.Thread(target=_end_with_stdin, args=(source,), daemon=True).start()
    newest = _Newest()
    threading.Thread(target=_decode, args=(url, newest), daemon=True).start()
    seen_at = time.monotonic()
    while True:
        frame, is_over = newest.take(), newest.is_over
        jpeg = b"" if frame is None else _jpeg(frame)
        out.write(struct.pack(">I", len(jpeg)) + jpeg)
        out.flush()
        now = time.monotonic()
        if jpeg:
            seen_at = now
        elif is_over or now - seen_at > OPEN_S + SILENT_S:
            os._exit(_CANNOT)
        time.sleep(_EVERY_S)


if __name__ == "__main__":
    raise SystemExit(main())
