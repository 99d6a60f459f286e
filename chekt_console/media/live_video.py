"""Pictures of a camera that gives RTSP or HLS, taken apart by a helper process: what comes from outside is decoded there."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from chekt_console.errors import UnexpectedReply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chekt_console.domain.progress import Progress

_MODULE = "chekt_console.media.live_process"
_MOST_BYTES = 8_000_000
_END_S = 2.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def is_video(url: str) -> bool:
    """RTSP or an HLS playlist, and not the MJPEG that cameras give as a rule."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("rtsp", "rtsps") or parts.path.casefold().endswith(".m3u8")


def pictures(url: str, progress: Progress) -> Iterator[bytes]:
    """JPEG pictures until the video ends or breaks; Cancelled when nobody watches any longer."""
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise UnexpectedReply(
            "The server gave an address that is not safe to open.", endpoint="the live picture"
        )
    process = subprocess.Popen(
        [sys.executable, "-m", _MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(url.replace("\n", "").encode() + b"\n")
        process.stdin.flush()
        while (jpeg := _next(process.stdout)) is not None:
            progress.check()
            if jpeg:
                yield jpeg
    except BrokenPipeError:
        return
    finally:
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def _next(source: IO[bytes]) -> bytes | None:
    """None at the end, and for what is no answer of ours."""
    head = source.read(4)
    if len(head) < 4:
        return None
    (length,) = struct.unpack(">I", head)
    if length > _MOST_BYTES:
        return None
    body = source.read(length)
    return body if len(body) == length else None
