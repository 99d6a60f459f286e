"""Cuts a camera's recording into the segments of an HLS stream that goes on and on; loads PyAV."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import av

from chekt_console.simulator.live_video import SEGMENT_S

_SOUND_S = 1024 / 16_000  # of one packet
_WRAP_S = 86_400.0  # times of a transport stream begin anew after 26 hours


# Each segment counts its packets from nought.
_MUX = {"mpegts_flags": "initial_discontinuity"}


@dataclass(frozen=True)
class _Packet:
    """Of one stream; times in seconds from the beginning of the recording."""

    is_video: bool
    is_key: bool
    pts_s: float
    dts_s: float
    data: bytes


@lru_cache(maxsize=4)
def _segments(path: Path) -> tuple[tuple[_Packet, ...], ...]:
    """Each begins with a picture that needs no other."""
    cut: list[list[_Packet]] = []
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.video[0], container.streams.audio[0]):
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            is_video = isinstance(packet.stream, av.VideoStream)
            dts_s = float(packet.dts * packet.time_base)
            if not cut or (is_video and packet.is_keyframe and dts_s >= len(cut) * SEGMENT_S):
                cut.append([])
            pts_s = float(packet.pts * packet.time_base)
            cut[-1].append(_Packet(is_video, packet.is_keyframe, pts_s, dts_s, bytes(packet)))
    # No sound reaches into the recording's next turn.
    ends_s = len(cut) * SEGMENT_S - _SOUND_S
    cut[-1] = [packet for packet in cut[-1] if packet.is_video or packet.dts_s <= ends_s]
    return tuple(map(tuple, cut))


def segment(path: Path, number: int) -> bytes:
    """Of the recording at `path`, in its place in the endless stream."""
    segments = _segments(path)
    turn, place = divmod(number, len(segments))
    shift_s = (turn * len(segments) * SEGMENT_S) % _WRAP_S + 1.0
    sink = io.BytesIO()
    with av.open(str(path)) as source, av.open(sink, "w", format="mpegts", options=_MUX) as out:
        streams = {
            True: out.add_stream_from_template(source.streams.video[0]),
            False: out.add_stream_from_template(source.streams.audio[0]),
        }
        for one in segments[place]:
            packet = av.Packet(one.data)
            packet.stream = stream = streams[one.is_video]
            base = stream.time_base
            assert base is not None
            packet.time_base = base
            packet.pts, packet.dts = (round((at_s + shift_s) / base) for at_s in (one.pts_s, one.dts_s))
            packet.is_keyframe = one.is_key
            out.mux_one(packet)
    return sink.getvalue()
