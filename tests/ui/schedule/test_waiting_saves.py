"""A schedule that could not be sent goes to the changes that wait by itself, and is called waiting once it is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.outbox import OutboxEntry, ScheduleChange
from chekt_console.domain.schedule import WeekSchedule
from chekt_console.errors import DiskFailed
from chekt_console.services.schedule_service import SaveOutcome, StoredSchedule
from chekt_console.store.outbox import OutboxStore
from tests.ui.schedule.schedule_world import AS_OF, HARBOR
from tests.ui.schedule.test_schedule_controller import NIGHTS, SAVE, Desk
from tests.ui.schedule.week_hand import away

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.errors import ConsoleError


class Queue:
    """The real file; `let_go` ends the writing."""

    def __init__(self, path: Path) -> None:
        self.store = OutboxStore(path)
        self.error: ConsoleError | None = None
        self._waiting: list[Callable[[], None]] = []

    def add(
        self,
        change: ScheduleChange,
        *,
        is_unknown: bool = False,
        done: Callable[[OutboxEntry], None],
        failed: Callable[[ConsoleError], None],
    ) -> None:
        def write() -> None:
            if self.error is not None:
                failed(self.error)
                return
            number = len(self.store.entries())
            done(self.store.add(change, f"key-{number}", 1, is_unknown=is_unknown))

        self._waiting.append(write)

    def let_go(self) -> None:
        waiting, self._waiting = self._waiting, []
        for write in waiting:
            write()

    def open_schedule(self, site_id: str) -> OutboxEntry | None:
        found = self.store.open_of(site_id)
        return found[-1] if found else None


class WaitingDesk(Desk):
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot)
        self.queue = Queue(folder / "outbox.sqlite")
        self.controller.saver.queue = self.queue
        self.open_harbor()

    def cannot_be_sent(self, is_confirmed: bool | None) -> None:
        base = self.schedules.server["s1"]
        self.schedules.outcome = SaveOutcome(
            is_confirmed, base, "Not saved.", waits_because="The gateway cannot be reached."
        )


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[WaitingDesk]:
    made = WaitingDesk(qtbot, tmp_path)
    yield made
    made.queue.store.close()


@pytest.mark.parametrize("is_unknown", [False, True])
def test_what_could_not_be_sent_waits_by_itself_and_is_called_so_once_on_disk(
    desk: WaitingDesk, is_unknown: bool
) -> None:
    drawn = desk.draw_saturday()
    desk.cannot_be_sent(None if is_unknown else False)
    desk.controller.save_now()
    assert "waiting" not in desk.state
    assert SAVE not in desk.board.texts
    desk.queue.let_go()
    assert desk.state == "waiting to be sent · 1 change"
    assert "The gateway cannot be reached." in desk.board.texts[SAVE]
    assert "waits on this computer" in desk.board.texts[SAVE]
    (entry,) = desk.queue.store.entries()
    assert isinstance(entry.change, ScheduleChange)
    assert (entry.change.base, entry.change.mine, entry.is_unknown) == (NIGHTS, drawn, is_unknown)
    asked: list[bool] = []
    desk.controller.saver.list_requested.connect(lambda: asked.append(True))
    desk.board.act(SAVE)  # where it can be withdrawn
    assert asked == [True]


def test_a_disk_that_refuses_is_never_called_waiting(desk: WaitingDesk) -> None:
    desk.draw_saturday()
    desk.cannot_be_sent(False)
    desk.queue.error = DiskFailed("The disk is full.")
    desk.controller.save_now()
    desk.queue.let_go()
    assert desk.state == "draft, not saved · 1 change"
    assert "does not wait: The disk is full." in desk.board.texts[SAVE]
    desk.queue.error = None
    desk.board.act(SAVE)  # try again
    desk.queue.let_go()
    assert desk.state == "waiting to be sent · 1 change"


def test_a_second_save_goes_behind_the_one_that_waits(desk: WaitingDesk) -> None:
    desk.draw_saturday()
    desk.cannot_be_sent(None)
    desk.controller.save_now()
    desk.controller.save_now()  # while the first is written down: not sent beside it
    desk.queue.let_go()
    desk.hand.drag((6, 9.02), (6, 11.95))
    desk.controller.save_now()
    desk.queue.let_go()
    first, second = desk.queue.store.entries()
    assert isinstance(second.change, ScheduleChange)
    assert len(second.change.mine.periods) == len(NIGHTS.periods) + 2
    assert len(desk.schedules.saves) == 1
    assert first.is_unknown


def test_what_somebody_else_saved_is_not_taken_out_by_a_draft_that_never_saw_it(desk: WaitingDesk) -> None:
    """The outbox merged what waited with it, while more was drawn here."""
    saturday = desk.draw_saturday()
    desk.cannot_be_sent(False)
    desk.controller.save_now()
    desk.queue.let_go()
    desk.hand.drag((6, 9.02), (6, 11.95))
    merged = WeekSchedule(tuple(sorted((*saturday.periods, away(0, 1, 1)))))
    desk.schedules.put(HARBOR, merged, "e9")
    desk.schedules.disk["s1"] = StoredSchedule("s1", merged, "e9", AS_OF)
    desk.controller.on_sent("s1", saturday, merged)
    desk.schedules.outcome = None
    desk.controller.save_now()
    assert desk.controller.saver.dialog is not None  # both are shown; nothing was sent past it
    assert desk.schedules.server["s1"].schedule == merged


def test_what_was_said_of_a_save_goes_once_it_was_sent(desk: WaitingDesk) -> None:
    """Else "it waits on this computer" stands above "saved and read back"."""
    drawn = desk.draw_saturday()
    desk.cannot_be_sent(None)
    desk.controller.save_now()
    desk.queue.let_go()
    assert "waits on this computer" in desk.board.texts[SAVE]
    desk.schedules.put(HARBOR, drawn, "e9")
    desk.schedules.disk["s1"] = StoredSchedule("s1", drawn, "e9", AS_OF)
    desk.controller.on_sent("s1", drawn, drawn)
    assert SAVE not in desk.board.texts
