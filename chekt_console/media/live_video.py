"""Pictures of a camera that gives RTSP or HLS, taken apart by a helper process: what comes from outside is decoded there."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from chekt_console.errors import UnexpectedReply
from chekt_console.media.child_end import kill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chekt_console.domain.progress import Progress

_MODULE = "chekt_console.media.live_process"
_MOST_BYTES = 8_000_000
_START_S = 20.0  # for the helper to load its libraries
_SILENT_S = 5.0  # it says every 0.1 s that it lives
_LOOK_S = 0.2
_END_S = 2.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class VideoAddress:
    """Where a camera's video is; its token or password shows in no log."""

    url: str = field(repr=False)


def is_video(url: str) -> bool:
    """RTSP or an HLS playlist, and not the MJPEG that cameras give as a rule."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("rtsp", "rtsps") or parts.path.casefold().endswith(".m3u8")


def safe_address(url: str) -> VideoAddress:
    """Raises UnexpectedReply for one that would show its token to the network."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UnexpectedReply(
            "The server gave an address that is not safe to open.", endpoint="the live picture"
        )
    return VideoAddress(url)


def pictures(url: str, progress: Progress) -> Iterator[bytes]:
    """JPEG pictures until the video ends or breaks; Cancelled when nobody watches any longer."""
    url = safe_address(url).url
    process = subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,  # nothing may lie where the wait for it does not see it
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(url.replace("\n", "").encode() + b"\n")
        process.stdin.flush()
        limit_s = _START_S
        while (jpeg := _next(process.stdout, progress, limit_s)) is not None:
            progress.check()
            limit_s = _SILENT_S
            if jpeg:
                yield jpeg
    except BrokenPipeError:
        return
    except TimeoutError:  # it hangs
        process.kill()
    finally:
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            kill(process)
        process.stdout.close()


def _next(source: IO[bytes], progress: Progress, limit_s: float) -> bytes | None:
    """None at the end, and for what is no answer of ours; TimeoutError when it does not come whole in time."""
    ends_at = time.monotonic() + limit_s
    head = _read(source, 4, progress, ends_at)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    if length > _MOST_BYTES:
        return None
    body = _read(source, length, progress, ends_at)
    return body if len(body) == length else None


def _read(source: IO[bytes], size: int, progress: Progress, ends_at: float) -> bytes:
    """Fewer bytes at the end only."""
    found = bytearray()
    while len(found) < size:
        progress.check()
        if time.monotonic() > ends_at:
            raise TimeoutError
        if _has_bytes(source.fileno(), _LOOK_S):
            part = os.read(source.fileno(), size - len(found))
            if not part:
                break
            found += part
    return bytes(found)


def _has_bytes(pipe: int, wait_s: float) -> bool:
    """Whether reading would not wait: for bytes, or for the end."""
    if sys.platform != "win32":
        waiting = select.poll()
        waiting.register(pipe, select.POLLIN)
        return bool(waiting.poll(wait_s * 1000))
    # Windows cannot wait for a pipe with a deadline, only look into it.
    import ctypes
    import msvcrt

    count = ctypes.c_ulong(0)
    handle = ctypes.c_void_p(msvcrt.get_osfhandle(pipe))
    ends_at = time.monotonic() + wait_s
    while time.monotonic() < ends_at:
        is_open = ctypes.windll.kernel32.PeekNamedPipe(handle, None, 0, None, ctypes.byref(count), None)
        if not is_open or count.value:
            return True
        time.sleep(0.01)
    return False
