"""The real player with real helpers on a real clip."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

import pytest

from chekt_console.background.player import Player
from chekt_console.media.strip_shape import CELL_HEIGHT, CELL_WIDTH, CELLS
from tests.support.hostile_media import misleading
from tests.support.live_streams import encode_stream
from tests.support.sound import loudness
from tests.unit.media.moving_square import FPS, SECONDS, brightest, frame_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from chekt_console.media.clip_facts import ClipFacts


class Watched:
    """A player and everything it said."""

    def __init__(self, player: Player) -> None:
        self.player = player
        self.numbers: list[int] = []
        self.sentences: list[str] = []
        self.engines: list[str] = []
        self.facts: list[ClipFacts] = []
        player.frame_arrived.connect(self.on_frame)
        player.failed.connect(self.sentences.append)
        player.engine_changed.connect(self.engines.append)
        player.opened.connect(self.facts.append)

    def on_frame(self, image: QImage) -> None:
        self.numbers.append(frame_number(bytes(image.constScanLine(110))))

    @property
    def last(self) -> int:
        return self.numbers[-1] if self.numbers else -1


@pytest.fixture(params=["libVLC", "PyAV"])
def watched(request: pytest.FixtureRequest, tmp_path: Path, qapp: object) -> Iterator[Watched]:
    missing = "" if request.param == "libVLC" else str(tmp_path / "no-libvlc.so")
    player = Player(tmp_path / "work", libvlc_path=missing)
    player.warm()
    yield Watched(player)
    player.close()
    assert not list((tmp_path / "work").iterdir())


@pytest.fixture
def one_engine(tmp_path: Path, qapp: object) -> Iterator[Watched]:
    player = Player(tmp_path / "work")
    yield Watched(player)
    player.close()


def open_clip(watched: Watched, clip: Path, qtbot: QtBot) -> None:
    watched.player.open(clip)
    qtbot.waitUntil(lambda: watched.last == 0, timeout=10_000)


def test_playing_shows_frames_that_go_on_and_ends(watched: Watched, clip_file: Path, qtbot: QtBot) -> None:
    open_clip(watched, clip_file, qtbot)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    facts = watched.facts[0]
    assert (facts.codec, facts.width, facts.height, facts.fps) == ("h264", 640, 360, FPS)
    assert facts.duration_s == pytest.approx(SECONDS)
    watched.player.play()
    qtbot.waitUntil(lambda: len(set(watched.numbers)) > 10, timeout=10_000)
    watched.player.set_speed(4.0)
    watched.player.seek(5.0)
    qtbot.waitUntil(lambda: watched.player.state == "ended", timeout=10_000)
    qtbot.waitUntil(lambda: watched.last == FPS * SECONDS - 1, timeout=5000)
    watched.player.play()
    qtbot.waitUntil(lambda: 0 <= watched.last < 60, timeout=10_000)
    assert watched.sentences == []


def test_a_clip_told_to_play_at_once_shows_its_first_picture_and_goes_on_from_there(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    positions: list[float] = []
    watched.player.position_changed.connect(positions.append)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    watched.player.open(clip_file)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last > 8, timeout=20_000)
    assert (watched.numbers[0], positions[0]) == (0, 0.0)
    assert positions[-1] > 0
    assert 0.0 not in positions[positions.index(next(filter(None, positions))) :]


@pytest.mark.parametrize("kind", ["frame length enormous", "one frame in a lifetime"])
def test_of_a_clip_of_one_frame_a_day_the_first_is_shown_while_it_plays(
    watched: Watched, kind: str, clip_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    slow = tmp_path / "slow.mp4"
    slow.write_bytes(misleading(clip_file.read_bytes())[kind])
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    watched.player.open(slow)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last == 0, timeout=20_000)
    assert watched.player.state == "playing"
    assert watched.player.position_s == 0.0
    assert watched.sentences == []


def test_a_clip_plays_in_its_own_size_without_the_decoder_s_padding(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    """360 lines are 370 to libVLC's decoder, and the picture would be stretched to them."""
    sizes: set[tuple[int, int]] = set()
    watched.player.frame_arrived.connect(lambda image: sizes.add((image.width(), image.height())))
    open_clip(watched, clip_file, qtbot)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    watched.player.play()
    qtbot.waitUntil(lambda: len(set(watched.numbers)) > 10, timeout=10_000)
    assert sizes == {(640, 360)}


