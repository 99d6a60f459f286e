"""A sound card that writes what it is given to play into a file, and how loud that was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SOUND_CARD = """
pcm.!default {{ type file; slave.pcm "null"; file "{file}"; format "raw" }}
pcm.null {{ type null }}
"""


def loudness(path: Path, from_share: float = 0.0) -> float:
    """Root mean square of what is not silence from that share of the file on, 1.0 at the most; 0.0 for nothing."""
    if not path.exists():
        return 0.0
    data = path.read_bytes()
    samples = np.frombuffer(data[: len(data) // 4 * 4], "<f4")
    samples = samples[int(len(samples) * from_share) :]
    heard = samples[np.isfinite(samples) & (np.abs(samples) > 1e-3)]
    return float(np.sqrt(np.mean(heard**2))) if len(heard) > 2000 else 0.0
