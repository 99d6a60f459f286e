"""The outbox on a disk that is full, or fails at any of its writes: nothing is sent that is not on disk, and nothing twice."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.outbox import EntryState
from chekt_console.errors import DiskFailed
from tests.unit.services.test_outbox_service import MONDAY, Bench, bench

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["bench"]


def _puts(bench: Bench) -> int:
    return sum(one.startswith("PUT") for one in bench.server.sent)


def test_on_a_full_disk_nothing_waits_and_nothing_is_sent_and_it_is_got_over(bench: Bench) -> None:
    bench.outbox.add(bench.change(MONDAY))
    writer = bench.store._database._writer
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count={pages}")
    big = "x" * 100_000
    with pytest.raises(DiskFailed, match="disk is full"):
        bench.outbox.add(bench.report(big), key="big")
    assert len(bench.outbox.entries()) == 1
    writer.execute("PRAGMA max_page_count=100000")
    bench.outbox.add(bench.report(big), key="big")
    for _ in range(2):
        bench.outbox.send_next("7")
    assert [one.state for one in bench.outbox.entries()] == [EntryState.DONE, EntryState.DONE]


def test_an_outcome_that_could_not_be_written_down_is_read_back_without_a_restart(bench: Bench) -> None:
    bench.outbox.add(bench.change(MONDAY))
    writer = bench.store._database._writer
    bench.server.on_write = lambda: writer.execute("PRAGMA query_only=1")
    with pytest.raises(DiskFailed):
        bench.outbox.send_next("7")
    assert bench.state() is EntryState.SENDING
    writer.execute("PRAGMA query_only=0")
    bench.outbox.recover()
    assert bench.outbox.due_sites() == ("7",)
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE
    assert _puts(bench) == 1


def test_what_is_on_its_way_is_not_taken_for_lost(bench: Bench) -> None:
    bench.outbox.add(bench.change(MONDAY))
    bench.server.on_write = bench.outbox.recover
    bench.outbox.send_next("7")
    assert bench.state() is EntryState.DONE


@contextmanager
def _no_file_beyond(size: int) -> Iterator[None]:
    """A write past it fails: SQLite sees a disk that failed in the middle."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("nth", range(24))
def test_a_disk_that_fails_at_any_write_loses_nothing_and_sends_nothing_twice(bench: Bench, nth: int) -> None:
    """Each write of the journal is of 24 and 4096 bytes: every half page another one is the first that fails."""
    journal = bench.folder / "outbox.sqlite-wal"
    is_known, seen = False, []

    def look() -> None:
        seen.append(bench.state())

    bench.server.on_write = look
    with _no_file_beyond(journal.stat().st_size + nth * 2048), suppress(DiskFailed):
        bench.outbox.add(bench.change(MONDAY))
        is_known = True
        bench.outbox.send_next("7")
    assert seen in ([], [EntryState.SENDING])  # on disk before it left
    bench.store.close()
    bench.open()
    entries = bench.outbox.entries()
    assert len(entries) == is_known
    if is_known:
        while bench.outbox.due_sites():
            bench.outbox.send_next("7")
        assert bench.state() is EntryState.DONE
        assert bench.server_has() == MONDAY
    assert _puts(bench) == is_known
    assert not list(bench.folder.glob("*.corrupt-*"))
