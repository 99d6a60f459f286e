"""Clips of events that were raised by hand, kept in a folder until the server has them, and what became of each."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum
from typing import TYPE_CHECKING

from chekt_console.errors import DiskFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_CLIPS = 40
MOST_BYTES = 200_000_000
_KEPT_ENDED = 50


class ClipState(Enum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # it is not tried any more


@dataclass(frozen=True, slots=True)
class KeptClip:
    """Of the event with this key. `name`: of the file it was chosen from; `sentence`: why it is not sent yet, or never is;
    `refusals`: how many of the tries the server turned down."""

    key: str
    name: str
    what: str
    size: int
    made_ms: int
    state: ClipState = ClipState.WAITING
    sentence: str = ""
    tries: int = 0
    next_ms: int = 0
    refusals: int = 0


_FIELDS = frozenset(field.name for field in fields(KeptClip))


class RaisedClips:
    """Two files each: the clip, and beside it what is known of it, written last and so the sign that the clip is whole. When a
    method returns, the disk has it. Safe from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.RLock()
        self._tidy()

    def keep(self, clip: KeptClip, content: bytes) -> bool:
        """False, and nothing is kept, when too many wait already. One that is kept by that key gives way."""
        with self._lock, self._told():
            others = [one for one in self.all() if one.state is ClipState.WAITING and one.key != clip.key]
            if len(others) >= MOST_CLIPS or sum(one.size for one in others) + len(content) > MOST_BYTES:
                return False
            self._folder.mkdir(parents=True, exist_ok=True)
            is_first = _read(self._card_file(clip.key)) is None
            try:
                self._write(self._clip_file(clip.key), content)
                self._put(clip)
            except OSError:
                if is_first:
                    self.drop(clip.key)
                raise
            return True

    def content(self, key: str) -> bytes | None:
        """None when somebody has removed the file."""
        with self._told():
            try:
                return self._clip_file(key).read_bytes()
            except FileNotFoundError:
                return None

    def all(self) -> tuple[KeptClip, ...]:
        """Oldest first."""
        with self._lock, self._told():
            found = [clip for path in self._folder.glob("*.json") if (clip := _read(path)) is not None]
        return tuple(sorted(found, key=lambda clip: (clip.made_ms, clip.key)))

    def put(self, clip: KeptClip) -> None:
        """What is known of one that still waits; what ended meanwhile stays as it is."""
        with self._lock, self._told():
            now = _read(self._card_file(clip.key))
            if now is not None and now.state is ClipState.WAITING:
                self._put(clip)

    def end(self, clip: KeptClip, state: ClipState, sentence: str) -> KeptClip:
        """The clip itself goes; what became of it stays, of the newest."""
        ended = replace(clip, state=state, sentence=sentence, next_ms=0)
        with self._lock, self._told():
            self._put(ended)
            self._clip_file(clip.key).unlink(missing_ok=True)
            old = [one for one in self.all() if one.state is not ClipState.WAITING][:-_KEPT_ENDED]
        for one in old:
            self.drop(one.key)
        return ended

    def drop(self, key: str) -> None:
        with self._lock, self._told():
            self._card_file(key).unlink(missing_ok=True)
            self._clip_file(key).unlink(missing_ok=True)

    def _tidy(self) -> None:
        """What the end of the program cut off: files without a card, or whose card says that they ended."""
        waiting = {self._clip_file(clip.key).name for clip in self.all() if clip.state is ClipState.WAITING}
        for path in self._folder.glob("*"):
            if path.suffix == ".part" or (path.suffix == ".mp4" and path.name not in waiting):
                with contextlib.suppress(OSError):
                    path.unlink()

    def _put(self, clip: KeptClip) -> None:
        card = asdict(clip) | {"state": clip.state.value}
        self._write(self._card_file(clip.key), json.dumps(card).encode())

    def _write(self, path: Path, content: bytes) -> None:
        part = path.with_name(path.name + ".part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        except OSError:
            with contextlib.suppress(OSError):  # the room it took is wanted
                part.unlink()
            raise

    def _clip_file(self, key: str) -> Path:
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.mp4"

    def _card_file(self, key: str) -> Path:
        return self._clip_file(key).with_suffix(".json")

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise DiskFailed(
                f"The kept clip of a raised event cannot be read or written: {error.strerror}.",
                detail=str(error),
            ) from error


def _read(path: Path) -> KeptClip | None:
    """None for what is no card, or is not there."""
    try:
        card = json.loads(path.read_bytes())
        known = {name: value for name, value in card.items() if name in _FIELDS}
        return KeptClip(**known | {"state": ClipState(card["state"])})
    except (ValueError, TypeError, KeyError, AttributeError, FileNotFoundError):
        return None
