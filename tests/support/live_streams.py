"""Cameras that stream: real H.264 with real sound over HTTP and RTSP on loopback, and such that refuse or stop."""

from __future__ import annotations

import contextlib
import functools
import http.server
import socket
import subprocess
import sys
import threading
import time
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from tests.support.ending import join, running_child

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WIDTH, HEIGHT = 320, 180  # no whole number of the codec's blocks: what is padding must not show
_FPS, _CHUNK = 15, 1024
_SILENT_S = 20.0
_RATES = {"aac": 16_000, "pcm_mulaw": 8000}  # Hz
_SERVE_RTSP = """
import sys, vlc
player = vlc.Instance("--intf=dummy", "--quiet").media_player_new()
options = (f"sout=#rtp{{sdp=rtsp://127.0.0.1:{sys.argv[2]}/cam}}", "sout-keep", "sout-all", "input-repeat=60")
player.set_media(player.get_instance().media_new(sys.argv[1], *options))
player.play()
sys.stdin.read()
"""


def encode_stream(path: Path, frames: int = 30, *, sound_codec: str = "", **how: Any) -> Path:
    """A bright bar that walks over a dark ground; `sound_codec`: of a tone of 440 Hz, "" for none."""
    rate = _RATES.get(sound_codec, 1)
    with av.open(str(path), "w", **how) as container:
        stream = container.add_stream("libx264", rate=_FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.gop_size = _FPS
        sound = container.add_stream(sound_codec, rate=rate, layout="mono") if sound_codec else None
        sent = 0
        for number in range(frames):
            picture = np.zeros((HEIGHT, WIDTH), np.uint8)
            left = number * 2 % (WIDTH - 30)
            picture[:, left : left + 30] = 230
            frame = av.VideoFrame.from_ndarray(picture, format="gray")
            frame.pts, frame.time_base = number, Fraction(1, _FPS)
            container.mux(stream.encode(frame))
            while sound is not None and sent / rate < (number + 1) / _FPS:
                wave = np.sin(2 * np.pi * 440 * (np.arange(_CHUNK) + sent) / rate)
                tone = av.AudioFrame.from_ndarray((wave * 12_000).astype(np.int16)[None], "s16", "mono")
                tone.sample_rate, tone.pts, tone.time_base = rate, sent, Fraction(1, rate)
                container.mux(sound.encode(tone))
                sent += _CHUNK
        container.mux(stream.encode(None))
        if sound is not None:
            container.mux(sound.encode(None))
    return path


def encode_hls(folder: Path, frames: int = 30, *, has_sound: bool = False) -> Path:
    """A whole recording as a playlist."""
    return encode_stream(
        folder / "index.m3u8",
        frames,
        sound_codec="aac" if has_sound else "",
        format="hls",
        options={"hls_time": "1", "hls_list_size": "0"},
    )


class _Folder(http.server.SimpleHTTPRequestHandler):
    """`/status/401/…` is answered with that status; `/stops/…` begins to answer and sends no more."""

    def __init__(self, *arguments: Any, over: threading.Event, **others: Any) -> None:
        self._over = over
        super().__init__(*arguments, **others)

    def do_GET(self) -> None:
        _, kind, *rest = self.path.split("/")
        if kind == "status":
            self.send_error(int(rest[0]))
        elif kind == "stops":
            self.path = "/" + "/".join(rest)
            if self.path.endswith(".ts"):
                self.send_response(200)
                self.end_headers()
                self._over.wait(60)
            else:
                super().do_GET()
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """Its address."""
    over = threading.Event()
    handler = functools.partial(_Folder, directory=str(folder), over=over)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            server.shutdown()
            join(thread)


def free_port() -> int:
    """A port where nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@contextlib.contextmanager
def rtsp_camera(clip: Path) -> Iterator[str]:
    """libVLC serves the clip over and over; the address, once it answers."""
    port = free_port()
    with running_child(
        [sys.executable, "-c", _SERVE_RTSP, str(clip), str(port)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            _wait_for_answer(port)
            yield f"rtsp://127.0.0.1:{port}/cam"
        finally:
            server.kill()


def _wait_for_answer(port: int) -> None:
    """The port is open before there is a stream behind it."""
    ask = f"DESCRIBE rtsp://127.0.0.1:{port}/cam RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode()
    ends_at = time.monotonic() + 30
    while time.monotonic() < ends_at:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(ask)
            if b" 200 " in line.recv(64):
                return
        time.sleep(0.05)
    raise TimeoutError("the camera does not stream")


@contextlib.contextmanager
def refusing_rtsp_camera(status: str) -> Iterator[str]:
    """Answers everything with that status, such as "401 Unauthorized"."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    line, _ = server.accept()
                    line.settimeout(_SILENT_S)
                    with line:
                        while asked := line.recv(4096):
                            number = asked.partition(b"CSeq: ")[2].partition(b"\r\n")[0]
                            line.sendall(
                                f"RTSP/1.0 {status}\r\nCSeq: ".encode() + number + b"\r\n"
                                b'WWW-Authenticate: Basic realm="camera"\r\n\r\n'
                            )

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"rtsp://user:secret@127.0.0.1:{server.getsockname()[1]}/cam"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            join(thread)
