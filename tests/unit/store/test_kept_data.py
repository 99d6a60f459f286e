"""What a closed connection holds on the disk: what was made here is counted and never deleted, copies can be."""

from __future__ import annotations

from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chekt_console.domain.site import Site
from chekt_console.errors import DiskFailed
from chekt_console.store.cache import Cache
from chekt_console.store.codec import schedule_of
from chekt_console.store.kept_data import delete_copies, kept_data
from chekt_console.store.ledger import Ledger
from chekt_console.store.local import KeptDecision, KeptDraft, LocalStore
from chekt_console.store.outbox import OutboxStore

NOW = datetime(2026, 2, 11, 5, 4, tzinfo=UTC)
_CLIP = b"x" * 5000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "connections"


@pytest.fixture
def folder(root: Path) -> Path:
    """As a session leaves it."""
    folder = root / "northgate-1"
    (folder / "clips").mkdir(parents=True)
    (folder / "clips" / "a.mp4").write_bytes(_CLIP)
    (folder / "player").mkdir()
    (folder / "webhooks.log").write_text("heard")
    empty = schedule_of('{"periods": [], "exceptions": []}')
    with closing(Cache(folder / "cache.sqlite")) as cache:
        cache.put_sites((Site("1", "Dock"),), NOW)
    with closing(LocalStore(folder / "local.sqlite")) as local:
        local.put_draft("1", KeptDraft(empty, empty, "", None, NOW, ""))
        local.put_note("e1", "a raccoon")
        local.put_decision("1", KeptDecision("e2", "false", "", NOW))
    with closing(Ledger(folder / "ledger.sqlite3")) as ledger:
        ledger.add("decided", at_ms=1, who="Ann", event_ids=("e2",))
    with closing(OutboxStore(folder / "outbox.sqlite")):
        pass
    return folder


def test_what_was_made_here_is_counted_and_stays(folder: Path, root: Path) -> None:
    before = kept_data(folder)
    assert (before.drafts, before.notes, before.decisions, before.records) == (1, 1, 1, 1)
    assert before.copies_bytes > len(_CLIP)
    delete_copies(folder, root)
    after = kept_data(folder)
    assert (after.drafts, after.notes, after.decisions, after.records) == (1, 1, 1, 1)
    assert after.copies_bytes == 0
    names = {path.name for path in folder.iterdir()}
    assert {"local.sqlite", "outbox.sqlite", "ledger.sqlite3", "webhooks.log"} <= names
    assert not {name for name in names if name.startswith(("cache", "clips", "player", ".deleted"))}


def test_nothing_outside_is_deleted(folder: Path, root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "pictures"
    outside.mkdir()
    (outside / "family.jpg").write_bytes(b"x")
    (folder / "clips" / "link").symlink_to(outside)
    (folder / "clip-checks").symlink_to(outside)
    delete_copies(folder, root)
    assert (outside / "family.jpg").exists()
    assert not (folder / "clip-checks").is_symlink()

    (outside / "clips").mkdir()
    (root / "link").symlink_to(outside)
    for wrong in (outside, root / "link", root, root / ".." / "pictures", folder / "clips"):
        with pytest.raises(DiskFailed, match="not a folder of this program"):
            delete_copies(wrong, root)
    assert (outside / "clips").exists()


def test_what_a_helper_still_has_open_goes_on_and_a_killed_deletion_is_finished(
    folder: Path, root: Path
) -> None:
    with (folder / "clips" / "a.mp4").open("rb") as clip:
        delete_copies(folder, root)
        assert clip.read() == _CLIP
    left = folder / ".deleted-00000000"
    left.mkdir()
    (left / "old.mp4").write_bytes(_CLIP)
    assert kept_data(folder).copies_bytes == len(_CLIP)
    delete_copies(folder, root)
    assert not left.exists()


def test_what_cannot_be_moved_away_is_told(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_self: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DiskFailed, match="could not all be deleted: Permission denied"):
        delete_copies(folder, root)
    assert (folder / "clips" / "a.mp4").exists()
    assert not list(folder.glob(".deleted-*"))


def test_a_damaged_cache_that_was_set_aside_is_a_copy_too(folder: Path, root: Path) -> None:
    (folder / "cache.sqlite").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    (folder / "local.sqlite").with_name("local.sqlite.corrupt-1").write_bytes(b"drafts")
    assert "set aside" in kept_data(folder).problem
    assert list(folder.glob("cache.sqlite.corrupt-*"))
    delete_copies(folder, root)
    assert not list(folder.glob("cache*"))
    assert (folder / "local.sqlite.corrupt-1").exists()  # what was made here may be in it


@pytest.mark.parametrize("good", range(6))
def test_newest_changes_never_stay_behind_without_the_file_they_belong_to(
    folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    """A new cache would take them for its own."""
    for ending in ("-wal", "-shm"):
        (folder / f"cache.sqlite{ending}").write_bytes(b"newest")
    real, left = Path.rename, [None] * good

    def refuse(self: Path, target: Path) -> Path:
        if not left:
            raise PermissionError(13, "Permission denied")
        left.pop()
        return real(self, target)

    with monkeypatch.context() as locked:
        locked.setattr(Path, "rename", refuse)
        with suppress(DiskFailed):
            delete_copies(folder, root)
    assert (folder / "cache.sqlite").exists() or not (folder / "cache.sqlite-wal").exists()
