"""The guard of the whole-program tests sees what the window itself reads and writes, and nothing else."""

from __future__ import annotations

import threading
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from chekt_console.store.cache import Cache
from chekt_console.store.inbox import Inbox
from chekt_console.store.local import LocalStore
from tests.support.ending import join
from tests.support.window_reads import WindowReads

if TYPE_CHECKING:
    from pathlib import Path


def _called_from(file: str, name: str, work: Any) -> None:
    names: dict[str, Any] = {"work": work}
    exec(compile(f"def {name}():\n    work()\n", f"/program/chekt_console/{file}", "exec"), names)
    names[name]()


@pytest.mark.parametrize(
    ("file", "name", "is_seen"),
    [
        ("ui/devices/devices_controller.py", "show", True),
        ("session.py", "build", True),
        ("ui/sites/sites_controller.py", "start", False),
        ("services/device_service.py", "cached", False),
    ],
)
def test_what_the_window_reads_itself_is_seen(tmp_path: Path, file: str, name: str, is_seen: bool) -> None:
    reads = WindowReads()
    with closing(Cache(tmp_path / "cache.sqlite")) as cache:
        reads.watch()
        try:
            _called_from(file, name, partial(cache.devices, "1"))
            assert bool(reads.found) is is_seen
            reads.found.clear()
            worker = threading.Thread(target=_called_from, args=(file, name, partial(cache.devices, "1")))
            worker.start()
            join(worker)
            assert not reads.found
        finally:
            reads.end()


def test_the_other_files_of_a_connection_are_watched_too(tmp_path: Path) -> None:
    reads = WindowReads()
    local, inbox = LocalStore(tmp_path / "local.sqlite"), Inbox(tmp_path / "inbox.sqlite")
    with closing(local), closing(inbox):
        reads.watch()
        try:
            for work in (local.decisions, inbox.unread_count, partial(local.put_choice, "a", "b")):
                reads.found.clear()
                _called_from("ui/queue/queue_controller.py", "show", work)
                assert reads.found
        finally:
            reads.end()
