"""What a clip is, as told by the helper that opened it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClipFacts:
    codec: str
    profile: str
    width: int
    height: int
    fps: float
    duration_s: float
    has_sound: bool

    @property
    def frame_s(self) -> float:
        """Length of one frame; 1/25 s when the file does not tell."""
        return 1 / self.fps if self.fps > 0 else 0.04
