"""Helper process that decodes clips to their end and measures them: `python -m chekt_console.media.measure_process`.

Standard input: one path of a clip a line. Standard output: one JSON value a line, in the same order. Decodes in a process
of its own, because a clip is foreign and may be hostile; one that ends this process costs only its own answer.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import av.error

from chekt_console.media.av_engine import BrokenClip, open_container, picture_facts
from chekt_console.media.helper_limits import limit_helper
from chekt_console.media.picture_measures import PictureMeasures

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FRAMES = 20_000
_MOST_BROKEN_PACKETS = 200
_LONGEST_GAP_S = 0.5  # cameras drop a few pictures when it is dark; that is no jump
_NICENESS = 10
_MOST_BYTES = 4 * 1024**3  # of memory, for a file that asks for more


def measure(path: str) -> dict[str, Any]:
    """Raises BrokenClip, and what PyAV raises."""
    with open_container(path) as container:
        facts = picture_facts(container)
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        decoded = 0
        measures = PictureMeasures()
        times_s: list[float] = []
        counted = [0]
        for frame in _frames(container, counted):
            if not decoded and (frame.width, frame.height) != (facts["width"], facts["height"]):
                facts["width"], facts["height"] = frame.width, frame.height
            if not frame.is_corrupt:
                decoded += 1
            if frame.time is not None:
                times_s.append(frame.time)
            measures.add(frame, frame.time if frame.time is not None else decoded * 0.04)
        if not decoded and not times_s:
            raise BrokenClip("no frame can be decoded")
        span_s = times_s[-1] - times_s[0] if times_s else 0.0
        return {
            **facts,
            "container": _container(container),
            "frames_decoded": decoded,
            "frames_expected": min(max(stream.frames, counted[0]), _MOST_FRAMES),
            "timestamp_jumps": jumps(times_s),
            "shown_s": span_s,
            **measures.told(),
        }


def jumps(times_s: list[float]) -> int:
    """Places where the time of a picture goes back, stands still, or leaps over pictures that are missing."""
    steps = [after - before for before, after in pairwise(times_s)]
    if not steps:
        return 0
    usual = sorted(steps)[len(steps) // 2]
    longest = max(4 * usual, _LONGEST_GAP_S)
    return sum(1 for step in steps if step <= 0 or step > longest)


def _container(container: av.container.InputContainer) -> str:
    """The reader is one for both: QuickTime says so in its first brand."""
    return "mov" if container.metadata.get("major_brand", "").startswith("qt") else "mp4"


def _frames(container: av.container.InputContainer, packets: list[int]) -> Iterator[av.VideoFrame]:
    """All that can be decoded; a damaged packet costs its picture, not what follows. `packets`: counts those read."""
    broken = frames = 0
    reader = container.demux(container.streams.video[0])
    while broken <= _MOST_BROKEN_PACKETS and frames < _MOST_FRAMES:
        try:
            packet = next(reader, None)
        except av.error.FFmpegError:
            return  # the file ends here
        if packet is None:
            return
        packets[0] += packet.size > 0
        try:
            found = packet.decode()
        except av.error.FFmpegError:
            broken += 1
            continue
        for frame in found:
            if isinstance(frame, av.VideoFrame):
                frames += 1
                yield frame


def _answer(path: str) -> dict[str, Any]:
    try:
        return measure(path)
    except (BrokenClip, av.error.FFmpegError, ValueError, ArithmeticError, MemoryError) as error:
        return {"failed": "clip", "detail": str(error)[:200]}
    except OSError as error:
        return {"failed": "disk", "detail": str(error)[:200]}


def main() -> int:
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a native library prints
    av.logging.set_level(None)
    limit_helper(_MOST_BYTES)
    if sys.platform != "win32":
        os.nice(_NICENESS)  # behind the player and the window
    for line in sys.stdin:
        answer.write(json.dumps(_answer(json.loads(line))) + "\n")
        answer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
