"""What one simulated clip shows, and how it departs from a good one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

SCENES = ("person", "vehicle", "animal", "cleaner")
DEFECTS = (
    "short", "low_resolution", "black", "frozen", "blurred", "no_pre_roll", "wrong_codec", "truncated",
    "not_a_video", "empty",
)  # fmt: skip

_SHORT_S = 3.0
_SHORT_PRE_ROLL_MS = 1000
_NO_PRE_ROLL_MS = 300
_LOW_WIDTH, _LOW_HEIGHT = 640, 360
# Part of every digest: a new number makes old files of a shelf unwanted once the pictures change.
_PICTURE_VERSION = 1


@dataclass(frozen=True)
class ClipSpec:
    """Instants are UTC milliseconds; `start_ms` is that of the first frame. An empty `defect` is a good clip."""

    event_id: str
    site_name: str
    camera_name: str
    scene: str
    start_ms: int
    alarm_ms: int
    duration_s: float
    timezone: str
    width: int = 1280
    height: int = 720
    fps: int = 15
    defect: str = ""

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> ClipSpec:
        return cls(**json.loads(text))

    def digest(self) -> str:
        """Names the file: equal specs give the same clip, on every machine."""
        return hashlib.sha256(f"{_PICTURE_VERSION}{self.to_json()}".encode()).hexdigest()[:32]

    def as_recorded(self) -> ClipSpec:
        """The instants, length and size the file really has, given its defect."""
        if self.defect == "short":
            late = self.alarm_ms - self.start_ms > (_SHORT_S - 1) * 1000
            start_ms = self.alarm_ms - _SHORT_PRE_ROLL_MS if late else self.start_ms
            return replace(self, start_ms=start_ms, duration_s=min(self.duration_s, _SHORT_S))
        if self.defect == "no_pre_roll":
            return replace(self, start_ms=max(self.start_ms, self.alarm_ms - _NO_PRE_ROLL_MS))
        if self.defect == "low_resolution":
            return replace(self, width=_LOW_WIDTH, height=_LOW_HEIGHT)
        return self
