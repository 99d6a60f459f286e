"""Runs over many sites in a child that dies at one named step, carried on by another: every site once, and all of it undone."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chekt_console.domain.bulk_run import RunState, SiteStep
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.services.bulk_schedule_service import RunWish
from tests.support.bulk import OFFICE, Bench

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping

_SITES = 4
_LAPS = 6  # one site, the rest, undo; and each cut off once


class _Steps:
    """Every write to the disk has three: before, within and after it; every request that changes something two."""

    def __init__(self, bench: Bench, die_at: int) -> None:
        self._die_at = die_at
        self.count = 0
        database = bench.local._database
        real_writing, real_write = database.writing, bench.client.schedules.write

        @contextmanager
        def writing() -> Iterator[sqlite3.Connection]:
            self._pass()
            with real_writing() as connection:
                yield connection
                self._pass()
            self._pass()

        def write(site_id: str, body: Mapping[str, object], etag: str) -> str:
            self._pass()
            told = real_write(site_id, body, etag)
            self._pass()
            return told

        # The very instants to die at.
        database.writing = writing  # type: ignore[method-assign]
        bench.client.schedules.write = write  # type: ignore[method-assign]

    def _pass(self) -> None:
        if self.count == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1


def _begin(bench: Bench) -> None:
    sites = bench.read_sites(_SITES)
    for site in sites:
        bench.schedules.read(site)
    run = bench.bulk.begin("Office", "", bench.bulk.preview(OFFICE, sites), is_canary=True)
    assert run.count(SiteStep.WAITING) == _SITES


def _carry(bench: Bench) -> None:
    """As a person goes on: one site, the rest, and then all of it is undone."""
    (known,) = bench.local.templates.runs()
    run = bench.bulk.run(known.run_id)
    assert run is not None
    for _ in range(_LAPS):
        if run.state is RunState.UNDONE:
            return
        if run.state in (RunState.DONE, RunState.UNDOING):
            if run.state is RunState.DONE:
                assert run.count(SiteStep.WRITTEN) == _SITES, run
            run = bench.bulk.undo(run.run_id, RunWish(), NoProgress())
        else:
            written = run.count(SiteStep.WRITTEN)
            is_asked = run.state is RunState.CANARY or not run.is_canary
            run = bench.bulk.carry_on(run.run_id, RunWish(), NoProgress())
            assert is_asked or run.count(SiteStep.WRITTEN) <= max(1, written), run
    raise AssertionError(run)


def _finish(bench: Bench) -> None:
    _carry(bench)
    (known,) = bench.local.templates.runs()
    run = bench.bulk.run(known.run_id)
    assert run is not None
    assert run.count(SiteStep.UNDONE) == _SITES, run
    for site in bench.read_sites(_SITES):
        had = next(one.previous for one in run.sites if one.site_id == site.site_id)
        assert is_same(bench.schedules.read(site).schedule, had), site


def main() -> None:
    url, key, root, kills = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    folder = root / "one"

    def in_child(work: Callable[[Bench], None], die_at: int = -1) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                with Bench(folder, url, key) as bench:
                    steps = _Steps(bench, die_at)
                    work(bench)
                    (root / "steps").write_text(str(steps.count), encoding="utf-8")
                os._exit(0)
            except BaseException as error:  # noqa: BLE001 - told by the exit code
                sys.stderr.write(f"{die_at}: {error!r}\n")
                os._exit(1)
        return os.waitpid(pid, 0)[1]

    wrong = [in_child(_begin), in_child(_carry)]
    count = int((root / "steps").read_text(encoding="utf-8"))
    wrong = [code for code in wrong if code]
    chosen = sorted(random.Random(4).sample(range(count), kills))
    for die_at in chosen:
        shutil.rmtree(folder)
        told = in_child(_begin), in_child(_carry, die_at), in_child(_finish)
        if told != (0, signal.SIGKILL, 0):
            wrong.append(die_at)
            sys.stderr.write(f"step {die_at}: {told}\n")
    print(json.dumps({"steps": count, "rounds": len(chosen) + 1, "sites": _SITES, "wrong": wrong}))


if __name__ == "__main__":
    main()
