"""The sender goes on by itself when the disk writes again."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from chekt_console.background.outbox_sender import OutboxSender
from chekt_console.domain.outbox import EntryState
from tests.ui.schedule.schedule_world import FakeRunner
from tests.unit.services.test_outbox_service import MONDAY, Bench

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
