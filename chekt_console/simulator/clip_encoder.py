"""Child process that encodes one clip: the spec as one JSON line on stdin, the file's path as argument."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from chekt_console.simulator.clip_spec import ClipSpec
from chekt_console.simulator.scene import Scene

_ALARM_MARK_MS = 400
_AUDIO_RATE = 16_000
_QUIET = 0.004
_FROZEN_AFTER_S = 1.0
_BLUR_PX = 14
_TRUNCATED_SHARE = 0.6
_NICENESS = 10
_NOT_A_VIDEO = (
    b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>\n"
    b"<body><h1>Bad Gateway</h1><p>The recorder did not answer in time.</p></body></html>\n"
)

# The quickest preset, with the two cheap tools that halve its size and make it the High profile recorders use.
_H264 = {"preset": "ultrafast", "crf": "27", "threads": "2", "x264-params": "cabac=1:8x8dct=1"}

Picture = NDArray[np.uint8]


def encode(spec: ClipSpec, out: Path) -> None:
    """Writes the whole file; OSError when the disk refuses."""
    if spec.defect == "empty":
        out.write_bytes(b"")
        return
    if spec.defect == "not_a_video":
        out.write_bytes(_NOT_A_VIDEO)
        return
    _encode_video(spec.as_recorded(), out)
    if spec.defect == "truncated":
        os.truncate(out, int(out.stat().st_size * _TRUNCATED_SHARE))


def frames(spec: ClipSpec) -> Iterator[Picture]:
    """The pictures of a clip (h, w, 3), its defect included."""
    scene = Scene(spec.site_name, spec.camera_name, spec.timezone, width=spec.width, height=spec.height)
    scene.prepare(scene.local_hour(spec.start_ms), is_lit=spec.scene == "cleaner")
    frozen: Picture | None = None
    for number in range(round(spec.duration_s * spec.fps)):
        now_ms = spec.start_ms + number * 1000 // spec.fps
        if spec.defect == "black":
            yield np.zeros((spec.height, spec.width, 3), np.uint8)
            continue
        if frozen is None:
            is_alarm = spec.alarm_ms <= now_ms < spec.alarm_ms + _ALARM_MARK_MS
            actors = scene.actors(spec.scene, spec.alarm_ms, now_ms)
            picture = scene.frame(now_ms, actors, is_alarm=is_alarm)
            if spec.defect == "frozen" and number >= _FROZEN_AFTER_S * spec.fps:
                frozen = picture
        if spec.defect == "blurred":
            soft = Image.fromarray(picture).reduce(4).filter(ImageFilter.GaussianBlur(_BLUR_PX / 4))
            picture = np.asarray(soft.resize((spec.width, spec.height), Image.Resampling.BILINEAR))
        yield picture


def _encode_video(spec: ClipSpec, out: Path) -> None:
    with av.open(str(out), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = _video_stream(container, spec)
        audio = container.add_stream("aac", rate=_AUDIO_RATE, layout="mono")
        # One picture is encoded while the next one is drawn.
        with ThreadPoolExecutor(1) as pool:
            encoding: Future[list[av.Packet[VideoStream]]] | None = None
            for picture in frames(spec):
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
                if encoding is not None:
                    container.mux(encoding.result())
                encoding = pool.submit(video.encode, frame)
            if encoding is not None:
                container.mux(encoding.result())
        container.mux(video.encode())
        _add_quiet(container, audio, spec.duration_s)


def _video_stream(container: av.container.OutputContainer, spec: ClipSpec) -> VideoStream:
    if spec.defect == "wrong_codec":
        codec = "libx265" if "libx265" in av.codecs_available else "mpeg4"
        options = {"preset": "ultrafast", "x265-params": "log-level=none"} if codec == "libx265" else {}
    else:
        codec, options = "libx264", _H264
    stream = container.add_stream(codec, rate=spec.fps, options=options)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, "yuv420p"
    stream.gop_size = spec.fps
    stream.codec_context.time_base = Fraction(1, spec.fps)
    return stream


def _add_quiet(container: av.container.OutputContainer, audio: AudioStream, duration_s: float) -> None:
    """The hum of a room, too low to disturb."""
    count = round(duration_s * _AUDIO_RATE)
    hiss = np.random.default_rng(7).standard_normal(count).astype(np.float32)
    hum = np.sin(np.arange(count, dtype=np.float32) * (2 * np.pi * 100 / _AUDIO_RATE))
    frame = av.AudioFrame.from_ndarray(
        (_QUIET * (hiss + hum))[None].astype(np.float32), format="fltp", layout="mono"
    )
    frame.sample_rate = _AUDIO_RATE
    container.mux(audio.encode(frame))
    container.mux(audio.encode())


def _end_with_the_server() -> None:
    """Its end of the pipe closes when it ends, however it ends."""
    # Not sys.stdin: a thread inside its lock would abort the interpreter's own end.
    while os.read(0, 1024):
        pass
    os._exit(3)


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    line = b""
    while not line.endswith(b"\n") and (got := os.read(0, 65536)):
        line += got
    spec = ClipSpec.from_json(line.decode())
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    encode(spec, Path(sys.argv[1]))


if __name__ == "__main__":
    main()
