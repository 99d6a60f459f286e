"""libVLC as every player here starts it, and the memory callbacks by which it draws into the frame ring."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import vlc

from chekt_console.media.frame_ring import MAX_HEIGHT, MAX_WIDTH, FrameRing, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

# Nothing of the person's VLC settings, no scripts, no subtitles from beside the file, no network of any kind.
_ARGUMENTS = (
    "--ignore-config", "--intf=dummy", "--no-lua", "--quiet", "--no-osd", "--no-spu", "--no-video-title-show",
    "--no-sub-autodetect-file", "--no-metadata-network-access", "--no-media-library", "--avcodec-hw=none",
    "--no-snapshot-preview", "--no-inhibit",
)  # fmt: skip
# python-vlc declares the chroma as a Python string, which a callback cannot write to.
_FORMAT_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_uint,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(ctypes.c_char),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
    ctypes.POINTER(ctypes.c_uint),
)
BOX = MAX_WIDTH, MAX_HEIGHT
_MOST_PADDING = 64  # pixels


def version() -> str:
    return str(vlc.libvlc_get_version().decode(errors="replace").split(" ")[0])


def new_instance(*arguments: str) -> Any:
    """Raises OSError when libVLC is too old or does not start."""
    if int(version().split(".")[0]) < 3:
        raise OSError(f"libVLC {version()} is older than 3.0")
    instance = vlc.Instance((*_ARGUMENTS, *arguments))
    if instance is None:
        raise OSError("libVLC does not start (are its plugins installed?)")
    return instance


class VlcScreen:
    """Must live as long as the player: libVLC calls back into it, from threads of its own."""

    def __init__(self, player: Any, ring: FrameRing, on_picture: Callable[[], None]) -> None:
        """`on_picture`: a picture lies in the slot that `publish` hands over."""
        self._ring = ring
        self._on_picture = on_picture
        self._address = ring.address()
        self.size = (0, 0)  # of the pictures handed over
        self.source_size = (0, 0)  # as they came
        self.box = BOX
        self.told_size = (0, 0)  # of the video, where it is known before libVLC knows it
        self._player = player
        kinds = vlc.CallbackDecorators
        self._keep = made = (
            kinds.VideoLockCb(self._lock),
            kinds.VideoUnlockCb(lambda opaque, picture, planes: None),
            kinds.VideoDisplayCb(self._display),
            _FORMAT_CALLBACK(self._format),
            kinds.VideoCleanupCb(lambda opaque: None),
        )
        player.video_set_callbacks(made[0], made[1], made[2], None)
        player.video_set_format_callbacks(ctypes.cast(made[3], kinds.VideoFormatCb), made[4])

    def publish(self, *, clip: int, time_s: float) -> int:
        """Its sequence number in the ring."""
        width, height = self.size
        return self._ring.publish(width, height, width * 4, clip=clip, time_s=time_s)

    def _format(self, opaque: Any, chroma: Any, width: Any, height: Any, pitches: Any, lines: Any) -> int:
        self.source_size = self._without_padding(max(1, width[0]), max(1, height[0]))
        size = fitted(*self.source_size, self.box)
        for place, letter in enumerate(b"RV32"):
            chroma[place] = letter
        width[0], height[0] = size
        pitches[0] = size[0] * 4
        lines[0] = size[1]
        self.size = size
        return 1

    def _without_padding(self, width: int, height: int) -> tuple[int, int]:
        """libVLC asks with the size of the decoder's buffer (720 lines are 738 there), and would stretch the picture to it."""
        for found_width, found_height in (self.told_size, self._player.video_get_size(0)):
            if 0 <= width - found_width <= _MOST_PADDING and 0 <= height - found_height <= _MOST_PADDING:
                return found_width, found_height
        return width, height

    def _lock(self, opaque: Any, planes: Any) -> int:
        planes[0] = self._address + self._ring.begin()
        return 0

    def _display(self, opaque: Any, picture: Any) -> None:
        self._on_picture()
