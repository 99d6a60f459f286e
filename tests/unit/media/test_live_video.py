"""Live pictures of cameras that give HLS or RTSP: real streams of real H.264, and addresses that lead elsewhere."""

from __future__ import annotations

import io
import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.errors import Cancelled, UnexpectedReply, Unreachable
from chekt_console.media.live_video import is_video, pictures
from chekt_console.services.live_service import LiveService
from tests.support.live_streams import encode_stream, rtsp_camera, web_server

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Of a folder on a server of its own."""
    with web_server(tmp_path) as address:
        yield address


def _bar_at(jpeg: bytes) -> int:
    line = np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"))[100]
    return int(np.argmax(line > 128))


@pytest.mark.parametrize(
    ("url", "is_so"),
    [
        ("rtsp://camera/1", True),
        ("rtsps://camera/1", True),
        ("https://x/live/index.m3u8?token=1", True),
        ("https://x/api/v1/mjpeg?access_token=1", False),
        ("https://[::1", False),
        ("", False),
    ],
)
def test_video_is_told_by_its_address(url: str, *, is_so: bool) -> None:
    assert is_video(url) is is_so


def test_an_hls_playlist_is_shown_as_fast_as_it_was_taken_and_begun_anew(
    tmp_path: Path, address: str
) -> None:
    encode_stream(tmp_path / "index.m3u8", format="hls", options={"hls_time": "1", "hls_list_size": "0"})
    camera = Device("1", "5", DeviceKind.CAMERA, "Gate", stream_url=f"{address}/index.m3u8")

    class Client:
        asked = 0

        @property
        def devices(self) -> Client:
            return self

        def cameras(self, _site_id: str, *, is_anew: bool) -> Any:
            assert is_anew
            self.asked += 1
            return type("Rows", (), {"values": (camera,)})

    client: Any = Client()
    live = LiveService(client)
    frames = live.frames(Site("1", "Dock"), camera.key, NoProgress())
    places = [_bar_at(next(frames)) for _ in range(8)]
    assert places == sorted(set(places))
    while client.asked < 2:  # it ended, and the address is asked for anew
        next(frames)
    frames.close()  # type: ignore[attr-defined]
    assert live.snapshot(Site("1", "Dock"), camera.key)[:2] == b"\xff\xd8"


def test_who_no_longer_watches_ends_the_helper(tmp_path: Path, address: str) -> None:
    encode_stream(tmp_path / "index.m3u8", format="hls", options={"hls_time": "1", "hls_list_size": "0"})

    class Over(NoProgress):
        def check(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        next(pictures(f"{address}/index.m3u8", Over()))


class _Stops(NoProgress):
    """Stops the helper with the first picture; `is_over`: nobody watches from then on."""

    def __init__(self, *, is_over: bool) -> None:
        self._is_over = is_over
        self.has_stopped = False

    def check(self) -> None:
        if self.has_stopped and self._is_over:
            raise Cancelled

    def stop(self) -> None:
        for task in Path("/proc/self/task").iterdir():
            for pid in (task / "children").read_text().split():
                if b"live_process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(int(pid), signal.SIGSTOP)
                    self.has_stopped = True


@pytest.mark.skipif(sys.platform != "linux", reason="finds the helper among the children of this process")
@pytest.mark.parametrize("is_over", [True, False])
def test_a_helper_that_hangs_is_ended_and_holds_nobody(
    tmp_path: Path, address: str, *, is_over: bool
) -> None:
    encode_stream(tmp_path / "index.m3u8", 150, format="hls", options={"hls_time": "1", "hls_list_size": "0"})
    progress = _Stops(is_over=is_over)
    frames = pictures(f"{address}/index.m3u8", progress)
    assert next(frames)
    progress.stop()
    assert progress.has_stopped
    began = time.monotonic()
    if is_over:
        with pytest.raises(Cancelled):
            list(frames)
    else:
        list(frames)
    assert time.monotonic() - began < 12


@pytest.mark.slow
def test_an_rtsp_camera_is_shown(tmp_path: Path) -> None:
    clip = encode_stream(tmp_path / "clip.mp4")
    with rtsp_camera(clip) as url:
        found: list[bytes] = []
        for jpeg in pictures(url, NoProgress()):
            found.append(jpeg)
            if len(found) >= 8:
                break
    assert len({_bar_at(jpeg) for jpeg in found}) > 3


@pytest.mark.parametrize("segment", ["file://{secret}", "{secret}", "http://127.0.0.1:9/none.ts"])
def test_a_playlist_leads_to_no_file_of_this_computer(tmp_path: Path, address: str, segment: str) -> None:
    secret = encode_stream(tmp_path / "secret.ts", format="mpegts")
    lines = (
        "#EXTM3U",
        "#EXT-X-TARGETDURATION:3",
        "#EXTINF:3,",
        segment.format(secret=secret),
        "#EXT-X-ENDLIST",
    )
    folder = tmp_path / "list"
    folder.mkdir()
    (folder / "index.m3u8").write_text("\n".join(lines))
    assert list(pictures(f"{address}/list/index.m3u8", NoProgress())) == []


def test_what_is_no_video_ends_without_a_picture(tmp_path: Path, address: str) -> None:
    (tmp_path / "index.m3u8").write_text("<html>sign in</html>")
    camera = Device("1", "5", DeviceKind.CAMERA, "Gate", stream_url=f"{address}/index.m3u8")
    rows = type("Rows", (), {"values": (camera,)})
    client: Any = type("Client", (), {"devices": type("Devices", (), {"cameras": lambda *_, **__: rows})()})()
    with pytest.raises(Unreachable, match="Gate sends no picture"):
        LiveService(client).snapshot(Site("1", "Dock"), camera.key)
    with pytest.raises(UnexpectedReply):
        next(pictures("http://example.com/index.m3u8", NoProgress()))