def test_a_strip_shows_the_whole_clip(watched: Watched, clip_file: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(watched.player.strip_arrived, timeout=10_000) as arrived:
        open_clip(watched, clip_file, qtbot)
    strip = arrived.args[0]
    assert (strip.width(), strip.height()) == (CELLS * CELL_WIDTH, CELL_HEIGHT)
    row = bytes(strip.constScanLine(CELL_HEIGHT * 116 // 360))
    shown = [brightest(row[cell * CELL_WIDTH * 4 : (cell + 1) * CELL_WIDTH * 4]) for cell in range(CELLS)]
    assert shown == sorted(set(shown))  # the square goes on from cell to cell
    assert watched.last == 0


def test_steps_and_seeks_are_exact_to_the_frame(watched: Watched, clip_file: Path, qtbot: QtBot) -> None:
    open_clip(watched, clip_file, qtbot)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last > 8, timeout=10_000)
    watched.player.pause()
    shown = watched.last
    qtbot.waitUntil(lambda: watched.last >= shown, timeout=5000)
    for target in (2.0, 5.96, 0.0, 3.5):
        watched.player.seek(target)
        qtbot.waitUntil(lambda at=target: watched.last == round(at * FPS - 0.25), timeout=5000)
    for move in (1, 1, 1, -1, -1, -1, -1):
        expected = watched.last + move
        watched.player.step(move)
        qtbot.waitUntil(lambda at=expected: watched.last == at, timeout=5000)
    watched.player.seek(0.0)
    qtbot.waitUntil(lambda: watched.last == 0, timeout=5000)
    before = len(watched.numbers)
    watched.player.step(-1)
    watched.player.step(1)
    qtbot.waitUntil(lambda: watched.last == 1, timeout=5000)
    assert watched.numbers[before:] == [1]


def test_at_a_quarter_of_the_speed_a_second_of_the_clip_takes_long(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    """Some four seconds; a busy computer makes it more, and only the full speed makes it less than two."""
    open_clip(watched, clip_file, qtbot)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    watched.player.set_speed(0.25)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last >= 5, timeout=30_000)
    first, began = watched.last, time.monotonic()
    qtbot.waitUntil(lambda: watched.last >= first + FPS, timeout=60_000)
    assert time.monotonic() - began > 2.0
    # The place that is told goes as slowly as the pictures.
    assert watched.player.position_s == pytest.approx(watched.last / FPS, abs=0.3)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="plays through ALSA")
def test_a_clip_is_heard_and_muted_it_is_not(
    one_engine: Watched, tmp_path: Path, sound_file: Path, qtbot: QtBot
) -> None:
    clip = encode_stream(tmp_path / "sound.mp4", 45, sound_codec="aac")
    player = one_engine.player

    def play_to_the_end() -> None:
        qtbot.waitUntil(lambda: player.state == "paused", timeout=30_000)
        player.play()
        qtbot.waitUntil(lambda: player.state == "ended", timeout=60_000)

    player.set_muted(True)
    player.open(clip)
    qtbot.waitUntil(lambda: bool(one_engine.numbers and one_engine.engines), timeout=30_000)
    assert one_engine.engines[-1].startswith("libVLC")
    assert one_engine.facts[0].has_sound
    play_to_the_end()
    assert loudness(sound_file) == 0.0
    player.open(clip)
    player.set_muted(False)
    play_to_the_end()
    assert loudness(sound_file, 0.5) == pytest.approx(0.26, abs=0.06)  # of the tone that was encoded
    player.open(clip)
    player.set_muted(True)  # told before libVLC has its sound, which then forgets it
    play_to_the_end()
    assert loudness(sound_file, 0.5) == 0.0
    assert one_engine.sentences == []


def test_a_killed_helper_is_replaced_and_goes_on(one_engine: Watched, clip_file: Path, qtbot: QtBot) -> None:
    watched = one_engine
    open_clip(watched, clip_file, qtbot)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last > 20, timeout=10_000)
    still, motion = watched.player.helper_pids
    os.kill(motion, signal.SIGTERM)
    qtbot.waitUntil(lambda: any("restarted" in words for words in watched.engines), timeout=5000)
    killed_at, seen = watched.last, len(watched.numbers)
    qtbot.waitUntil(lambda: len(watched.numbers) > seen + 5, timeout=10_000)
    assert min(watched.numbers[seen:]) >= killed_at - 3
    watched.player.pause()
    os.kill(still, signal.SIGTERM)
    qtbot.waitUntil(lambda: watched.player.helper_pids[0] not in (0, still), timeout=5000)
    watched.player.seek(3.5)
    qtbot.waitUntil(lambda: watched.last == 87, timeout=10_000)
    assert watched.sentences == []


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be stopped by a signal there")
def test_a_stuck_helper_is_replaced(one_engine: Watched, clip_file: Path, qtbot: QtBot) -> None:
    open_clip(one_engine, clip_file, qtbot)
    stuck = one_engine.player.helper_pids[0]
    os.kill(stuck, signal.SIGSTOP)
    one_engine.player.seek(2.0)
    qtbot.waitUntil(lambda: one_engine.player.helper_pids[0] not in (0, stuck), timeout=10_000)
    one_engine.player.seek(2.0)
    qtbot.waitUntil(lambda: one_engine.last == 50, timeout=10_000)


