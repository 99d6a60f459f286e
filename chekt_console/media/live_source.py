"""Fetching a camera's RTSP or HLS video without decoding it: how it is asked for, and how its end is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

OPEN_S = 15.0
SILENT_S = 10.0


class LiveEnd(Enum):
    """Why a camera's video is over; the value is what crosses between processes."""

    ENDED = "ended"
    REFUSED = "refused"  # 401: who asks is not known
    FORBIDDEN = "forbidden"  # 403: who asks may not
    MISSING = "missing"  # 404
    UNREACHABLE = "unreachable"
    SILENT = "silent"
    UNREADABLE = "unreadable"  # what came is no video
    LATE = "late"  # too far behind the camera: begun anew, it is of now again


@dataclass(frozen=True, slots=True)
class LiveShape:
    """The line a source sends ahead of the video. `width`, `height`: pixels."""

    width: int
    height: int
    has_sound: bool

    def line(self) -> bytes:
        return f"{self.width} {self.height} {int(self.has_sound)}\n".encode()

    @staticmethod
    def read(line: bytes) -> LiveShape:
        """Raises ValueError for what is no such line."""
        width, height, has_sound = (int(word) for word in line.split())
        return LiveShape(width, height, bool(has_sound))


EXIT_CODES = {end: 10 + place for place, end in enumerate(LiveEnd)}


def end_of(exit_code: int) -> LiveEnd:
    """What a source's exit code says; a source that was killed or crashed has read something it could not."""
    if exit_code == 0:
        return LiveEnd.ENDED
    return next((end for end, code in EXIT_CODES.items() if code == exit_code), LiveEnd.UNREADABLE)


def is_rtsp(url: str) -> bool:
    return urlsplit(url).scheme in ("rtsp", "rtsps")


def attempts(url: str) -> tuple[dict[str, str], ...]:
    """FFmpeg's options, best first. The address leads to its own kind of connection only, never to a file of this computer."""
    if is_rtsp(url):
        # Half a second of looking at it instead of five, and none of what was looked at is kept: else the picture stays two
        # seconds behind.
        allowed = {
            "protocol_whitelist": "rtsp,rtsps,rtp,srtp,tcp,tls,udp",
            "fflags": "nobuffer",
            "analyzeduration": "500000",
        }
        return {**allowed, "rtsp_transport": "tcp"}, {**allowed, "rtsp_transport": "udp"}
    secure = "https,tls,tcp,crypto"
    is_secure = urlsplit(url).scheme == "https"
    return ({"protocol_whitelist": secure if is_secure else f"http,{secure}"},)
