"""Clips kept on disk, the least recently used ones given up when they grow too many."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class CachedClip:
    path: Path
    start_ms: int | None
    duration_s: float | None


class ClipCache:
    """One file a clip, named by a digest of the event id, because ids are foreign text. Every method may raise OSError."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def find(self, event_id: str) -> CachedClip | None:
        """None too when the file is not what was downloaded, or nothing says what was; it is fetched again then."""
        path = self._path(event_id)
        if not path.is_file():
            return None
        os.utime(path)
        known: object = None
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(path.with_suffix(".json").read_text("utf-8"))
        if not isinstance(known, dict) or known.get("sha256") != _digest(path):
            self.forget(event_id)
            return None
        start, duration = known.get("start_ms"), known.get("duration_s")
        return CachedClip(
            path,
            start if isinstance(start, int) else None,
            float(duration) if isinstance(duration, int | float) else None,
        )

    def part(self, event_id: str) -> Path:
        """Where to download to, and where an earlier download ended; one at a time writes there."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._path(event_id).with_suffix(".part")

    def keep(self, event_id: str, part: Path, start_ms: int | None, duration_s: float | None) -> CachedClip:
        """The finished download becomes the clip of that event, in one step: its checksum is on the disk before it."""
        path = self._path(event_id)
        facts = {"start_ms": start_ms, "duration_s": duration_s, "sha256": _digest(part)}
        beside = path.with_suffix(".json")
        with beside.with_suffix(".json-part").open("w", encoding="utf-8") as file:
            json.dump(facts, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, beside)
        os.replace(part, path)
        self._make_room(path)
        return CachedClip(path, start_ms, duration_s)

    def forget(self, event_id: str) -> None:
        path = self._path(event_id)
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)

    def _path(self, event_id: str) -> Path:
        return self._folder / f"{hashlib.sha256(event_id.encode()).hexdigest()[:32]}.mp4"

    def _make_room(self, newest: Path) -> None:
        found = []
        for path in (*self._folder.glob("*.mp4"), *self._folder.glob("*.part")):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._max_bytes:
                return
            if path != newest:
                # On Windows a clip that is being played cannot be removed: it goes next time.
                with contextlib.suppress(OSError):
                    path.unlink()
                    for beside in (path.with_suffix(".json"), *self._folder.glob(f"{path.name}.*")):
                        beside.unlink(missing_ok=True)
                    total -= size


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
