"""The simulated camera that gives HLS: real video with sound, as a stream that goes on, played by the real player."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import httpx
import pytest

from chekt_console.background.live_player import LivePlayer
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.slow
_SITE = 1784 + 11 * 17


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("video"), sites=12) as running:
        yield running


@pytest.fixture
def url(simulator: RunningSimulator) -> str:
    with simulator.client() as client:
        camera = client.get(f"/ext/v1/sites/{_SITE}/cameras").json()[0]
    assert "mjpeg_url" not in camera
    assert camera["hls_url"] == camera["stream_url"]
    return str(camera["hls_url"])


def test_segments_follow_each_other_also_where_the_recording_begins_anew(url: str) -> None:
    words = httpx.get(url, timeout=120).text
    assert words.startswith("#EXTM3U")
    first = int(words.partition("#EXT-X-MEDIA-SEQUENCE:")[2].split()[0])
    assert "#EXT-X-ENDLIST" not in words
    last_s = 0.0
    for number in range(first, first + 8):
        data = httpx.get(url.replace("index.m3u8", f"{number}.ts"), timeout=60).content
        with av.open(io.BytesIO(data)) as container:
            assert [stream.codec_context.name for stream in container.streams] == ["h264", "aac"]
            times = [float(frame.time) for frame in container.decode(video=0) if frame.time is not None]
        assert len(times) == 30
        if last_s:
            assert times[0] - last_s == pytest.approx(1 / 15, abs=0.01)
        last_s = times[-1]


def test_a_token_opens_its_own_camera_only_and_mjpeg_cameras_give_no_video(url: str) -> None:
    bare = url.partition("?")[0]
    assert httpx.get(bare).status_code == 401
    assert httpx.get(url.replace("/1/index", "/2/index")).status_code == 403
    assert httpx.get(url.replace("index.m3u8", "x.ts"), timeout=120).status_code == 404


def test_the_console_plays_it_on_and_on(url: str, tmp_path: Path, qtbot: QtBot) -> None:
    player = LivePlayer(tmp_path / "work")
    pictures: list[object] = []
    sounds: list[bool] = []
    ends: list[object] = []
    player.picture_arrived.connect(pictures.append)
    player.sound_found.connect(sounds.append)
    player.ended.connect(ends.append)
    player.open(url)
    # Longer than the recording is.
    qtbot.waitUntil(lambda: len(pictures) > 13 * 15 or bool(ends), timeout=150_000)
    assert sounds == [True]
    assert ends == []
    player.close()
