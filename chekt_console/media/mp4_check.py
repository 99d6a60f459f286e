"""Tells from the outermost boxes of a file whether it is a whole MP4, without decoding anything of it."""

from __future__ import annotations

import struct
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MAX_BOXES = 10_000


class FileKind(Enum):
    WHOLE_MP4 = "whole"
    CUT_OFF = "cut off"
    EMPTY = "empty"
    PAGE = "page"  # a web page, or an error in words
    OTHER = "other"


def check_mp4(path: Path) -> FileKind:
    """Raises OSError when the file cannot be read."""
    size = path.stat().st_size
    if size == 0:
        return FileKind.EMPTY
    with path.open("rb") as file:
        head = file.read(64)
        if head[4:8] != b"ftyp":
            return FileKind.PAGE if head.lstrip()[:1] in (b"<", b"{") else FileKind.OTHER
        names: set[bytes] = set()
        at = 0
        for _ in range(_MAX_BOXES):
            file.seek(at)
            header = file.read(16)
            if len(header) < 8:
                break
            length, name = struct.unpack(">I4s", header[:8])
            names.add(name)
            if length == 1 and len(header) == 16:
                length = struct.unpack(">Q", header[8:])[0]
            elif length == 0:  # reaches to the end of the file
                length = size - at
            if length < 8:
                return FileKind.OTHER
            at += length
        is_whole = at == size and b"moov" in names and bool(names & {b"mdat", b"moof"})
        return FileKind.WHOLE_MP4 if is_whole else FileKind.CUT_OFF
