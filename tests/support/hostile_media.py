"""Makes files that nobody should have to play: damaged, fuzzed, of the wrong kind, or written to mislead a player."""

from __future__ import annotations

import random
import struct
from typing import TYPE_CHECKING

import av
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CONTAINERS = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts", b"udta", b"mvex"))
_FPS, _FRAMES = 15, 8


def small_clip(path: Path, codec: str = "libx264") -> Path:
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream(codec, rate=_FPS, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        if codec == "libx265":
            stream.options = {"preset": "ultrafast", "x265-params": "log-level=none"}
        noise = np.random.default_rng(3).integers(0, 255, (96, 160, 3), np.uint8)
        for number in range(_FRAMES):
            picture = np.roll(noise, 3 * number, axis=1)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and name of every box, the inner ones too."""
    at, end = start, len(data) if end is None else end
    while at + 8 <= end:
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if length < 8 or at + length > end:
            return
        yield at, at + length, name
        if name in _CONTAINERS:
            yield from boxes(data, at + 8, at + length)
        elif name == b"stsd":
            yield from boxes(data, at + 16, at + length)
        at += length


def _box(data: bytes, wanted: bytes) -> tuple[int, int]:
    return next((start, end) for start, end, name in boxes(data) if name == wanted)


def _patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def misleading(whole: bytes, port: int = 9) -> dict[str, bytes]:
    """One of each kind; what each would do to a careless player is in its name."""
    avc_start, _ = _box(whole, b"avc1")
    stts_start, _ = _box(whole, b"stts")
    mvhd_start, _ = _box(whole, b"mvhd")
    mdhd_start, _ = _box(whole, b"mdhd")
    url_start, url_end = _box(whole, b"dinf")
    address = f"http://127.0.0.1:{port}/from-inside.mp4".encode() + b"\x00"
    url = struct.pack(">I4sI", 12 + len(address), b"url ", 0) + address
    dref = struct.pack(">I4sII", 16 + len(url), b"dref", 0, 1) + url
    dinf = struct.pack(">I4s", 8 + len(dref), b"dinf") + dref
    found = {
        "empty": b"",
        "page": b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>",
        "error in json": b'{"error": "not found"}',
        "playlist m3u": b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/one.ts\n#EXT-X-ENDLIST\n",
        "playlist concat": b"ffconcat version 1.0\nfile http://127.0.0.1:9/one.mp4\n",
        "playlist sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
        "xspf": b"<?xml version='1.0'?><playlist><trackList><track><location>http://127.0.0.1:9/a"
        b"</location></track></trackList></playlist>",
        "subtitles": b"1\n00:00:00,000 --> 00:00:10,000\n<img src=http://127.0.0.1:9/x>\n",
        "sample description with an address": whole[:url_start] + dinf + whole[url_end:],
        "huge picture": _patched(whole, avc_start + 8 + 24, struct.pack(">HH", 65_535, 65_535)),
        "no width": _patched(whole, avc_start + 8 + 24, struct.pack(">HH", 0, 0)),
        "frame length zero": _patched(whole, stts_start + 20, struct.pack(">I", 0)),
        "frame length enormous": _patched(whole, stts_start + 20, struct.pack(">I", 0x7FFFFFFF)),
        "one frame in a lifetime": _patched(
            _patched(whole, mdhd_start + 20, struct.pack(">I", 1)),
            stts_start + 20,
            struct.pack(">I", 0x7FFFFFFF),
        ),
        "time scale zero": _patched(whole, mvhd_start + 20, struct.pack(">I", 0)),
        "media time scale zero": _patched(whole, mdhd_start + 20, struct.pack(">I", 0)),
        "length enormous": _patched(whole, mdhd_start + 24, struct.pack(">I", 0xFFFFFFFF)),
        "box inside itself": whole[:40] + struct.pack(">I4s", 0xFFFFFFF0, b"moov") * 4000,
        "boxes of nothing": whole[:32] + struct.pack(">I4s", 8, b"free") * 200_000,
        "only a head": whole[:32],
    }
    return {
        name: content.replace(b"127.0.0.1:9/", b"127.0.0.1:%d/" % port) for name, content in found.items()
    }


def corpus(folder: Path, count: int, seed: int = 1) -> list[Path]:
    """`count` files: the misleading ones, HEVC, a cut at and around every box, then fuzzed headers and flipped bits."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = small_clip(folder / "whole.mp4").read_bytes()
    dice = random.Random(seed)
    made: list[bytes] = list(misleading(whole).values())
    if "libx265" in av.codecs_available:
        made.append(small_clip(folder / "hevc.mp4", "libx265").read_bytes())
    for start, end, _name in boxes(whole):
        made += [whole[:cut] for cut in (start, start + 4, start + 8, (start + end) // 2, end - 1)]
    head = _box(whole, b"moov")[1]
    places = [(start, end) for start, end, _ in boxes(whole) if start < head]
    while len(made) < count:
        fuzzed = bytearray(whole)
        kind = len(made) % 3
        if kind == 0:  # bits anywhere
            for _ in range(dice.choice((1, 8, 200))):
                at = dice.randrange(len(fuzzed))
                fuzzed[at] ^= 1 << dice.randrange(8)
        elif kind == 1:  # numbers of one box's head
            start, end = dice.choice(places)
            at = dice.randrange(start, max(start + 1, min(end - 4, start + 64)))
            fuzzed[at : at + 4] = struct.pack(
                ">I", dice.choice((0, 1, 0x7FFFFFFF, 0xFFFFFFFF, dice.getrandbits(32)))
            )
        else:  # a piece doubled, or gone
            at, length = dice.randrange(len(fuzzed)), dice.randrange(1, 2000)
            fuzzed[at : at + length] = fuzzed[at : at + length] * dice.choice((0, 2))
        made.append(bytes(fuzzed))
    paths = []
    for number, content in enumerate(made[:count]):
        path = folder / f"hostile-{number:04d}.mp4"
        path.write_bytes(content)
        paths.append(path)
    return paths


def jpeg_of_many_scans(scans: int, side: int = 4096) -> bytes:
    """A progressive JPEG of some kilobytes that takes a decoder a millisecond for each scan of its empty blocks."""

    def segment(marker: int, body: bytes) -> bytes:
        return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body

    def scan(header: str, bits: str) -> bytes:
        bits += "1" * (-len(bits) % 8)
        coded = int(bits, 2).to_bytes(len(bits) // 8, "big")
        return segment(0xDA, bytes.fromhex(header)) + coded.replace(b"\xff", b"\xff\0")

    blocks = (side // 8) ** 2
    one_code = b"\1" + bytes(15)
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            segment(0xDB, b"\0" + b"\1" * 64),
            segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + b"\1\x11\0"),
            segment(0xC4, b"\0" + one_code + b"\0"),  # "0": no difference to the block before
            segment(0xC4, b"\x10" + one_code + b"\xe0"),  # "0" and 14 bits: so many blocks are empty
            scan("010100000000", "0" * blocks),
            scan("010100013f00", ("0" + "1" * 14) * -(-blocks // 32_767)) * scans,
            b"\xff\xd9",
        )
    )
