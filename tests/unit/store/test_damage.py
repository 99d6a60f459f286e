"""A damaged file is set aside with all its parts; a whole one that cannot be written now is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.schedule import WeekSchedule
from chekt_console.errors import DiskFailed
from chekt_console.store.cache import Cache
from chekt_console.store.codec import schedule_json, to_ms
from chekt_console.store.database import Database
from chekt_console.store.local import _MIGRATIONS, KeptDraft, LocalStore

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 2, 11, 14, 30, tzinfo=UTC)
DRAFT = KeptDraft(WeekSchedule(), WeekSchedule(), "e", None, NOW, "mine")
FIRST = "CREATE TABLE a (b INTEGER) STRICT"


def test_a_migration_that_cannot_run_leaves_the_file_and_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    database = Database(path, (FIRST,))
    with database.writing() as connection:
        connection.execute("INSERT INTO a VALUES (7)")
    database.close()
    with pytest.raises(
        DiskFailed, match=r"cannot be opened: it does not fit this version.*Nothing in it was changed"
    ):
        Database(path, (FIRST, "CREATE TABLE c (d INTEGER) STRICT; CREATE TABLE a (x)"))
    assert list(tmp_path.glob("*.corrupt-*")) == []
    again = Database(path, (FIRST, "ALTER TABLE a ADD COLUMN c INTEGER"))
    assert again.rows("SELECT b, c FROM a") == [(7, None)]
    assert again.was_rebuilt == ""
    again.close()


def test_a_file_that_cannot_be_written_now_keeps_its_drafts(tmp_path: Path) -> None:
    path = tmp_path / "local.sqlite"
    store = LocalStore(path)
    store.put_draft("1", DRAFT)
    store.close()
    whole = path.read_bytes()
    path.unlink()
    path.mkdir()  # "unable to open database file": no damage
    with pytest.raises(DiskFailed, match="cannot be opened"):
        LocalStore(path)
    assert path.is_dir()
    path.rmdir()
    path.write_bytes(whole)
    again = LocalStore(path)
    assert again.draft("1") == DRAFT
    again.close()


def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "local.sqlite")
    store.put_draft("1", DRAFT)
    (pages,) = store._database._writer.execute("PRAGMA page_count").fetchone()
    store._database._writer.execute(f"PRAGMA max_page_count={pages}")
    big = KeptDraft(WeekSchedule(), WeekSchedule(), "e" * 100_000, None, NOW, "")
    with pytest.raises(DiskFailed, match="disk is full"):
        store.put_draft("2", big)
    assert store.draft("1") == DRAFT
    store._database._writer.execute("PRAGMA max_page_count=100000")
    store.put_draft("2", big)
    assert store.draft("2") == big
    store.close()


def test_damage_found_while_running_is_repaired_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    Cache(path).close()
    cache = Cache(path)
    cache._database._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    body = bytearray(path.read_bytes())
    for page in range(1, len(body) // 4096):
        body[page * 4096 : page * 4096 + 100] = b"\xff" * 100
    path.write_bytes(body)
    with pytest.raises(DiskFailed, match="Start the program again to repair it"):
        cache.arming()
    cache.close()
    assert (tmp_path / "cache.sqlite.damaged").exists()
    again = Cache(path)
    assert "set aside" in again.was_rebuilt
    again.close()
    assert not (tmp_path / "cache.sqlite.damaged").exists()


def test_two_damaged_files_of_one_second_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "local.sqlite"
    for content in (b"first, not a database", b"second, not a database"):
        path.write_bytes(content * 100)
        store = LocalStore(path)
        assert "no longer shown" in store.was_rebuilt
        store.close()
    kept = {one.read_bytes()[:5] for one in tmp_path.glob("*.corrupt-*")}
    assert kept == {b"first", b"secon"}


def test_a_draft_of_an_older_version_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "local.sqlite"
    old = Database(path, _MIGRATIONS[:1])
    with old.writing() as connection:
        week = schedule_json(DRAFT.schedule)
        values = ("1", week, week, DRAFT.base_etag, None, to_ms(NOW), DRAFT.note)
        connection.execute("INSERT INTO draft VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    old.close()
    store = LocalStore(path)
    assert store.draft("1") == DRAFT
    with_problems = replace(DRAFT, base_problems=("Monday could not be read.", "Nor could Friday."))
    store.put_draft("1", with_problems)
    assert store.draft("1") == with_problems
    store.close()
