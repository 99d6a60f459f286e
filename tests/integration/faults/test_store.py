"""faults.md: database locked by another process; disk full, read-only, I/O error at the n-th write; a run over many sites
killed at any step."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.store.cache import Cache
from chekt_console.store.database import _BUSY_S
from chekt_console.store.local import KeptDraft, LocalStore
from tests.support import power_loss
from tests.support.simulator import RunningSimulator

_NOW = datetime(2026, 2, 11, 14, 30, tzinfo=UTC)
_DRAFT = KeptDraft(WeekSchedule(), WeekSchedule(), "e", None, _NOW, "mine")
_ROOT = Path(__file__).parents[3]


_HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("begin exclusive")
print("held", flush=True)
sys.stdin.readline()
held.execute("commit")
"""


def test_a_database_locked_by_another_process_is_waited_for_and_still_read(tmp_path: Path) -> None:
    """Reading never waits; the write goes on as soon as it can, with ten seconds of patience and more."""
    assert _BUSY_S > 10
    cache = Cache(tmp_path / "cache.sqlite")
    local = LocalStore(tmp_path / "local.sqlite")
    cache.put_events([Event("1", "s", 1_000, EventKind.ALARM)])
    holders = [
        subprocess.Popen(
            [sys.executable, "-c", _HOLDER, str(tmp_path / name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for name in ("cache.sqlite", "local.sqlite")
    ]
    try:
        for holder in holders:
            assert holder.stdout is not None
            holder.stdout.readline()
        writers = [
            threading.Thread(target=cache.put_events, args=([Event("2", "s", 2_000, EventKind.ALARM)],)),
            threading.Thread(target=local.put_draft, args=("1", _DRAFT)),
        ]
        for writer in writers:
            writer.start()
        for _ in range(100):  # while the files are held: who reads does not wait for that
            assert [event.event_id for event in cache.events("s", 0)] == ["1"]
            assert local.draft("1") is None
        assert all(writer.is_alive() for writer in writers)
    finally:
        for holder in holders:
            assert holder.stdin is not None
            holder.stdin.write(b"\n")
            holder.stdin.close()
            holder.wait(5)
            assert holder.stdout is not None
            holder.stdout.close()
    for writer in writers:
        writer.join(5)
    assert len(cache.events("s", 0)) == 2
    assert local.draft("1") == _DRAFT
    cache.close()
    local.close()


_ON_A_SMALL_DISK = """
import subprocess, sys
from datetime import UTC, datetime
from pathlib import Path
from chekt_console.domain.event import Event, EventKind
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.errors import DiskFailed
from chekt_console.store.cache import Cache
from chekt_console.store.local import KeptDraft, LocalStore
from chekt_console.store.outbox import OutboxStore

disk = Path(sys.argv[1])
draft = lambda note: KeptDraft(WeekSchedule(), WeekSchedule(), "e", None, datetime(2026, 2, 11, tzinfo=UTC), note)
cache, local = Cache(disk / "cache.sqlite"), LocalStore(disk / "local.sqlite")
local.put_draft("1", draft("kept"))
written = 0
def fill():
    global written
    while True:
        page = [Event(f"{written}-{n}", "s", written * 100 + n, EventKind.ALARM, text="x" * 200) for n in range(100)]
        cache.put_events(page)
        written += 1
def said(call, words):
    try:
        call()
    except DiskFailed as error:
        assert words in error.sentence, error.sentence
    else:
        raise AssertionError("nothing was said")
(disk / "ballast").write_bytes(b"x" * 500_000)
said(fill, "The disk is full: the cache was not written. Free some space and try again.")
assert written and len(cache.events("s", 0)) == written * 100
said(lambda: local.put_draft("2", draft("y" * 3_000_000)), "disk is full")
assert local.draft("1") == draft("kept") and local.draft("2") is None
(disk / "ballast").unlink()
local.put_draft("2", draft("freed"))
before = written
try:
    fill()
except DiskFailed:
    pass
assert written > before, "it did not go on when there was room again"
cache.close(); local.close()
subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
for kind in (Cache, LocalStore):
    said(lambda: kind(disk / ("cache.sqlite" if kind is Cache else "local.sqlite")), "ead-only")
subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
assert not list(disk.glob("*.corrupt-*"))
local = LocalStore(disk / "local.sqlite")
assert local.draft("2") == draft("freed")
local.close()
print("held")
"""


def _can_mount() -> bool:
    if sys.platform != "linux" or shutil.which("unshare") is None:
        return False
    tried = ["unshare", "-rm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="needs a mount of its own")
def test_a_full_and_a_read_only_disk_are_said_lose_nothing_and_are_got_over(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    script = tmp_path / "walk.py"
    script.write_text(_ON_A_SMALL_DISK)
    walk = 'mount -t tmpfs -o size=2m tmpfs "$1" && exec "$0" "$2" "$1"'
    ran = subprocess.run(
        ["unshare", "-rm", "sh", "-c", walk, sys.executable, str(disk), str(script)],
        cwd=_ROOT,
        env={"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "held\n"


@pytest.mark.slow
@pytest.mark.skipif(not power_loss.library(), reason="SQLite is built into this Python")
def test_a_disk_that_refuses_any_write_or_sync_is_said_and_loses_nothing_when_it_works_again(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "tests.support.failing_disk", str(tmp_path)]
    ran = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    for kind, told in json.loads(ran.stdout).items():
        assert told["wrong"] == [], kind
        assert told["places"] > 15, kind
        says = "The disk is full: the " if "full" in kind else "The disk reported an error: the "
        assert any(sentence.startswith(says) for sentence in told["sentences"]), told["sentences"]
        assert not any("cannot be used" in sentence for sentence in told["sentences"]), told["sentences"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_run_over_many_sites_killed_at_any_step_writes_each_once_and_can_be_undone(tmp_path: Path) -> None:
    limits = ("--limit-per-minute", "1000000", "--burst-per-second", "100000")
    with RunningSimulator(tmp_path / "world", *limits, sites=8) as simulator:
        command = [sys.executable, "-m", "tests.support.bulk_killed", simulator.url, simulator.api_key]
        ran = subprocess.run(
            [*command, str(tmp_path), "30"],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        told = json.loads(ran.stdout)
        puts = [one["status"] for one in simulator.requests() if one["method"] == "PUT"]
    assert told["wrong"] == [], ran.stderr
    assert told["steps"] > 60
    # By the server's own record: written once and put back once each, whatever was cut off.
    assert puts == [200] * (told["rounds"] * told["sites"] * 2)
