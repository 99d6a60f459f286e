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
from typing import Any, cast
from urllib.parse import parse_qs

import httpx
import pytest

from chekt_console.api.client import CHeKTClient
from chekt_console.auth.api_key import ApiKeyAuth
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.site import Site
from chekt_console.services.ports import Client
from chekt_console.services.site_service import SiteService
from chekt_console.store.cache import Cache
from chekt_console.store.local import LocalStore
from tests.support.simulator import RunningSimulator

pytestmark = pytest.mark.slow

_SITES = 1600  # pages of 500
_FLEET = 10_000


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


def test_a_fleet_of_ten_thousand_comes_page_by_page_within_the_limit(tmp_path: Path) -> None:
    """Under the lowest plan that is documented, 60 a minute and 5 a second, by the gateway's own record and file."""
    limits = ("--limit-per-minute", "60", "--burst-per-second", "5")
    shown: list[tuple[int, int]] = []  # rows, and pages that had been asked for by then
    with RunningSimulator(tmp_path / "world", *limits, sites=_FLEET) as simulator:
        client = CHeKTClient(simulator.url, ApiKeyAuth(simulator.api_key))
        cache, local = Cache(tmp_path / "cache.sqlite"), LocalStore(tmp_path / "local.sqlite")

        def seen(sites: tuple[Site, ...]) -> None:
            shown.append((len(sites), len(simulator.requests())))

        with closing(client), closing(cache), closing(local):
            found = SiteService(cast("Client", client), cache, local).refresh(NoProgress(), seen)
            kept, as_of = cache.sites()
        requests = simulator.requests()
        (path,) = simulator.data_dir.glob("world-*.sqlite")
        with closing(sqlite3.connect(path)) as world:
            whole = {str(row[0]) for row in world.execute("SELECT site_id FROM site")}
    assert len(whole) == _FLEET
    assert found.problems == ()
    for ids in ([site.site_id for site in found.sites], [site.site_id for site in kept]):
        assert len(ids) == _FLEET
        assert set(ids) == whole
    assert as_of is not None
    pages = [one["query"] for one in requests if one["path"] == "/ext/v1/sites"]
    assert {one["status"] for one in requests} == {200}
    assert len(set(pages)) == len(pages) == _FLEET // 500  # none twice
    rows, asked = shown[0]
    assert 0 < rows <= _FLEET // 10
    assert asked <= len(pages) // 10
    assert len(shown) > 3
    assert shown == sorted(shown)
