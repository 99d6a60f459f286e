"""A camera's RTSP and HLS video through libVLC: pictures, sound, every way it can fail, and a helper that dies or hangs."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from chekt_console.background.live_player import LivePlayer
from chekt_console.background.picture_decoder import CameraPicture
from chekt_console.media.live_source import LiveEnd
from tests.support.live_streams import (
    HEIGHT,
    WIDTH,
    encode_hls,
    encode_stream,
    free_port,
    refusing_rtsp_camera,
    rtsp_camera,
    web_server,
)
from tests.support.sound import loudness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

_LONG_MS = 60_000
_BACK_S = 5.0  # faults.md: 0.5 s, on a computer that has nothing else to do
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc, or plays through ALSA")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="no process is stopped by a signal there")


class Watched:
    def __init__(self, player: LivePlayer) -> None:
        self.player = player
        self.pictures: list[CameraPicture] = []
        self.sounds: list[bool] = []
        self.ends: list[LiveEnd] = []
        self.replacements: list[str] = []
        self.losses: list[str] = []
        player.picture_arrived.connect(self.pictures.append)
        player.sound_found.connect(self.sounds.append)
        player.ended.connect(self.ends.append)
        player.replaced.connect(self.replacements.append)
        player.lost.connect(self.losses.append)

    def places(self) -> list[int]:
        """Of the bright bar, in each picture."""
        return [_bar_at(picture) for picture in self.pictures]


def _bar_at(picture: CameraPicture) -> int:
    image = picture.image
    row = np.frombuffer(image.constScanLine(image.height() // 2), np.uint8)[: image.width() * 4 : 4]
    return int(np.argmax(row > 128))


@pytest.fixture
def watched(tmp_path: Path, qapp: object) -> Iterator[Watched]:
    player = LivePlayer(tmp_path / "work")
    yield Watched(player)
    player.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with web_server(tmp_path) as address:
        yield address


def test_an_hls_camera_is_shown_in_its_size_and_ends_with_its_video(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot
) -> None:
    encode_hls(tmp_path)
    watched.player.open(f"{address}/index.m3u8")
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert watched.ends == [LiveEnd.ENDED]
    assert watched.sounds == [False]
    first = watched.pictures[0]
    assert (first.width, first.height) == (first.image.width(), first.image.height()) == (WIDTH, HEIGHT)
    assert len(set(watched.places())) > 3
    assert watched.places() == sorted(watched.places())


def test_on_a_wall_pictures_come_smaller(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot
) -> None:
    encode_hls(tmp_path)
    watched.player.open(f"{address}/index.m3u8", (160, 160), 5.0)
    qtbot.waitUntil(lambda: bool(watched.pictures), timeout=_LONG_MS)
    assert (watched.pictures[0].image.width(), watched.pictures[0].image.height()) == (160, 90)
    assert (watched.pictures[0].width, watched.pictures[0].height) == (WIDTH, HEIGHT)


@linux_only
def test_sound_is_heard_when_asked_for_and_only_then(
    watched: Watched, tmp_path: Path, address: str, sound_file: Path, qtbot: QtBot
) -> None:
    encode_hls(tmp_path, 600, has_sound=True)
    watched.player.open(f"{address}/index.m3u8")
    qtbot.waitUntil(lambda: len(watched.pictures) > 20, timeout=_LONG_MS)
    assert watched.sounds == [True]
    assert not sound_file.exists()
    watched.player.set_muted(False)
    qtbot.waitUntil(lambda: loudness(sound_file) > 0, timeout=_LONG_MS)
    assert loudness(sound_file) == pytest.approx(0.26, abs=0.06)  # of the tone that was encoded


@pytest.mark.slow
@linux_only
@pytest.mark.parametrize(("name", "codec"), [("clip.mp4", "aac"), ("clip.avi", "pcm_mulaw")])
def test_an_rtsp_camera_is_shown_and_heard(
    watched: Watched, tmp_path: Path, sound_file: Path, qtbot: QtBot, name: str, codec: str
) -> None:
    """G.711, which most cameras speak, is none that a transport stream carries."""
    clip = encode_stream(tmp_path / name, 450, sound_codec=codec)
    with rtsp_camera(clip) as url:
        watched.player.set_muted(False)
        watched.player.open(url)
        qtbot.waitUntil(lambda: len(set(watched.places())) > 10, timeout=_LONG_MS)
        qtbot.waitUntil(lambda: loudness(sound_file) > 0, timeout=_LONG_MS)
    assert watched.sounds[0] is True
    assert (watched.pictures[-1].width, watched.pictures[-1].height) == (WIDTH, HEIGHT)
    # The camera is gone.
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert watched.ends[0] in (LiveEnd.ENDED, LiveEnd.SILENT)


@pytest.mark.parametrize(
    ("place", "end"),
    [
        ("status/401/index.m3u8", LiveEnd.REFUSED),
        ("status/403/index.m3u8", LiveEnd.FORBIDDEN),
        ("none.m3u8", LiveEnd.MISSING),
        ("status/503/index.m3u8", LiveEnd.UNREACHABLE),
        ("garbage.m3u8", LiveEnd.UNREADABLE),
        ("noise.m3u8", LiveEnd.UNREADABLE),
    ],
)
def test_each_failure_is_told_as_what_it_is(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot, place: str, end: LiveEnd
) -> None:
    (tmp_path / "garbage.m3u8").write_text("<html>sign in</html>")
    (tmp_path / "noise.m3u8").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nx.ts\n#EXT-X-ENDLIST\n"
    )
    (tmp_path / "x.ts").write_bytes(np.random.default_rng(1).bytes(100_000))
    watched.player.open(f"{address}/{place}")
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert watched.ends == [end]
    assert (watched.pictures, watched.replacements) == ([], [])


def test_a_camera_that_is_not_there_and_one_that_refuses_over_rtsp(watched: Watched, qtbot: QtBot) -> None:
    watched.player.open(f"rtsp://127.0.0.1:{free_port()}/cam")
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    with refusing_rtsp_camera("401 Unauthorized") as url:
        watched.player.open(url)
        qtbot.waitUntil(lambda: len(watched.ends) > 1, timeout=_LONG_MS)
    assert watched.ends == [LiveEnd.UNREACHABLE, LiveEnd.REFUSED]


@pytest.mark.slow
def test_a_stream_that_stops_is_told_as_silent(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot
) -> None:
    encode_hls(tmp_path)
    watched.player.open(f"{address}/stops/index.m3u8")
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert watched.ends[0] in (LiveEnd.SILENT, LiveEnd.UNREADABLE)
    assert watched.replacements == []  # the helper is well, the camera is not


@pytest.mark.parametrize("segment", ["file://{secret}", "{secret}"])
def test_a_playlist_leads_to_no_file_of_this_computer(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot, segment: str
) -> None:
    secret = encode_stream(tmp_path / "secret.ts", format="mpegts")
    lines = (
        "#EXTM3U",
        "#EXT-X-TARGETDURATION:3",
        "#EXTINF:3,",
        segment.format(secret=secret),
        "#EXT-X-ENDLIST",
    )
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "index.m3u8").write_text("\n".join(lines))
    watched.player.open(f"{address}/list/index.m3u8")
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert watched.pictures == []


@posix_only
def test_a_killed_helper_is_back_within_half_a_second_and_costs_one_camera_only(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot
) -> None:
    encode_hls(tmp_path, 900)
    other = Watched(LivePlayer(tmp_path / "work"))
    for one in (watched, other):
        one.player.open(f"{address}/index.m3u8")
    qtbot.waitUntil(lambda: bool(watched.pictures and other.pictures), timeout=_LONG_MS)
    before, others = watched.player.helper_pid, other.player.helper_pid
    os.kill(before, signal.SIGKILL)
    began = time.monotonic()
    qtbot.waitUntil(lambda: watched.player.helper_pid not in (0, before), timeout=5000)
    assert time.monotonic() - began < _BACK_S
    assert len(watched.replacements) == 1
    watched.pictures.clear()
    qtbot.waitUntil(lambda: bool(watched.pictures), timeout=_LONG_MS)
    assert (other.player.helper_pid, other.replacements) == (others, [])
    other.player.close()


@pytest.mark.slow
@posix_only
def test_a_helper_that_hangs_is_replaced_and_says_so(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot
) -> None:
    encode_hls(tmp_path, 900)
    watched.player.open(f"{address}/index.m3u8")
    qtbot.waitUntil(lambda: bool(watched.pictures), timeout=_LONG_MS)
    os.kill(watched.player.helper_pid, signal.SIGSTOP)
    qtbot.waitUntil(lambda: bool(watched.replacements), timeout=_LONG_MS)
    assert watched.replacements == ["no picture for 5 s"]
    watched.pictures.clear()
    qtbot.waitUntil(lambda: bool(watched.pictures), timeout=_LONG_MS)


@pytest.mark.slow
@linux_only
def test_a_fetching_process_that_hangs_is_told_as_a_silent_camera(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot
) -> None:
    playlist = encode_hls(tmp_path, 300)
    playlist.write_text(playlist.read_text().replace("#EXT-X-ENDLIST\n", ""))  # a camera has no end
    watched.player.open(f"{address}/index.m3u8")
    (source,) = _children(watched, qtbot)
    os.kill(source, signal.SIGSTOP)
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=2 * _LONG_MS)
    assert watched.ends == [LiveEnd.SILENT]
    watched.player.open(f"{address}/index.m3u8")
    qtbot.waitUntil(lambda: not Path(f"/proc/{source}").exists(), timeout=_LONG_MS)


@pytest.mark.slow
@linux_only
def test_after_a_standstill_it_is_begun_anew_instead_of_showing_what_was(
    watched: Watched, tmp_path: Path, qtbot: QtBot
) -> None:
    clip = encode_stream(tmp_path / "clip.mp4", 450)
    with rtsp_camera(clip) as url:
        watched.player.open(url)
        qtbot.waitUntil(lambda: len(set(watched.places())) > 10, timeout=_LONG_MS)
        (source,) = _children(watched, qtbot)
        os.kill(source, signal.SIGSTOP)
        qtbot.wait(6000)
        os.kill(source, signal.SIGCONT)
        qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert watched.ends == [LiveEnd.LATE]


def _children(watched: Watched, qtbot: QtBot) -> list[int]:
    """Processes of the helper, once there is one."""
    found: list[int] = []

    def look() -> bool:
        for task in Path(f"/proc/{watched.player.helper_pid}/task").glob("*/children"):
            found.extend(int(pid) for pid in task.read_text().split())
        return bool(found)

    qtbot.waitUntil(look, timeout=_LONG_MS)
    return found


@linux_only
def test_the_address_is_in_no_list_of_processes_and_in_no_log(
    watched: Watched, tmp_path: Path, address: str, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    encode_hls(tmp_path, 150)
    watched.player.open(f"{address}/index.m3u8?access_token=hush")
    qtbot.waitUntil(lambda: bool(watched.pictures), timeout=_LONG_MS)
    (source,) = _children(watched, qtbot)
    for pid in (watched.player.helper_pid, source):
        assert b"hush" not in Path(f"/proc/{pid}/cmdline").read_bytes()
        assert b"hush" not in Path(f"/proc/{pid}/environ").read_bytes()
    watched.player.open(f"{address}/none.m3u8?access_token=hush")
    qtbot.waitUntil(lambda: bool(watched.ends), timeout=_LONG_MS)
    assert "hush" not in caplog.text
    assert not [path for path in tmp_path.rglob("*") if "hush" in path.name]


def test_without_libvlc_it_says_what_to_install(tmp_path: Path, qtbot: QtBot) -> None:
    missing = Watched(LivePlayer(tmp_path / "work", libvlc_path=str(tmp_path / "no" / "libvlc.so.5")))
    missing.player.open("http://127.0.0.1:9/index.m3u8")
    qtbot.waitUntil(lambda: bool(missing.losses), timeout=_LONG_MS)
    assert "For sound install VLC 3" in missing.losses[0]
    assert missing.ends == []
    missing.player.close()
