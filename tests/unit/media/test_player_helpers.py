"""Rows of faults.md: "Media helper killed, hung, flooding" and "libVLC missing, too old, wrong architecture", for the player."""

from __future__ import annotations

import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from chekt_console.background.helper_link import HelperLink
from chekt_console.background.player import Player
from tests.unit.media.test_player import Watched, open_clip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_BACK_S = 5.0  # faults.md: 0.5 s, on a computer that has nothing else to do
_WITHOUT_END = {
    "lines": 'while True: sys.stdout.write(\'{"fact": "strip", "clip": 1, "sequence": 0}\\n\' * 1000)',
    "one line": "while True: sys.stdout.write('x' * 65536)",
}
pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="processes cannot be stopped by a signal there"
)


@pytest.fixture
def watched(tmp_path: Path, qapp: object) -> Iterator[Watched]:
    player = Player(tmp_path / "work")
    yield Watched(player)
    player.close()


def test_a_killed_still_helper_is_back_within_half_a_second(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    open_clip(watched, clip_file, qtbot)
    before = watched.player.helper_pids[0]
    os.kill(before, signal.SIGKILL)
    began = time.monotonic()
    qtbot.waitUntil(lambda: watched.player.helper_pids[0] not in (0, before), timeout=5000)
    assert time.monotonic() - began < _BACK_S
    assert any("Restarted" in words for words in watched.engines)


def test_a_step_over_a_stuck_helper_replaces_it_and_says_so(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    open_clip(watched, clip_file, qtbot)
    stuck = watched.player.helper_pids[0]
    os.kill(stuck, signal.SIGSTOP)
    watched.player.step(1)
    qtbot.waitUntil(lambda: watched.player.helper_pids[0] not in (0, stuck), timeout=10_000)
    assert any("Restarted (no picture for 3 s)" in words for words in watched.engines)
    watched.numbers.clear()
    watched.player.step(1)
    qtbot.waitUntil(lambda: watched.last == 1, timeout=10_000)


def test_a_step_at_the_end_of_a_clip_is_answered_though_there_is_no_other_picture(
    tmp_path: Path, clip_file: Path, qtbot: QtBot
) -> None:
    program = ("chekt_console.media.player_process", "--engine", "av")
    link = HelperLink(program, tmp_path, patience_ms=700)
    kinds: list[str] = []
    link.fact_arrived.connect(lambda fact: kinds.append(fact["fact"]))
    link.tell("open", path=str(clip_file), clip=1)
    qtbot.waitUntil(lambda: "frame" in kinds, timeout=10_000)
    kinds.clear()
    with qtbot.assertNotEmitted(link.died, wait=1000):
        link.tell("step", frames=-1, promises_frame=True)
    link.stop()
    assert kinds == ["stepped"]


def test_a_stuck_libvlc_is_replaced_and_the_clip_plays_on(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    open_clip(watched, clip_file, qtbot)
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last > 8, timeout=10_000)
    stuck = watched.player.helper_pids[1]
    os.kill(stuck, signal.SIGSTOP)
    qtbot.waitUntil(lambda: watched.player.helper_pids[1] not in (0, stuck), timeout=10_000)
    assert any("libVLC was restarted (no picture for 3 s)" in words for words in watched.engines)
    seen = len(watched.numbers)
    qtbot.waitUntil(lambda: len(watched.numbers) > seen + 5, timeout=10_000)


def test_after_three_deaths_of_libvlc_in_a_minute_pyav_plays_on(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    open_clip(watched, clip_file, qtbot)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    for _ in range(3):
        motion = watched.player.helper_pids[1]
        os.kill(motion, signal.SIGKILL)
        qtbot.waitUntil(lambda pid=motion: watched.player.helper_pids[1] != pid, timeout=5000)
    assert watched.engines[-1] == "PyAV, silent: libVLC stopped 3 times within a minute."
    watched.player.play()
    qtbot.waitUntil(lambda: watched.last > 8, timeout=10_000)
    assert not watched.sentences


def test_three_deaths_of_the_still_helper_stop_the_clip_without_blaming_its_file(
    watched: Watched, clip_file: Path, qtbot: QtBot
) -> None:
    open_clip(watched, clip_file, qtbot)
    for _ in range(3):
        shown = len(watched.numbers)
        still = watched.player.helper_pids[0]
        os.kill(still, signal.SIGKILL)
        qtbot.waitUntil(lambda pid=still: watched.player.helper_pids[0] != pid, timeout=5000)
        qtbot.waitUntil(lambda n=shown: len(watched.numbers) > n or bool(watched.sentences), timeout=10_000)
    assert "ended 3 times within a minute" in watched.sentences[0]
    assert "The file may be fine" in watched.sentences[0]
    assert not watched.player.has_bad_file
    open_clip(watched, clip_file, qtbot)  # and it can be opened again


@pytest.mark.parametrize("what", _WITHOUT_END)
def test_a_helper_that_sends_without_end_is_ended_before_it_fills_the_memory(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (tmp_path / "flooding_helper.py").write_text(f"import sys\n{_WITHOUT_END[what]}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    link = HelperLink(("flooding_helper",), tmp_path)
    facts: list[object] = []
    link.fact_arrived.connect(facts.append)
    before = _resident_bytes()
    with qtbot.waitSignal(link.died, timeout=10_000) as died:
        link.start()
    assert died.args == ["it sent without end"]
    assert len(facts) < 10_000
    assert _resident_bytes() - before < 32 * 1024**2
    link.stop()


def _resident_bytes() -> int:
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def _library(kind: str, folder: Path) -> Path:
    """A stand-in for a libVLC that cannot be used."""
    path = folder / "libvlc.so.5"
    if kind == "missing":
        return path
    if kind == "wrong architecture":  # of 32 bits, where this Python has 64
        machine = struct.pack("<HHIIIIIHHHHHH", 3, 3, 1, 0, 0, 0, 0, 52, 32, 0, 40, 0, 0)
        path.write_bytes(b"\x7fELF\1\1\1" + bytes(9) + machine)
        return path
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("no C compiler to make an old library with")
    source = folder / "old.c"
    source.write_text('const char *libvlc_get_version(void) { return "2.2.8 Weatherwax"; }')
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(path), str(source)], check=True)
    return path


@pytest.mark.parametrize("kind", ["missing", "too old", "wrong architecture"])
def test_a_libvlc_that_cannot_be_used_is_told_once_and_pyav_plays(
    kind: str, tmp_path: Path, clip_file: Path, qtbot: QtBot
) -> None:
    player = Player(tmp_path / "work", libvlc_path=str(_library(kind, tmp_path)))
    watched = Watched(player)
    player.warm()
    open_clip(watched, clip_file, qtbot)
    qtbot.waitUntil(lambda: bool(watched.engines), timeout=10_000)
    player.play()
    qtbot.waitUntil(lambda: watched.last > 8, timeout=10_000)
    player.set_speed(4.0)
    qtbot.waitUntil(lambda: player.state == "ended", timeout=10_000)
    player.close()
    assert len(watched.engines) == 1
    assert watched.engines[0].startswith("PyAV, silent. For sound install VLC 3")
    assert not watched.sentences
