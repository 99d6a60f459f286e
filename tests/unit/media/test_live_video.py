"""Live pictures of cameras that give HLS or RTSP: real streams of real H.264, and addresses that lead elsewhere."""

from __future__ import annotations

import functools
import http.server
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image

from chekt_console.domain.device import Device, DeviceKind
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.errors import Cancelled, UnexpectedReply, Unreachable
from chekt_console.media.live_video import is_video, pictures
from chekt_console.services.live_service import LiveService

if TYPE_CHECKING:
    from collections.abc import Iterator

_FRAMES = 30
_SERVE_RTSP = """
import sys, vlc
player = vlc.Instance("--intf=dummy", "--quiet").media_player_new()
options = (f"sout=#rtp{{sdp=rtsp://127.0.0.1:{sys.argv[2]}/cam}}", "sout-keep", "input-repeat=60")
player.set_media(player.get_instance().media_new(sys.argv[1], *options))
player.play()
sys.stdin.read()
"""


def _encode(path: Path, frames: int = _FRAMES, **how: Any) -> Path:
    """A bright bar that walks over a dark ground."""
    with av.open(str(path), "w", **how) as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        stream.codec_context.gop_size = 15
        for number in range(frames):
            picture = np.zeros((192, 320), np.uint8)
            picture[:, number * 2 : number * 2 + 30] = 230
            frame = av.VideoFrame.from_ndarray(picture, format="gray")
            frame.pts, frame.time_base = number, Fraction(1, 15)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Of a folder on a server of its own."""
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path))
    ) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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
    _encode(tmp_path / "index.m3u8", format="hls", options={"hls_time": "1", "hls_list_size": "0"})
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
    _encode(tmp_path / "index.m3u8", format="hls", options={"hls_time": "1", "hls_list_size": "0"})

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
    _encode(tmp_path / "index.m3u8", 150, format="hls", options={"hls_time": "1", "hls_list_size": "0"})
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
    clip = _encode(tmp_path / "clip.mp4")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE_RTSP, str(clip), str(port)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            found: list[bytes] = []
            for _ in range(100):  # until the server listens
                for jpeg in pictures(f"rtsp://127.0.0.1:{port}/cam", NoProgress()):
                    found.append(jpeg)
                    if len(found) >= 8:
                        break
                if found:
                    break
            assert len({_bar_at(jpeg) for jpeg in found}) > 3
        finally:
            server.kill()


@pytest.mark.parametrize("segment", ["file://{secret}", "{secret}", "http://127.0.0.1:9/none.ts"])
def test_a_playlist_leads_to_no_file_of_this_computer(tmp_path: Path, address: str, segment: str) -> None:
    secret = _encode(tmp_path / "secret.ts", format="mpegts")
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
