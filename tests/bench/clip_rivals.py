"""First frame of a clip by other players, as bare as they come; None where one is not installed."""

from __future__ import annotations

import ctypes
import ctypes.util
import statistics
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

_LONGEST_S = 10.0


def libvlc_ms(clip: Path, runs: int) -> float | None:
    """First frame into memory callbacks, instance already made; None without libVLC."""
    try:
        import vlc
    except (ImportError, OSError):
        return None
    instance = vlc.Instance("--quiet", "--no-audio")
    if instance is None:
        return None
    width, height = 1280, 720
    buffer = ctypes.create_string_buffer(width * height * 4)
    shown = threading.Event()

    @vlc.CallbackDecorators.VideoLockCb
    def lock(_opaque: object, planes: object) -> None:
        planes[0] = ctypes.cast(buffer, ctypes.c_void_p)  # type: ignore[index]

    @vlc.CallbackDecorators.VideoDisplayCb
    def display(_opaque: object, _picture: object) -> None:
        shown.set()

    figures = []
    for _ in range(runs):
        player = instance.media_player_new()
        player.video_set_callbacks(lock, None, display, None)
        player.video_set_format("RV32", width, height, width * 4)
        shown.clear()
        started = time.perf_counter()
        player.set_media(instance.media_new(str(clip)))
        player.play()
        if not shown.wait(10):
            return None
        figures.append((time.perf_counter() - started) * 1000)
        player.stop()
        player.release()
    return statistics.median(figures)


class _MpvEvent(ctypes.Structure):
    _fields_ = (
        ("event_id", ctypes.c_int),
        ("error", ctypes.c_int),
        ("reply_userdata", ctypes.c_uint64),
        ("data", ctypes.c_void_p),
    )


_MPV_PLAYBACK_RESTART = 21  # the first picture after loading was shown


def mpv_ms(clip: Path, runs: int) -> float | None:
    """libmpv without a window: the picture is decoded and handed to an output that shows nothing."""
    name = ctypes.util.find_library("mpv")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    library.mpv_create.restype = ctypes.c_void_p
    library.mpv_wait_event.restype = ctypes.POINTER(_MpvEvent)
    library.mpv_wait_event.argtypes = (ctypes.c_void_p, ctypes.c_double)
    handle = ctypes.c_void_p(library.mpv_create())
    for option, value in ((b"vo", b"null"), (b"ao", b"null"), (b"config", b"no"), (b"keep-open", b"yes")):
        library.mpv_set_option_string(handle, option, value)
    if library.mpv_initialize(handle) < 0:
        return None
    figures = []
    for _ in range(runs):
        words = (ctypes.c_char_p * 4)(b"loadfile", str(clip).encode(), b"replace", None)
        started = time.perf_counter()
        library.mpv_command(handle, words)
        while library.mpv_wait_event(handle, _LONGEST_S).contents.event_id != _MPV_PLAYBACK_RESTART:
            if time.perf_counter() - started > _LONGEST_S:
                return None
        figures.append((time.perf_counter() - started) * 1000)
    library.mpv_terminate_destroy(handle)
    return statistics.median(figures)


def qtmultimedia_ms(app: QApplication, clip: Path, runs: int) -> float | None:
    try:
        from PySide6.QtCore import QLoggingCategory, QUrl
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink
    except ImportError:
        return None
    QLoggingCategory.setFilterRules("qt.multimedia.*=false")  # it tells every file's streams
    figures = []
    for _ in range(runs):
        player, sink = QMediaPlayer(), QVideoSink()
        shown: list[object] = []
        sink.videoFrameChanged.connect(
            lambda frame, shown=shown: shown.append(frame) if frame.isValid() else None
        )
        player.setVideoSink(sink)
        started = time.perf_counter()
        player.setSource(QUrl.fromLocalFile(str(clip)))
        player.play()
        while not shown:
            app.processEvents()
            if time.perf_counter() - started > _LONGEST_S:
                return None
        figures.append((time.perf_counter() - started) * 1000)
        player.stop()
    return statistics.median(figures)
