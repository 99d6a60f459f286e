"""A full inbox: what is kept, what goes, and that neither marking nor counting looks at all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.store.inbox import Arrival, Inbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DAY_MS = 86_400_000
_NOW_MS = 1_770_000_000_000


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    inbox = Inbox(tmp_path / "inbox.sqlite")
    yield inbox
    inbox.close()


def _fill(inbox: Inbox, count: int, received_ms: int, name: str) -> list[int]:
    inbox.accept([Arrival(f"{name}{one}", received_ms, "timed", 1, b"{}") for one in range(count)])
    numbers = [one.number for one in inbox.unhandled(count)]
    inbox.mark([(number, "done: noted") for number in numbers])
    return numbers


def test_the_oldest_go_when_there_are_very_many_and_a_replay_of_two_days_is_known(inbox: Inbox) -> None:
    _fill(inbox, 700, _NOW_MS - 5 * _DAY_MS, "old")
    inbox.accept([Arrival("waiting", _NOW_MS - 5 * _DAY_MS, "timed", 1, b"{}")])
    (waiting,) = inbox.unhandled()
    inbox.accept([Arrival(f"mid{one}", _NOW_MS - _DAY_MS, "timed", 1, b"{}") for one in range(20_000)])
    inbox.accept([Arrival("last", _NOW_MS, "timed", 1, b"{}")])
    inbox.mark(
        [(one.number, "done: noted") for one in inbox.unhandled(30_000) if one.number != waiting.number]
    )
    kept = {one.delivery_id for one in inbox.newest(30_000)}
    assert not [name for name in kept if name.startswith("old")]
    assert "waiting" in kept  # not handled yet: it stays, however old
    assert len(kept) == 20_002


def test_few_are_kept_for_ever(inbox: Inbox) -> None:
    _fill(inbox, 10, _NOW_MS - 50 * _DAY_MS, "old")
    _fill(inbox, 10, _NOW_MS, "new")
    assert len(inbox.newest()) == 20


def test_neither_marking_nor_counting_reads_the_whole_inbox(inbox: Inbox) -> None:
    """By SQLite's own count of steps, because a clock would measure the machine."""
    numbers = _fill(inbox, 30_000, _NOW_MS, "many")
    inbox.mark([(numbers[0], "unknown type, kept"), (numbers[1], "not understood: no site")])
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    writer = inbox._database._writer
    writer.set_progress_handler(count, 100)
    inbox.mark([(numbers[2], "done: noted")])
    writer.set_progress_handler(None, 100)
    assert steps < 20  # two thousand of SQLite's instructions; reading all took 230,000
    inbox._database._reader().set_progress_handler(count, 100)
    steps = 0
    assert inbox.unread_count() == 2
    inbox._database._reader().set_progress_handler(None, 100)
    assert steps < 20
