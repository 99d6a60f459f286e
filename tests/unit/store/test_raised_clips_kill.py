"""Clips of raised events after kill -9 while they are written: whole ones only, and nothing of what was told is missing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from chekt_console.store.raised_clips import MOST_CLIPS, RaisedClips
from tests.support.ending import running_child

if TYPE_CHECKING:
    from pathlib import Path

_SIZE = 300_000
_WRITER = f"""
import sys
from pathlib import Path
from chekt_console.store.raised_clips import KeptClip, RaisedClips
clips = RaisedClips(Path(sys.argv[1]))
for number in range(10_000):
    name = str(number)
    if number >= {MOST_CLIPS - 1}:
        clips.drop(str(number - {MOST_CLIPS - 1}))
    clips.keep(KeptClip(name, name, name, {_SIZE}, number), name.encode().ljust({_SIZE}, b"x"))
    print(number, flush=True)
"""


@pytest.mark.parametrize("before", [1, 9, 60])
def test_whole_clips_survive_a_kill(tmp_path: Path, before: int) -> None:
    with running_child([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        told = [child.stdout.readline() for _ in range(before)]
        os.kill(child.pid, signal.SIGKILL)
        told += child.stdout.readlines()
    last = int(told[-1])
    clips = RaisedClips(tmp_path)
    kept = [int(clip.key) for clip in clips.all()]
    assert kept[-1] in (last, last + 1)
    assert kept == list(range(kept[0], kept[-1] + 1))
    assert kept[0] <= max(0, last - MOST_CLIPS + 3)
    for number in kept:
        assert clips.content(str(number)) == str(number).encode().ljust(_SIZE, b"x")
    assert len(list(tmp_path.glob("*"))) == 2 * len(kept)
