"""Row of faults.md: "Clip: damaged, not a video, huge dimensions, playlist or URL inside, subtitles, 0 bytes"."""

from __future__ import annotations

import socket
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer

from chekt_console.background.player import Player
from chekt_console.domain.clip_check import check_clip
from chekt_console.domain.progress import NoProgress
from chekt_console.media.clip_measure import measure_clips
from chekt_console.media.mp4_check import FileKind, check_mp4
from chekt_console.ui.clip.picture_widget import PictureWidget
from tests.support.hostile_media import corpus, misleading, small_clip

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

_FILES = 1_000
_PLAYED = 60
_FREEZE_S = 5.0  # a helper that is waited for costs its 3 s of patience and more; a busy computer does not
_STALL_S = 0.5  # nothing in the window's thread waits for a helper


@pytest.mark.slow
def test_a_thousand_hostile_files_are_measured_or_refused_and_none_is_waited_for(tmp_path: Path) -> None:
    paths = corpus(tmp_path / "corpus", _FILES)
    measured = measure_clips(paths, NoProgress())
    assert len(measured) == _FILES
    for one in measured:
        verdict = check_clip(one)
        assert verdict.rules
        assert one.not_readable or one.not_checked or one.frames_decoded is not None
    assert not [one.not_checked for one in measured if "took longer" in one.not_checked]
    # A file that ends its helper is allowed; one in fifty would be a helper that is not worth much.
    stopped = [path.name for path, one in zip(paths, measured, strict=True) if one.not_checked]
    assert len(stopped) <= _FILES // 50, stopped
    refused = sum(check_mp4(path) is not FileKind.WHOLE_MP4 for path in paths)
    assert refused > 100  # most cut ones never come near a decoder


@pytest.mark.slow
def test_the_player_says_cannot_play_in_time_and_the_window_lives_on(qtbot: QtBot, tmp_path: Path) -> None:
    """Each misleading file through the real player, one after another; a server listens where they point to."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    port = listener.getsockname()[1]
    whole = small_clip(tmp_path / "whole.mp4")
    player = Player(tmp_path / "player")
    beats: list[float] = []
    heart = QTimer()
    heart.setInterval(20)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start()
    try:
        for name, content in misleading(whole.read_bytes(), port).items():
            path = tmp_path / f"{name}.mp4"
            path.write_bytes(content)
            began = time.monotonic()
            player.open(path)
            player.play()
            qtbot.waitUntil(lambda: player.state in ("failed", "playing", "ended"), timeout=10_000)
            assert time.monotonic() - began < 10, name
        player.open(whole)
        qtbot.waitUntil(lambda: player.state == "paused", timeout=10_000)
    finally:
        heart.stop()
        player.close()
    with listener, pytest.raises(BlockingIOError):
        listener.accept()
    longest = max(after - before for before, after in pairwise(beats))
    assert longest < _STALL_S


@pytest.mark.slow
def test_one_in_many_of_the_corpus_through_the_player_in_a_window(qtbot: QtBot, tmp_path: Path) -> None:
    """Every misleading kind and HEVC, then cuts, fuzzed heads and flipped bits from all over the thousand."""
    paths = corpus(tmp_path / "corpus", _FILES)
    first = len(misleading(paths[0].with_name("whole.mp4").read_bytes())) + 1  # and HEVC
    chosen = [*paths[:first], *paths[first :: (_FILES - first) // (_PLAYED - first)]]
    assert len(chosen) >= _PLAYED
    player = Player(tmp_path / "player")
    window = PictureWidget()
    qtbot.addWidget(window)
    window.show()
    player.frame_arrived.connect(window.show_image)
    pictures: list[QImage] = []
    sentences: list[str] = []
    player.frame_arrived.connect(pictures.append)
    player.failed.connect(sentences.append)
    beats: list[float] = []
    heart = QTimer()
    heart.setInterval(20)
    heart.timeout.connect(lambda: beats.append(time.monotonic()))
    heart.start()
    ends: dict[str, int] = {"picture": 0, "failure": 0}
    try:
        for path in chosen:
            pictures.clear()
            sentences.clear()
            player.open(path)
            player.play()
            qtbot.waitUntil(lambda: bool(pictures or sentences), timeout=30_000)
            assert all(one.startswith(("This clip cannot", "No clip can")) for one in sentences), path.name
            ends["failure" if sentences else "picture"] += 1
        player.open(small_clip(tmp_path / "whole.mp4"))
        pictures.clear()
        player.play()
        qtbot.waitUntil(lambda: player.state == "ended" and bool(pictures), timeout=30_000)
    finally:
        heart.stop()
        player.close()
    assert window.image is not None
    assert min(ends.values()) > len(chosen) // 10, ends
    assert max(after - before for before, after in pairwise(beats)) < _FREEZE_S


def test_no_helper_opens_a_connection(tmp_path: Path) -> None:
    """The address inside a file is that of a server of the test: it is never called."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        whole = small_clip(tmp_path / "whole.mp4").read_bytes()
        paths = []
        for name, content in misleading(whole, port).items():
            if b"http" in content:
                paths.append(tmp_path / f"{name}.mp4")
                paths[-1].write_bytes(content)
        assert len(paths) >= 4
        measure_clips(paths, NoProgress())
        with pytest.raises(BlockingIOError):
            listener.accept()
