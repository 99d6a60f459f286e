"""Still pictures of a clip, taken by a helper process that is ended when it takes too long."""

from __future__ import annotations

import contextlib
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chekt_console.media.helper_run import run_helper

if TYPE_CHECKING:
    from pathlib import Path

    from chekt_console.domain.progress import Progress

_MODULE = "chekt_console.media.still_process"
_TIME_S = 60.0
_MOST_BYTES = 64 * 1024**2
_MOST_S = 7 * 86_400.0
_WHY = {"clip": "it cannot be decoded", "disk": "there was no room for temporary files"}
NAMES = ("first", "alarm", "last")


@dataclass(frozen=True, slots=True)
class Stills:
    """`pictures`: PNG bytes by name of NAMES; `at_s`: seconds from the first frame. `failed`: why there are none, or ""."""

    pictures: dict[str, bytes]
    at_s: dict[str, float]
    codec: str = ""
    width: int = 0
    height: int = 0
    duration_s: float = 0.0
    fps: float = 0.0
    failed: str = ""

    def words(self) -> str:
        if self.failed:
            return ""
        return f"{self.codec} {self.width} × {self.height}, {self.duration_s:.2f} s, {self.fps:.2f} frames a second"


def stills_of(clip: Path, folder: Path, alarm_s: float | None, progress: Progress) -> Stills:
    """`folder`: an empty one of the caller's. Never raises for what is in the clip; Cancelled is raised."""
    alarm = "" if alarm_s is None else f"{alarm_s:.6f}"
    ended = run_helper(_MODULE, (str(clip), str(folder), alarm), progress, limit_s=_TIME_S)
    if ended.is_too_late:
        return _none("reading it took too long")
    try:
        told = json.loads(ended.output)
    except ValueError:
        return _none(f"the helper that reads it ended (exit {ended.code})")
    if not isinstance(told, dict) or "failed" in told:
        is_disk = isinstance(told, dict) and told.get("failed") == "disk"
        return _none(_WHY["disk" if is_disk else "clip"])
    at_s: dict[str, float] = {}
    pictures: dict[str, bytes] = {}
    for name in NAMES:
        path = folder / f"{name}.png"
        # What the helper says is as foreign as the clip it read: only a plain file of sane size is taken.
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            seconds = float(told["stills"].get(name, "nan"))
            if math.isfinite(seconds) and not path.is_symlink() and path.stat().st_size <= _MOST_BYTES:
                pictures[name] = path.read_bytes()
                at_s[name] = seconds
    try:
        facts = told["facts"]
        codec, width, height = str(facts["codec"])[:40], int(facts["width"]), int(facts["height"])
        duration_s, fps = float(facts["duration_s"]), float(facts["fps"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return _none(_WHY["clip"])
    if not (0 <= duration_s < _MOST_S and math.isfinite(fps)):
        duration_s, fps = 0.0, 0.0
    return Stills(pictures, at_s, codec, width, height, duration_s, fps)


def _none(why: str) -> Stills:
    return Stills({}, {}, failed=why)
