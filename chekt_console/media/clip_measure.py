"""Measures of clips, taken by a helper process that is ended when it takes too long."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from chekt_console.domain.clip_check import MeasuredClip
from chekt_console.media.helper_run import run_helper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from chekt_console.domain.progress import Progress

MODULE = "chekt_console.media.measure_process"
LIMIT_S = 30.0
_MOST_S = 7 * 86_400.0
_MOST = 10**6


def measure_clip(clip: Path, progress: Progress, limit_s: float = LIMIT_S) -> MeasuredClip:
    """Never raises for what is in the clip: `not_checked` or `not_readable` says it. Cancelled is raised."""
    return measure_clips((clip,), progress, limit_s)[0]


def measure_clips(
    clips: Sequence[Path], progress: Progress, limit_s: float = LIMIT_S
) -> tuple[MeasuredClip, ...]:
    """Many by one helper, and by another one after `limit_s`; a clip that had a helper for itself all that time is given
    up, and one that ended its helper is left out of the next."""
    found: list[MeasuredClip] = []
    while len(found) < len(clips):
        given = "".join(json.dumps(str(clip)) + "\n" for clip in clips[len(found) :])
        try:
            ended = run_helper(MODULE, (), progress, limit_s=limit_s, given=given.encode())
        except OSError:
            why = MeasuredClip(not_checked="there was no room for temporary files")
            return (*found, *[why] * (len(clips) - len(found)))
        lines = ended.output.split(b"\n")[:-1][: len(clips) - len(found)]
        found += [_measured(line) for line in lines]
        if len(found) == len(clips) or (ended.is_too_late and lines):
            continue
        if ended.is_too_late:
            found.append(MeasuredClip(not_checked=f"reading the clip took longer than {limit_s:.0f} s"))
        else:  # it died over the next one
            found.append(MeasuredClip(not_checked="the helper that reads the clip stopped"))
    return tuple(found)


def _measured(line: bytes) -> MeasuredClip:
    """What the helper says is as foreign as the clip it read."""
    try:
        told = json.loads(line)
        if told.get("failed") == "disk":
            return MeasuredClip(not_checked="the file could not be read from the disk")
        if "failed" in told:
            return MeasuredClip(not_readable=True)
        return MeasuredClip(
            container=str(told["container"])[:80],
            codec=str(told["codec"])[:40],
            profile=str(told["profile"])[:40],
            width=_count(told["width"]) or 0,
            height=_count(told["height"]) or 0,
            duration_s=_seconds(told["duration_s"]),
            frames_decoded=_count(told["frames_decoded"]),
            frames_expected=_count(told["frames_expected"]),
            is_black=_truth(told["is_black"]),
            is_frozen=_truth(told["is_frozen"]),
            is_only_lettering=_truth(told["is_only_lettering"]),
            is_blurred=_truth(told["is_blurred"]),
            timestamp_jumps=_count(told["timestamp_jumps"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return MeasuredClip(not_checked="the helper that reads the clip gave no answer")


def _seconds(value: Any) -> float | None:
    seconds = float(value)
    return seconds if math.isfinite(seconds) and 0 <= seconds < _MOST_S else None


def _count(value: Any) -> int | None:
    number = int(value)
    return number if 0 <= number < _MOST else None


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None
