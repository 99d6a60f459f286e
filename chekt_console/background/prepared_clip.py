"""The next clip of a player, opened beside the one that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage

    from chekt_console.media.clip_facts import ClipFacts


@dataclass
class PreparedClip:
    """What is known so far of a clip that waits for its turn."""

    path: Path
    clip: int
    facts: ClipFacts | None = None
    image: QImage | None = None
    time_s: float = 0.0

    @property
    def is_whole(self) -> bool:
        return self.facts is not None and self.image is not None
