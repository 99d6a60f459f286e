"""The first reading of a large account goes on after a kill where it was, by the gateway's own record of what it was asked."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from tests.support.simulator import RunningSimulator

pytestmark = pytest.mark.slow

_SITES = 1600  # pages of 500


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    options = ("--limit-per-minute", "1000000000", "--burst-per-second", "1000000000")
    with RunningSimulator(tmp_path / "world", *options, sites=_SITES) as running:
        yield running


class Desk:
    def __init__(self, simulator: RunningSimulator, folder: Path) -> None:
        folder.mkdir()
        self.simulator, self.folder = simulator, folder
        self._headers = {"X-Control-Token": simulator.control_token}

    def read(self, pages: int = 0) -> subprocess.CompletedProcess[str]:
        one = self.simulator
        command = [sys.executable, "-m", "tests.support.first_reading_child"]
        command += [one.url, one.api_key, one.control_token, str(self.folder), str(pages)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    def read_whole(self) -> tuple[list[str], list[str]]:
        self._ask("DELETE", "faults")
        self._ask("DELETE", "record")
        ended = self.read()
        assert ended.returncode == 0, ended.stderr
        ids, problems = json.loads(ended.stdout)
        return ids, problems

    def pages(self) -> list[str]:
        """Cursors of the reads that were answered, "" for the first page."""
        requests = self._ask("GET", "record")["requests"]
        return [
            parse_qs(one["query"]).get("cursor", [""])[0]
            for one in requests
            if one["path"] == "/ext/v1/sites" and one["status"] == 200
        ]

    def _ask(self, method: str, what: str) -> Any:
        url = f"{self.simulator.url}/_simulator/{what}"
        return httpx.request(method, url, headers=self._headers).raise_for_status().json()


@pytest.fixture
def desk(simulator: RunningSimulator, tmp_path: Path) -> Desk:
    return Desk(simulator, tmp_path / "data")


def test_a_killed_first_reading_goes_on_where_it_was(desk: Desk) -> None:
    killed = desk.read(pages=2)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert len(desk.pages()) == 2
    ids, problems = desk.read_whole()
    assert (len(ids), len(set(ids)), problems) == (_SITES, _SITES, [])
    assert len(desk.pages()) == 2  # the third and the fourth
    assert "" not in desk.pages()


def test_a_site_that_was_removed_meanwhile_does_not_come_back(desk: Desk) -> None:
    assert desk.read(pages=2).returncode == -signal.SIGKILL
    (path,) = desk.simulator.data_dir.glob("world-*.sqlite")
    with closing(sqlite3.connect(path, isolation_level=None)) as world:
        (gone,) = world.execute("SELECT site_id FROM site WHERE number = 7").fetchone()
        world.execute("DELETE FROM site WHERE site_id = ?", (gone,))
    ids, problems = desk.read_whole()
    assert len(ids) == _SITES - 1
    assert str(gone) not in ids
    assert problems == []
