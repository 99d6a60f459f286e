"""Helper process that takes still pictures out of a clip: `python -m chekt_console.media.still_process CLIP FOLDER ALARM_S`.

Writes first.png, alarm.png and last.png into FOLDER and tells on stdout, as one JSON value, what each shows. Decodes in a
process of its own, because a clip is foreign and may be hostile.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import av.error

from chekt_console.media.av_engine import BrokenClip, open_container, picture_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FRAMES = 20_000


def _frames(container: av.container.InputContainer) -> Iterator[av.VideoFrame]:
    """All that can be decoded; a damaged place ends it, what came before counts."""
    try:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= _MOST_FRAMES:
                return
            yield frame
    except av.error.FFmpegError:
        return


def take_stills(clip: Path, folder: Path, alarm_s: float | None) -> dict[str, Any]:
    """`alarm_s` from the first frame; None when not known, and no alarm picture then."""
    with open_container(str(clip)) as container:
        facts = picture_facts(container)
        container.streams.video[0].thread_type = "AUTO"
        first: av.VideoFrame | None = None
        last: av.VideoFrame | None = None
        at_alarm: av.VideoFrame | None = None
        start_s = 0.0
        count = 0
        for frame in _frames(container):
            count += 1
            if first is None:
                first, start_s = frame, frame.time or 0.0
            # The frame on screen at the alarm's instant: the last one that began before it.
            if alarm_s is not None and alarm_s >= 0 and (frame.time or 0.0) - start_s <= alarm_s:
                at_alarm = frame
            last = frame
        if first is None or last is None:
            raise BrokenClip("no frame can be decoded")
        end_s = (last.time or 0.0) - start_s
        if alarm_s is not None and alarm_s > end_s + 1.0:
            at_alarm = None  # the alarm is not in this clip
        stills = {}
        for name, still in (("first", first), ("alarm", at_alarm), ("last", last)):
            if still is not None:
                still.to_image().save(folder / f"{name}.png")  # type: ignore[no-untyped-call]
                stills[name] = round((still.time or 0.0) - start_s, 3)
    return {"facts": facts, "frames": count, "stills": stills}


def main() -> int:
    clip, folder, alarm = sys.argv[1:4]
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a native library prints
    av.logging.set_level(None)
    try:
        told = take_stills(Path(clip), Path(folder), float(alarm) if alarm else None)
    except (BrokenClip, av.error.FFmpegError, ValueError, MemoryError):
        told = {"failed": "clip"}
    except OSError:
        told = {"failed": "disk"}
    answer.write(json.dumps(told))
    answer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
