"""faults.md, power loss: every prefix of the writes that were not synced yet, whole and torn, opens with all that was
said to be kept."""

from __future__ import annotations

import pickle
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support import power_loss
from tests.support.power_loss import Step
from tests.support.power_loss_work import ROUNDS, found

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not power_loss.library(), reason="SQLite is built into this Python"),
]


def _apply(files: dict[str, bytearray], step: Step, length: int) -> None:
    """The first `length` bytes of a write reach the disk."""
    if step.what == "write":
        content = files.setdefault(step.name, bytearray())
        if len(content) < step.offset:
            content.extend(bytes(step.offset - len(content)))
        content[step.offset : step.offset + length] = step.data[:length]
    elif step.what == "truncate":
        del files[step.name][step.offset :]
    elif step.what == "delete":
        files.pop(step.name, None)


def _base(name: str) -> str:
    return name.split(".")[0].split()[0]


def _promised(steps: list[Step], at: int) -> set[str]:
    """What had been said by the last instant at which the power may have gone and left just these writes: until the next
    sync of the file's own."""
    said = {step.name for step in steps[:at] if step.what == "kept"}
    is_open = dict.fromkeys(("local", "outbox", "inbox", "ledger"), True)
    for step in steps[at:]:
        if step.what == "sync":
            is_open[_base(step.name)] = False
        elif step.what == "kept" and is_open[_base(step.name)]:
            said.add(step.name)
    return said


def _check(folder: Path, files: Mapping[str, bytes | bytearray], promised: set[str], where: str) -> None:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    missing = promised - found(folder)
    assert not missing, f"{where}: {sorted(missing)}"


def test_what_was_said_to_be_kept_outlives_the_power(tmp_path: Path) -> None:
    log = tmp_path / "log"
    (tmp_path / "work").mkdir()
    subprocess.run(
        [sys.executable, "-m", "tests.support.power_loss", str(tmp_path / "work"), str(log)],
        check=True,
        timeout=120,
    )
    steps = [Step(*step) for step in pickle.loads(log.read_bytes())]
    assert sum(step.what == "kept" for step in steps) == 5 * ROUNDS
    assert sum(step.what == "sync" for step in steps) >= 5 * ROUNDS
    begins = next(place for place, step in enumerate(steps) if step.what == "kept")
    files: dict[str, bytearray] = {}
    checked = 0
    for place, step in enumerate(steps):
        if step.what == "write" and place >= begins:
            promised = _promised(steps, place)
            torn = {name: bytearray(content) for name, content in files.items()}
            _apply(torn, step, len(step.data) // 2)
            _check(tmp_path / f"{place}", files, promised, f"before step {place} {step.what} {step.name}")
            _check(tmp_path / f"{place} torn", torn, promised, f"in step {place} {step.name}")
            checked += 2
        _apply(files, step, len(step.data))
    _check(tmp_path / "end", files, _promised(steps, len(steps)), "at the end")
    assert checked > 8 * ROUNDS
