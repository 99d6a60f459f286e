"""A download on its way: what came so far, and beside it the server's mark of the version it belongs to."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def mark_of(part: Path) -> Path:
    return part.with_name(f"{part.name}.mark")


def drop(part: Path) -> None:
    """May raise OSError."""
    part.unlink(missing_ok=True)
    mark_of(part).unlink(missing_ok=True)


class PartFile:
    """Opens `path` where an earlier try left it. Without the mark of that try nothing of it is used. May raise OSError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = mark_of(path)
        self.etag = ""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            self.etag = str(json.loads(self._mark.read_text("utf-8")).get("etag", ""))
        self._out: BinaryIO = path.open("ab" if self.etag else "wb")
        self.done = self._out.tell()

    def wish(self) -> dict[str, str]:
        """Headers that ask for the rest; for all of it where the server has another version by now."""
        if not self.done:
            return {}
        return {"Range": f"bytes={self.done}-"} | ({"If-Range": self.etag} if self.etag else {})

    def begin(self, headers: Mapping[str, str]) -> None:
        """The server sends a version from its start."""
        self._out.seek(0)
        self._out.truncate()
        self.done = 0
        told = headers.get("etag", "")
        self.etag = told if told.startswith('"') else ""  # a weak one does not promise the same bytes
        if self.etag:
            self._mark.write_text(json.dumps({"etag": self.etag}), "utf-8")
        else:
            self._mark.unlink(missing_ok=True)

    def write(self, chunk: bytes) -> None:
        self._out.write(chunk)
        self.done += len(chunk)

    def reject(self) -> None:
        """It is no clip: nothing of it is worth keeping."""
        self.begin({})

    def close(self) -> None:
        """Leaves no file when there is nothing in it."""
        self._out.close()
        if not self.done:
            drop(self._path)
