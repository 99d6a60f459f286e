"""Helper process that decodes pictures of cameras: `python -m chekt_console.media.picture_process --ring FILE`.

A command is a line of JSON on stdin (number of the picture, its bytes, the size it is to fit into), the JPEG behind it.
Facts leave as JSON lines on stdout, pictures go into the frame ring. It ends when stdin closes.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from chekt_console.media.frame_ring import MAX_WIDTH, FrameRing
from chekt_console.media.helper_limits import limit_helper

if TYPE_CHECKING:
    from typing import BinaryIO

MAX_SIDE_PX = 4096
_MAX_HEIGHT = 1080
_MOST_BYTES = 1024**3  # of memory


class NoPicture(Exception):
    """It is no JPEG, broken, or larger than a camera's picture can be."""


def decoded(data: bytes, box: tuple[int, int]) -> tuple[Image.Image, tuple[int, int]]:
    """The picture in the largest size that fits into `box`, never larger than its own, and its own size."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            size = picture.size
            if max(size) > MAX_SIDE_PX:
                raise NoPicture(f"picture size {size[0]} x {size[1]}")
            # JPEG is decoded to a smaller size at a fraction of the cost.
            picture.thumbnail(box, Image.Resampling.BILINEAR)
            return picture.convert("RGB"), size
    except (OSError, ValueError, SyntaxError, MemoryError, Image.DecompressionBombError) as error:
        raise NoPicture(str(error)) from error


def _read(source: BinaryIO, commands: queue.Queue[tuple[dict[str, Any], bytes]]) -> None:
    for line in iter(source.readline, b""):
        command = json.loads(line)
        commands.put((command, source.read(command["bytes"])))
    os._exit(0)  # the console is gone; a decoder that takes long must not keep us


def main() -> None:
    parser = argparse.ArgumentParser(description="Decodes pictures of cameras for the console.")
    parser.add_argument("--ring", type=Path, required=True)
    facts = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a native library prints does not come between the facts
    ring = FrameRing(parser.parse_args().ring)
    limit_helper(_MOST_BYTES)
    commands: queue.Queue[tuple[dict[str, Any], bytes]] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, commands), daemon=True).start()
    facts.write('{"fact": "ready"}\n')
    facts.flush()
    while True:
        command, data = commands.get()
        number = command["clip"]
        told: dict[str, Any] = {"fact": "failed", "clip": number}
        try:
            box = (
                min(command["width"] or MAX_WIDTH, MAX_WIDTH),
                min(command["height"] or _MAX_HEIGHT, _MAX_HEIGHT),
            )
            picture, size = decoded(data, box)
        except NoPicture:
            pass
        else:
            pixels = picture.tobytes("raw", "BGRX")
            ring.slot_for_writing()[: len(pixels)] = pixels
            sequence = ring.publish(*picture.size, picture.width * 4, clip=number, time_s=0.0)
            told |= {"fact": "frame", "sequence": sequence, "width": size[0], "height": size[1]}
        facts.write(json.dumps(told) + "\n")
        facts.flush()


if __name__ == "__main__":
    main()
