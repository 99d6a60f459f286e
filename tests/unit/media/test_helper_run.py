"""Rows of faults.md: "Media helper killed, hung, flooding", for the helpers that run once."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from chekt_console.domain.progress import NoProgress
from chekt_console.errors import Cancelled
from chekt_console.media.helper_run import run_helper

_SLEEPER = "import time; time.sleep(60)"


class _Unwanted(NoProgress):
    def check(self) -> None:
        raise Cancelled


@pytest.fixture
def sleeper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "sleeper_helper.py").write_text(_SLEEPER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "sleeper_helper"


def test_a_hung_helper_is_ended(sleeper: str) -> None:
    began = time.monotonic()
    assert run_helper(sleeper, (), NoProgress(), limit_s=0.5).is_too_late
    with pytest.raises(Cancelled):
        run_helper(sleeper, (), _Unwanted(), limit_s=60)
    assert time.monotonic() - began < 10


def test_what_it_says_and_how_it_ended_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "told_helper.py").write_text(
        "import sys; sys.stdout.write(sys.stdin.read() * 100_000 + sys.argv[1]); sys.exit(3)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ended = run_helper("told_helper", ("end",), NoProgress(), limit_s=30, given=b"0123456789")
    assert ended.code == 3
    assert len(ended.output) == 1_000_003
    assert ended.output.endswith(b"9end")


def test_much_that_is_given_arrives_though_the_helper_is_slow_to_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe holds 64 KiB; the helper reads only after it was looked at more than once."""
    (tmp_path / "late_helper.py").write_text(
        "import sys, time; time.sleep(0.7); sys.stdout.write(str(len(sys.stdin.read())))"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    ended = run_helper("late_helper", (), NoProgress(), limit_s=20, given=b"x" * 3_000_000)
    assert (ended.output, ended.is_too_late) == (b"3000000", False)


def test_a_process_that_the_helper_left_behind_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the pipe of the helper's words, which therefore has no end though the helper was killed."""
    (tmp_path / "parent_helper.py").write_text(
        "import subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(40)'])\n"
        "time.sleep(40)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    began = time.monotonic()
    assert run_helper("parent_helper", (), NoProgress(), limit_s=1.5).is_too_late
    assert time.monotonic() - began < 25
