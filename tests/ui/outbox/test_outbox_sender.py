"""The sender goes on by itself when the disk writes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from chekt_console.background.outbox_sender import OutboxSender
from chekt_console.domain.outbox import EntryState
from tests.ui.clip.clip_world import HeldRunner
from tests.ui.schedule.schedule_world import FakeRunner
from tests.unit.services.test_outbox_service import MONDAY, OFFLINE, Bench

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.background.runner import Runner


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for file in (made.store, made.local, made.cache):
        file.close()


def test_what_the_disk_did_not_let_end_is_looked_for_without_a_restart(bench: Bench, qtbot: QtBot) -> None:
    writer = bench.store._database._writer
    bench.server.on_write = lambda: writer.execute("PRAGMA query_only=1")
    sender = OutboxSender(cast("Runner", FakeRunner()), bench.outbox, bench.clock)
    bench.outbox.add(bench.change(MONDAY))
    with qtbot.waitSignal(sender.failed):
        sender.start()
    assert bench.state() is EntryState.SENDING
    bench.server.on_write = lambda: None
    writer.execute("PRAGMA query_only=0")
    sender.look_soon()
    qtbot.waitUntil(lambda: bench.state() is EntryState.DONE)
    sender.stop()
    assert sum(one.startswith("PUT") for one in bench.server.sent) == 1


def test_an_entry_that_falls_due_while_the_answer_is_on_its_way_is_sent(bench: Bench, qtbot: QtBot) -> None:
    """The worker found none due and one that is due in a moment; its answer reaches the window after that moment."""
    runner = HeldRunner()
    sender = OutboxSender(cast("Runner", runner), bench.outbox, bench.clock)
    bench.server.failures["write"] = [OFFLINE]
    bench.outbox.add(bench.change(MONDAY))
    bench.outbox.send_next("7")
    sender.start()
    qtbot.waitUntil(lambda: bool(runner.jobs))
    looking = runner.jobs[-1]
    bench.clock.advance(0.999)
    found = looking.work(looking)
    runner.jobs.clear()
    bench.clock.advance(0.002)
    looking.options["done"](found)
    qtbot.waitUntil(lambda: bool(runner.jobs), timeout=5_000)  # it looks again
    sender.stop()


def test_one_that_is_discarded_is_told_of(bench: Bench, qtbot: QtBot) -> None:
    sender = OutboxSender(cast("Runner", FakeRunner()), bench.outbox, bench.clock)
    entry = bench.outbox.add(bench.change(MONDAY))
    with qtbot.waitSignal(sender.entry_moved) as moved:
        sender.discard(entry.number)
    assert moved.args is not None
    assert moved.args[0].state is EntryState.DISCARDED