@pytest.mark.parametrize(
    "content", [b"", b"<html>sign in</html>", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\1" * 4000]
)
def test_a_broken_file_is_said_to_be_broken(
    one_engine: Watched, content: bytes, tmp_path: Path, clip_file: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(content)
    one_engine.player.open(broken)
    one_engine.player.play()
    qtbot.waitUntil(lambda: bool(one_engine.sentences), timeout=10_000)
    assert one_engine.sentences[0].startswith("This clip cannot be shown")
    assert one_engine.player.state == "failed"
    open_clip(one_engine, clip_file, qtbot)


def test_a_file_cut_off_in_the_middle_still_shows_what_is_whole(
    one_engine: Watched, tmp_path: Path, clip_file: Path, qtbot: QtBot
) -> None:
    whole = clip_file.read_bytes()
    damaged = bytearray(whole)
    middle = len(whole) // 2
    damaged[middle : middle + 400] = b"\xff" * 400
    (tmp_path / "damaged.mp4").write_bytes(damaged)
    open_clip(one_engine, tmp_path / "damaged.mp4", qtbot)
    one_engine.player.seek(5.96)
    qtbot.waitUntil(lambda: len(one_engine.numbers) > 1, timeout=10_000)
    assert one_engine.sentences == []


def test_a_playlist_or_a_picture_of_monstrous_size_is_refused(
    one_engine: Watched, tmp_path: Path, clip_file: Path, qtbot: QtBot
) -> None:
    """Neither may make a helper open an address or ask for gigabytes."""
    whole = bytearray(clip_file.read_bytes())
    at = whole.index(b"avc1", whole.index(b"stsd")) + 4 + 24
    whole[at : at + 4] = b"\xff\xff\xff\xff"  # width and height of the sample entry
    at = whole.index(b"avcC") + 4
    whole[at + 8 : at + 40] = b"\0" * 32  # and no parameter sets that could tell better
    monstrous, playlist = tmp_path / "monstrous.mp4", tmp_path / "playlist.mp4"
    monstrous.write_bytes(whole)
    playlist.write_text("#EXTM3U\n#EXTINF:5,\nhttp://127.0.0.1:9/x.mp4\n")
    for path in (monstrous, playlist):
        one_engine.sentences.clear()
        one_engine.player.open(path)
        one_engine.player.play()
        qtbot.waitUntil(lambda: bool(one_engine.sentences), timeout=10_000)


def test_the_next_clip_is_there_at_once_and_plays_like_any_other(
    watched: Watched, clip_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    following = tmp_path / "next.mp4"
    following.write_bytes(clip_file.read_bytes())
    open_clip(watched, clip_file, qtbot)
    watched.player.prepare(following)
    qtbot.waitUntil(lambda: watched.player.prepared_path == following, timeout=10_000)
    watched.numbers.clear()
    watched.player.open(following)
    assert watched.numbers == [0]  # before the event loop had a turn
    assert len(watched.facts) == 2
    watched.player.seek(3.0)
    qtbot.waitUntil(lambda: watched.last == 3 * FPS, timeout=10_000)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last > 3 * FPS + 5, timeout=10_000)
    watched.player.open(clip_file)  # not prepared: the usual way, by the other helper
    qtbot.waitUntil(lambda: watched.last == 0, timeout=10_000)
    assert not watched.sentences


def test_a_helper_that_dies_over_the_next_clip_costs_nothing(
    one_engine: Watched, clip_file: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(clip_file.read_bytes()[:3000])
    open_clip(one_engine, clip_file, qtbot)
    one_engine.player.prepare(broken)
    one_engine.player.step(1)
    qtbot.waitUntil(lambda: one_engine.last == 1, timeout=10_000)
    assert not one_engine.sentences
    assert one_engine.player.prepared_path is None
