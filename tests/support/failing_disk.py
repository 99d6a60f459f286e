"""A disk that refuses the n-th write or sync and some after it, for each n: what the program says, and what is there in the end.

`python -m tests.support.failing_disk FOLDER` tells as JSON for each kind of refusal how many places there were, the sentences,
and what was lost.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chekt_console.errors import DiskFailed
from tests.support.power_loss import RecordingDisk
from tests.support.power_loss_work import Keeping, found

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS = {"write": {"full": 13, "input or output": 778}, "sync": {"input or output": 1034}}
_ROUNDS = 2
_REFUSALS = 3  # in a row; then there is room again
_TRIES = 8


def _work(folder: Path, what: str, code: int, at: int) -> dict[str, Any]:
    """In a process of its own, whose SQLite meets the disk. `at`: refused from this one on; places: how many there were."""
    places = count(1)
    passed, sentences, gave_up = 0, [], []

    def refuse(asked: str) -> int:
        nonlocal passed
        if asked != what:
            return 0
        passed = next(places)
        return code if at <= passed < at + _REFUSALS else 0

    def done(words: str, step: Callable[[], object]) -> None:
        for _ in range(_TRIES):
            try:
                step()
            except DiskFailed as error:
                sentences.append(error.sentence)
            else:
                return
        gave_up.append(words)

    disk = RecordingDisk()
    disk.install()
    disk.refuse = refuse
    keeping = Keeping(folder)
    said = []
    done("opened", keeping.open)
    for number in range(_ROUNDS):
        for words, step in keeping.steps(number).items():
            done(words, step)
            said.append(words)
    lost = sorted(set(said) - found(folder))
    return {"places": passed, "sentences": sorted(set(sentences)), "wrong": [*gave_up, *lost]}


def _in_child(folder: Path, what: str, code: int, at: int) -> dict[str, Any]:
    folder.mkdir()
    told = folder.parent / "told.json"
    pid = os.fork()
    if pid == 0:
        try:
            told.write_text(json.dumps(_work(folder, what, code, at)))
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - told by the exit code
            sys.stderr.write(f"{what} {code} at {at}: {error!r}\n")
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0
    shutil.rmtree(folder)
    found: dict[str, Any] = json.loads(told.read_text())
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    told: dict[str, Any] = {}
    for what, codes in _KINDS.items():
        for name, code in codes.items():
            sentences: set[str] = set()
            wrong = []
            places = _in_child(folder / "one", what, code, 10**9)["places"]
            for at in range(1, places + 1):
                one = _in_child(folder / "one", what, code, at)
                sentences.update(one["sentences"])
                wrong += [f"refused at {at}: {words}" for words in one["wrong"]]
            told[f"{what}, {name}"] = {"places": places, "sentences": sorted(sentences), "wrong": wrong}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
