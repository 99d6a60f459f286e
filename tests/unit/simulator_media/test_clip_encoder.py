"""The encoded file: what a player and a checker of clips find in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from chekt_console.simulator.clip_encoder import encode, frames
from chekt_console.simulator.clip_spec import ClipSpec

ALARM_MS = 1_770_820_205_000
GOOD = ClipSpec(
    "evt_1", "Harbor Point Warehouse", "Camera 1 · Loading dock", "person", ALARM_MS - 2000, ALARM_MS, 5.0,
    "America/Los_Angeles", width=640, height=360,
)  # fmt: skip

Picture = NDArray[np.uint8]


def _written(spec: ClipSpec, folder: Path) -> Path:
    path = folder / f"{spec.defect or 'good'}.mp4"
    encode(spec, path)
    return path


def _decoded(path: Path) -> list[Picture]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def _change(before: Picture, after: Picture) -> float:
    return float(np.abs(before.astype(np.int16) - after).mean())


def _redness(picture: Picture) -> float:
    edge = picture[0].astype(np.int16)
    return float((edge[:, 0] - edge[:, 1]).mean())


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _written(GOOD, tmp_path_factory.mktemp("clip"))


def test_a_good_clip_is_h264_of_the_size_and_length_asked_for(good: Path) -> None:
    with av.open(str(good)) as container:
        video = container.streams.video[0]
        assert video.codec_context.name == "h264"
        assert (video.width, video.height, video.pix_fmt) == (640, 360, "yuv420p")
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(5.0, abs=0.15)
        assert len(container.streams.audio) == 1


def test_a_player_finds_the_index_first_and_a_keyframe_each_second(good: Path) -> None:
    head = good.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")
    with av.open(str(good)) as container:
        keys = [packet.pts * packet.time_base for packet in container.demux(video=0) if packet.is_keyframe]
    assert keys == [0, 1, 2, 3, 4]


def test_the_picture_is_never_blank_and_always_moves(good: Path) -> None:
    pictures = _decoded(good)
    assert len(pictures) == 75
    assert all(picture.std() > 8 for picture in pictures)
    assert all(_change(before, after) > 0.005 for before, after in pairwise(pictures))


def test_the_alarm_is_marked_when_it_happens(good: Path) -> None:
    marked = [number for number, picture in enumerate(_decoded(good)) if _redness(picture) > 40]
    assert marked == list(range(30, 36))


def test_a_short_clip_has_three_seconds(tmp_path: Path) -> None:
    assert len(_decoded(_written(replace(GOOD, defect="short"), tmp_path))) == 45


def test_a_clip_without_pre_roll_starts_with_the_alarm(tmp_path: Path) -> None:
    pictures = _decoded(_written(replace(GOOD, duration_s=2.0, defect="no_pre_roll"), tmp_path))
    assert next(number for number, picture in enumerate(pictures) if _redness(picture) > 40) < 0.5 * GOOD.fps


def test_low_resolution_whatever_was_asked_for(tmp_path: Path) -> None:
    spec = replace(GOOD, width=1280, height=720, duration_s=0.4, defect="low_resolution")
    assert _decoded(_written(spec, tmp_path))[0].shape == (360, 640, 3)


def test_a_black_clip_shows_nothing(tmp_path: Path) -> None:
    assert (
        max(
            picture.max()
            for picture in _decoded(_written(replace(GOOD, duration_s=1.0, defect="black"), tmp_path))
        )
        < 8
    )


def test_a_frozen_clip_stops_after_its_first_second(tmp_path: Path) -> None:
    spec = replace(GOOD, duration_s=2.0, defect="frozen")
    # Before encoding: an encoder's rounding moves even in a still picture.
    pictures = list(frames(spec))
    assert _change(pictures[0], pictures[11]) > 0.3
    assert all(_change(pictures[15], after) == 0 for after in pictures[16:])
    assert len(_decoded(_written(spec, tmp_path))) == 30


def test_a_blurred_clip_has_no_fine_lines(tmp_path: Path, good: Path) -> None:
    blurred = _decoded(_written(replace(GOOD, duration_s=0.4, defect="blurred"), tmp_path))[3].astype(
        np.float32
    )
    sharp = _decoded(good)[3].astype(np.float32)
    assert np.abs(np.diff(blurred, axis=1)).mean() < 0.4 * np.abs(np.diff(sharp, axis=1)).mean()


def test_the_wrong_codec_is_not_h264(tmp_path: Path) -> None:
    with av.open(str(_written(replace(GOOD, duration_s=0.4, defect="wrong_codec"), tmp_path))) as container:
        assert container.streams.video[0].codec_context.name in ("hevc", "mpeg4")


def test_a_truncated_clip_ends_too_early(tmp_path: Path, good: Path) -> None:
    path = _written(replace(GOOD, defect="truncated"), tmp_path)
    assert path.stat().st_size == pytest.approx(0.6 * good.stat().st_size, rel=0.01)
    with av.open(str(path)) as container:
        whole = sum(1 for packet in container.demux(video=0) if packet.size and not packet.is_corrupt)
    assert 0 < whole < 75


def test_files_that_are_no_video(tmp_path: Path) -> None:
    assert _written(replace(GOOD, defect="empty"), tmp_path).read_bytes() == b""
    assert _written(replace(GOOD, defect="not_a_video"), tmp_path).read_bytes().startswith(b"<!DOCTYPE html>")
