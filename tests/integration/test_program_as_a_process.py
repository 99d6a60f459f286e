"""The program as a person starts it: no display, a tour, a plain end, and a kill that leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.ending import running_child

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and X11"),
]

_CONSOLE = [sys.executable, "-m", "chekt_console"]


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found.append(int(entry.name))
    return found


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _wait(what: object, seconds: float = 30.0) -> None:
    ends = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)


def test_without_a_display_it_says_so_in_one_sentence() -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    for extra in ({}, {"DISPLAY": ":4711"}):
        said = subprocess.run(
            _CONSOLE, env={**environment, **extra}, capture_output=True, text=True, check=False, timeout=60
        )
        assert said.returncode == 2
        assert said.stderr.count("\n") == 1
        assert "needs a display" in said.stderr


def test_a_tour_shows_every_perspective(tmp_path: Path) -> None:
    said = subprocess.run(
        [
            *_CONSOLE,
            "--data-dir",
            str(tmp_path / "data"),
            "--tour",
            str(tmp_path / "pictures"),
            "--tour-looks",
            "2",
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert said.returncode == 0, said.stderr
    summary = json.loads(said.stdout.splitlines()[-1])
    assert summary["missing"] == []
    names = {path.name for path in (tmp_path / "pictures").iterdir()}
    for view in ("review-alarm", "schedule"):
        for look in ("dark-1440x900", "light-1280x720"):
            assert f"{view}-{look}.png" in names


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_nothing_is_left_running(tmp_path: Path, number: signal.Signals) -> None:
    """faults.md, secrets: in no core dump and no log."""
    command = [*_CONSOLE, "--simulator", "--data-dir", str(tmp_path)]
    with running_child(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as console:
        # The simulator and two player helpers.
        _wait(lambda: len(_children(console.pid)) >= 3)
        children = _children(console.pid)
        for pid in (console.pid, *children):  # keys are in memory: no core dump
            limits = Path(f"/proc/{pid}/limits").read_text()
            assert next(line.split()[4:6] for line in limits.splitlines() if "core file" in line) == [
                "0",
                "0",
            ]
        console.send_signal(number)
        console.wait(20)
        _wait(lambda: not any(map(_is_running, children)), 15)
    if number is signal.SIGTERM:
        assert console.returncode == 0
    log = (tmp_path / "console.log").read_text()
    key_file = next((tmp_path / "simulator").rglob("*"), None)
    assert key_file is not None
    assert "chekt_test_" not in log


def test_a_second_copy_brings_the_first_to_the_front_and_ends(tmp_path: Path) -> None:
    """faults.md: database locked by another process; a second copy of the program focuses the first."""
    command = [*_CONSOLE, "--simulator", "--data-dir", str(tmp_path)]
    with running_child(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        _wait(lambda: len(_children(first.pid)) >= 3)
        second = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        assert second.returncode == 0
        assert "brought to the front" in second.stderr
        first.kill()
        first.wait(20)
    # A lock that a killed copy left behind does not keep the next one out.
    with running_child(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as third:
        _wait(lambda: len(_children(third.pid)) >= 3)
        third.terminate()
        assert third.wait(20) == 0


def test_the_entry_points_exist() -> None:
    place = Path(sys.executable).parent
    assert (place / "chekt-console").is_file()
    said = subprocess.run(
        [place / "chekt-simulator", "--help"], capture_output=True, text=True, check=True, timeout=30
    )
    assert "--dialect" in said.stdout
