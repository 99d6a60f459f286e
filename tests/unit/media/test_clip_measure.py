"""What is measured of real clips: the simulator's own scenes and their defects, and files nobody should have to read."""

from __future__ import annotations

import os
import signal
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from chekt_console.domain.clip_check import Mark, MeasuredClip, check_clip
from chekt_console.domain.progress import NoProgress
from chekt_console.media.clip_measure import measure_clip, measure_clips
from chekt_console.simulator.clip_encoder import encode
from chekt_console.simulator.clip_spec import ClipSpec
from tests.unit.media import moving_square

if TYPE_CHECKING:
    from pathlib import Path

_START_MS = 1_700_010_000_000


def _clip(folder: Path, defect: str = "", site: str = "Harbour Yard", seconds: float = 6.0) -> Path:
    path = folder / f"{site}-{defect or 'good'}.mp4"
    spec = ClipSpec(
        "e", site, "Gate", "person", _START_MS, _START_MS + 2000, seconds, "Europe/Berlin", defect=defect
    )
    encode(spec, path)
    return path


def _jumping(path: Path) -> Path:
    """Two seconds of pictures are missing in the middle, and the time of the file shows it."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 15)
        for number in range(60):
            frame = av.VideoFrame.from_ndarray(
                np.roll(np.tile(np.arange(320, dtype=np.uint8), (192, 1)), number, axis=1)[..., None].repeat(
                    3, 2
                ),
                format="rgb24",
            )
            frame.pts = number + (30 if number >= 30 else 0)
            frame.time_base = Fraction(1, 15)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.slow
def test_defects_of_real_clips_are_measured_and_good_ones_are_not_blamed(tmp_path: Path) -> None:
    names = ("", "black", "frozen", "blurred")
    clips = [_clip(tmp_path, defect) for defect in names] + [_clip(tmp_path, site="Museum")]
    measured = measure_clips(clips, NoProgress())
    told = {
        path.stem: (one.is_black, one.is_frozen, one.is_blurred)
        for path, one in zip(clips, measured, strict=True)
    }
    assert told == {
        "Harbour Yard-good": (False, False, False),
        "Harbour Yard-black": (True, False, None),
        "Harbour Yard-frozen": (False, True, False),
        "Harbour Yard-blurred": (False, False, True),
        "Museum-good": (False, False, False),
    }
    good = measured[0]
    assert (good.container, good.codec, good.width, good.height) == ("mp4", "h264", 1280, 720)
    assert (good.frames_decoded, good.frames_expected, good.timestamp_jumps) == (90, 90, 0)
    assert good.duration_s == pytest.approx(6.0, abs=0.1)


def _written_over(path: Path, *, is_moving: bool) -> Path:
    """Six seconds of a still scene with a time that runs at its top; or of one that moves."""
    scene = np.tile(np.arange(320, dtype=np.uint8) // 8 * 6, (192, 1))
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for number in range(90):
            picture = scene.copy()
            picture[8:20, 200:300] = 40 + number * 37 % 200
            if is_moving:
                picture[60:110, number * 3 : number * 3 + 20] = 220
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="gray")))
        container.mux(stream.encode(None))
    return path


def test_a_frozen_camera_is_found_under_a_clock_that_runs(tmp_path: Path) -> None:
    frozen, moving = measure_clips(
        [
            _written_over(tmp_path / "frozen.mp4", is_moving=False),
            _written_over(tmp_path / "moving.mp4", is_moving=True),
        ],
        NoProgress(),
    )
    assert (frozen.is_frozen, frozen.is_only_lettering) == (False, True)
    assert any("Only the clock" in reason for reason in check_clip(frozen).reasons)
    assert (moving.is_frozen, moving.is_only_lettering) == (False, False)


def test_time_that_jumps_is_counted(tmp_path: Path) -> None:
    measured = measure_clip(_jumping(tmp_path / "jumping.mp4"), NoProgress())
    assert measured.timestamp_jumps == 1
    assert "Time jumps once within the clip" in check_clip(measured).reasons


@pytest.mark.slow
def test_a_cut_off_or_damaged_clip_is_not_called_whole(tmp_path: Path) -> None:
    whole = _clip(tmp_path).read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: int(len(whole) * 0.6)])
    hole = bytearray(whole)
    hole[len(hole) // 2 : len(hole) // 2 + 30_000] = os.urandom(30_000)
    (tmp_path / "hole.mp4").write_bytes(hole)
    (tmp_path / "page.mp4").write_bytes(b"<!DOCTYPE html><h1>502</h1>")
    (tmp_path / "empty.mp4").write_bytes(b"")
    cut, holed, page, empty = measure_clips(
        [tmp_path / f"{name}.mp4" for name in ("cut", "hole", "page", "empty")], NoProgress()
    )
    for one in (cut, holed):
        assert one.frames_decoded is not None
        assert one.frames_expected == 90
        assert 0 < one.frames_decoded < 89
        assert check_clip(one).mark is Mark.BAD
    for one in (page, empty):
        assert one.not_readable
        assert check_clip(one).reasons == ("No picture can be decoded: damaged, or not an MP4 video",)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGSTOP")
def test_a_helper_that_is_killed_or_stopped_costs_only_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row of faults.md: "Media helper killed, hung, flooding". The helper does it to itself over a named clip."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "os.nice = lambda increment: 0\n"  # a busy computer would make the good clips late too
        "def watch(name, args):\n"
        "    if name == 'open' and 'kill-me' in str(args[0]): os.kill(os.getpid(), signal.SIGKILL)\n"
        "    if name == 'open' and 'stop-me' in str(args[0]): os.kill(os.getpid(), signal.SIGSTOP)\n"
        "import json\n"
        "loads = json.loads\n"
        "def looked(text):\n"
        "    found = loads(text); watch('open', (found,)); return found\n"
        "json.loads = looked\n"
    )
    good = moving_square.encode(tmp_path / "good.mp4")
    for name in ("kill-me.mp4", "stop-me.mp4"):
        (tmp_path / name).write_bytes(good.read_bytes())
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    assert signal.SIGSTOP
    before, killed, after = measure_clips([good, tmp_path / "kill-me.mp4", good], NoProgress())
    assert before == after
    assert before.frames_decoded == 150
    assert check_clip(killed).reasons == ("Not checked: the helper that reads the clip stopped",)
    before, stopped, after = measure_clips([good, tmp_path / "stop-me.mp4", good], NoProgress(), limit_s=6)
    assert before == after
    assert before.frames_decoded == 150
    assert check_clip(stopped).reasons == ("Not checked: reading the clip took longer than 6 s",)


def test_what_is_not_known_stays_unknown() -> None:
    assert check_clip(MeasuredClip(not_checked="x", duration_s=8.0)).mark is Mark.WARNING
