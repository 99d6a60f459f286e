"""What the window's thread asks for is answered without the disk, and is what the disk has."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from chekt_console.errors import DiskFailed
from chekt_console.store.database import Database
from chekt_console.store.inbox import Inbox, KeptRequest
from chekt_console.store.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REQUEST = KeptRequest("a", 1, "{}", "waiting", "", "")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "inbox.sqlite"


@pytest.fixture
def inbox(path: Path) -> Iterator[Inbox]:
    inbox = Inbox(path)
    yield inbox
    inbox.close()


def _on_disk(path: Path) -> tuple[KeptRequest, ...]:
    with closing(Inbox(path)) as other:
        return other.requests()


@pytest.fixture
def uses(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    used: list[str] = []
    monkeypatch.setattr(Database, "on_use", used.append)
    return used


def test_nothing_is_read_once_the_files_are_open(inbox: Inbox, tmp_path: Path, uses: list[str]) -> None:
    with closing(LocalStore(tmp_path / "local.sqlite")) as local:
        inbox.add_request(_REQUEST)
        inbox.set_policy("arming.command", "never")
        local.put_choice("queue.order", "newest")
        uses.clear()
        assert inbox.requests() == (_REQUEST,)
        assert inbox.policy("arming.command", "ask") == "never"
        assert inbox.policy("another", "ask") == "ask"
        assert local.choice("queue.order") == "newest"
        assert local.choice("another") == ""
        assert uses == []


def test_many_changes_at_once_end_as_the_disk_has_them(inbox: Inbox, path: Path) -> None:
    def change(number: int) -> None:
        name = f"r{number % 20}"
        inbox.add_request(replace(_REQUEST, request_id=name, received_ms=number))
        inbox.move_request(name, "waiting", "running", str(number))
        inbox.set_report(name, "due")
        inbox.move_request(name, "running", "done", str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(change, range(60)))
    assert len(inbox.requests()) == 20
    assert inbox.requests() == _on_disk(path)


def test_what_the_disk_refuses_did_not_happen(inbox: Inbox, path: Path) -> None:
    inbox.add_request(_REQUEST)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for table in ("request", "policy"):
            other.execute(
                f"CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
    with pytest.raises(DiskFailed):
        inbox.add_request(replace(_REQUEST, request_id="b"))
    with pytest.raises(DiskFailed):
        inbox.set_policy("arming.command", "never")
    assert inbox.requests() == (_REQUEST,) == _on_disk(path)
    assert inbox.policy("arming.command", "ask") == "ask"
