"""Pictures of cameras through the real helper: what is shown, what is refused, and what a hostile one costs."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QTimer
from PySide6.QtGui import qBlue, qRed

from chekt_console.background.picture_decoder import CameraPicture, PictureDecoder
from tests.support.hostile_media import jpeg_of_many_scans

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_STALL_S = 0.5


class _Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class _Camera:
    """Owner of pictures and what came back of them."""

    def __init__(self) -> None:
        self.got: list[CameraPicture | None] = []


@pytest.fixture
def time_() -> _Time:
    return _Time()


@pytest.fixture
def decoder(tmp_path: Path, qapp: object, time_: _Time) -> Iterator[PictureDecoder]:
    decoder = PictureDecoder(tmp_path, monotonic=time_)
    yield decoder
    decoder.close()
    assert not list(tmp_path.iterdir())


def _jpeg(width: int, height: int, color: str = "#336699", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).convert(mode).save(out, "JPEG")
    return out.getvalue()


def _decode(
    decoder: PictureDecoder, data: bytes, qtbot: QtBot, camera: _Camera, size: tuple[int, int] = (0, 0)
) -> CameraPicture | None:
    seen = len(camera.got)
    decoder.decode(camera, data, camera.got.append, size)
    qtbot.waitUntil(lambda: len(camera.got) > seen, timeout=15_000)
    return camera.got[-1]


def test_a_picture_comes_in_its_own_size_or_in_the_size_of_its_tile(
    decoder: PictureDecoder, qtbot: QtBot
) -> None:
    camera = _Camera()
    whole = _decode(decoder, _jpeg(640, 360), qtbot, camera)
    assert whole is not None
    assert (whole.image.width(), whole.image.height(), whole.width, whole.height) == (640, 360, 640, 360)
    color = whole.image.pixel(320, 180)
    assert (qRed(color), qBlue(color)) == pytest.approx((0x33, 0x99), abs=3)
    small = _decode(decoder, _jpeg(1280, 720), qtbot, camera, (320, 400))
    assert small is not None
    assert (small.image.width(), small.image.height(), small.width, small.height) == (320, 180, 1280, 720)
    tiny = _decode(decoder, _jpeg(64, 36), qtbot, camera, (320, 400))
    assert tiny is not None
    assert tiny.image.width() == 64
    for mode in ("L", "CMYK"):
        assert _decode(decoder, _jpeg(64, 36, mode=mode), qtbot, camera) is not None


def _png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\0" * 50,
        _jpeg(64, 36)[:300],
        _jpeg(64, 36)[:300] + b"\xff\xd9",
        _jpeg(5000, 4),
        b"\xff\xd8\xff" + _png() + b"\xff\xd9",
        _jpeg(64, 36) + b"\0" * 9_000_000 + b"\xff\xd9",
    ],
)
def test_only_whole_jpegs_of_a_camera_s_size_are_shown(
    decoder: PictureDecoder, data: bytes, qtbot: QtBot
) -> None:
    camera = _Camera()
    assert _decode(decoder, data, qtbot, camera) is None
    assert _decode(decoder, _jpeg(64, 36), qtbot, camera) is not None  # the next is none the worse for it


def test_of_pictures_that_wait_only_the_newest_of_a_camera_is_decoded(
    decoder: PictureDecoder, qtbot: QtBot
) -> None:
    first, second = _Camera(), _Camera()
    for width in (64, 65, 66):  # before the helper is there
        decoder.decode(first, _jpeg(width, 36), first.got.append)
        decoder.decode(second, _jpeg(width, 36), second.got.append)
    qtbot.waitUntil(lambda: bool(first.got and second.got), timeout=15_000)
    shown = [[picture.width for picture in one.got if picture is not None] for one in (first, second)]
    assert shown == [[66], [66]]


def test_a_picture_that_takes_too_long_costs_its_own_camera_ten_seconds_and_nobody_else(
    decoder: PictureDecoder, qtbot: QtBot, time_: _Time
) -> None:
    hostile, good = _Camera(), _Camera()
    assert _decode(decoder, _jpeg(64, 36), qtbot, good) is not None
    helper = decoder.helper_pid
    beats: list[float] = []
    heart = QTimer()
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start(10)
    assert _decode(decoder, jpeg_of_many_scans(5000), qtbot, hostile) is None
    assert _decode(decoder, _jpeg(64, 36), qtbot, good) is not None
    assert decoder.helper_pid not in (0, helper)
    heart.stop()
    assert max(after - before for before, after in pairwise(beats)) < _STALL_S
    decoder.decode(hostile, _jpeg(64, 36), hostile.got.append)
    assert hostile.got == [None, None]  # at once
    time_.now += 11
    assert _decode(decoder, _jpeg(64, 36), qtbot, hostile) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be stopped by a signal there")
def test_a_killed_or_stopped_helper_is_replaced(decoder: PictureDecoder, qtbot: QtBot, time_: _Time) -> None:
    camera = _Camera()
    for how in (signal.SIGKILL, signal.SIGSTOP):
        time_.now += 11
        assert _decode(decoder, _jpeg(64, 36), qtbot, camera) is not None
        before = decoder.helper_pid
        os.kill(before, how)
        _decode(decoder, _jpeg(64, 36), qtbot, camera)
        time_.now += 11
        qtbot.waitUntil(lambda pid=before: decoder.helper_pid != pid, timeout=10_000)
        assert _decode(decoder, _jpeg(64, 36), qtbot, camera) is not None


@pytest.mark.slow
def test_nine_cameras_at_ten_pictures_a_second_are_served_alike(
    decoder: PictureDecoder, qtbot: QtBot
) -> None:
    """720p with noise, into tiles of a wall."""
    rng = np.random.default_rng(1)
    out = io.BytesIO()
    Image.fromarray(rng.integers(90, 150, (720, 1280, 3), np.uint8)).save(out, "JPEG", quality=60)
    cameras = [_Camera() for _ in range(9)]
    timers = []
    for camera in cameras:
        timer = QTimer()
        timer.setInterval(100)
        timer.timeout.connect(partial(decoder.decode, camera, out.getvalue(), camera.got.append, (350, 197)))
        timers.append(timer)
        timer.start()
    qtbot.waitUntil(lambda: all(camera.got for camera in cameras), timeout=15_000)
    counted, began = [len(camera.got) for camera in cameras], time.monotonic()
    qtbot.waitUntil(lambda: time.monotonic() - began > 3.0, timeout=5000)
    for timer in timers:
        timer.stop()
    rates = [(len(camera.got) - before) / 3.0 for camera, before in zip(cameras, counted, strict=True)]
    assert min(rates) > max(rates) / 4, rates  # how many: tests.bench.wall
    assert None not in [picture for camera in cameras for picture in camera.got]


def test_a_helper_that_cannot_start_is_not_started_for_every_picture(
    tmp_path: Path, qapp: object, time_: _Time
) -> None:
    (tmp_path / "file").write_bytes(b"")
    decoder = PictureDecoder(tmp_path / "file" / "below", monotonic=time_)  # no folder can be made there
    got: list[CameraPicture | None] = []
    decoder.decode("one", _jpeg(64, 36), got.append)
    decoder.decode("two", _jpeg(64, 36), got.append)
    assert got == [None, None]
    assert decoder.helper_pid == 0
    time_.now += 60
    decoder.decode("one", _jpeg(64, 36), got.append)
    assert got == [None, None, None]
    decoder.close()
