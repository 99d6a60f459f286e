"""Two real clients change one site's schedule on the simulator: nobody's change is lost, whoever comes first, also when killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest
from PySide6.QtCore import Qt

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.outbox import EntryState, ScheduleChange
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import DAY_MIN, ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from chekt_console.domain.schedule_merge import merge
from chekt_console.ui.schedule.merge_dialog import MergeDialog
from tests.support.bulk import Bench
from tests.support.console import RunningConsole
from tests.support.save_child import DRAWN
from tests.support.shown import show_active
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.site import Site
    from chekt_console.services.schedule_service import ScheduleService

ROUNDS = 6
LIMITS = ("--limit-per-minute", "100000", "--burst-per-second", "100000")


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path_factory.mktemp("two"), *LIMITS, sites=3) as running:
        yield running


def _evening(day: int, minute: int) -> ArmedPeriod:
    return ArmedPeriod(day * DAY_MIN + 1080 + minute, 60, ArmingMode.AWAY)


class Person:
    """Changes days of their own, round by round; on a lost race puts both changes together and saves again."""

    def __init__(self, service: ScheduleService, site: Site, days: tuple[int, ...]) -> None:
        self._service = service
        self._site = site
        self._days = days
        self.races = 0

    def work(self, together: threading.Barrier) -> None:
        for number in range(ROUNDS):
            self._change(number, together)

    def _change(self, number: int, together: threading.Barrier) -> None:
        base = self._service.read(self._site)
        together.wait(30)  # both have read the same: one of them is too late
        others = [p for p in base.schedule.periods if p.day not in self._days]
        wish = WeekSchedule(tuple(sorted((*others, *(_evening(day, number) for day in self._days)))))
        outcome = self._service.save(self._site, wish, base, NoProgress())
        while outcome.is_confirmed is not True:
            assert outcome.theirs is not None, outcome.sentence
            kept = self._service.draft(self._site.site_id)
            assert kept is not None
            assert kept.schedule == wish
            self.races += 1
            merged = merge(base.schedule, wish, outcome.theirs.schedule)
            assert merged.is_clean
            base, wish = outcome.theirs, merged.resolve({})
            outcome = self._service.save(self._site, wish, base, NoProgress())
        assert self._service.draft(self._site.site_id) is None
        together.wait(30)


def test_changes_at_the_same_time_all_arrive(simulator: RunningSimulator, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    with (
        Bench(folders[0], simulator.url, simulator.api_key) as one,
        Bench(folders[1], simulator.url, simulator.api_key) as other,
    ):
        site = one.sites.refresh(NoProgress()).sites[0]
        start = one.schedules.read(site)
        assert one.schedules.save(site, WeekSchedule(), start, NoProgress()).is_confirmed
        people = [Person(one.schedules, site, (0, 1, 2)), Person(other.schedules, site, (3, 4, 5, 6))]
        together = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            for working in [pool.submit(person.work, together) for person in people]:
                working.result(60)
        there = one.schedules.read(site).schedule
        assert is_same(there, WeekSchedule(tuple(_evening(day, ROUNDS - 1) for day in range(7))))
        assert (
            sum(person.races for person in people) >= ROUNDS - 1
        )  # the first round may find nothing to change


def test_killed_while_saving_the_draft_is_there(simulator: RunningSimulator, tmp_path: Path) -> None:
    with Bench(tmp_path, simulator.url, simulator.api_key) as bench:
        site = bench.sites.refresh(NoProgress()).sites[0]
    path = f"/ext/v1/sites/{site.site_id}/schedule"
    simulator.control("faults", {"name": "latency", "path": path, "method": "PUT", "ms": 60_000})
    try:
        child = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.support.save_child"),
                *(str(tmp_path), simulator.url, simulator.api_key, site.site_id),
            ],
            stdout=subprocess.PIPE,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"Sending\n"
        child.kill()
        child.wait(30)
        child.stdout.close()
    finally:
        simulator.control("faults", method="DELETE")
    with Bench(tmp_path, simulator.url, simulator.api_key) as bench:
        draft = bench.schedules.draft(site.site_id)
        assert draft is not None
        assert (draft.schedule, draft.note) == (DRAWN, "saving")
        outcome = bench.schedules.save(site, draft.schedule, draft.base, NoProgress())
        assert outcome.is_confirmed
        assert is_same(bench.schedules.read(site).schedule, DRAWN)
        assert bench.schedules.draft(site.site_id) is None


@pytest.mark.slow
def test_a_person_at_the_window_and_another_elsewhere(qtbot: QtBot, tmp_path: Path) -> None:
    running = RunningConsole(qtbot, tmp_path / "data", size=(1280, 720))
    try:
        running.wait_filled()
        site = running.site()
        running.console.selection.select_site(site)
        running.console.window.show_perspective("schedule")
        panes = running.schedule
        controller = panes.schedule_controller
        running.wait(lambda: controller.work and controller.work.base and controller.work.is_fresh)
        work = controller.work
        assert work is not None
        first, second, *rest = work.current.periods
        mine = WeekSchedule((_longer(first, 60), *(second, *rest[:-1]), _longer(rest[-1], 60)))
        panes.schedule_pane.grid.edit(mine, "Longer")

        elsewhere = _Elsewhere(running, site)
        elsewhere.save(WeekSchedule((_longer(first, 30), _longer(second, 30), *rest)))
        controller.save_now(confirm=False)
        running.wait(lambda: isinstance(controller.saver.dialog, MergeDialog))
        dialog = controller.saver.dialog
        assert isinstance(dialog, MergeDialog)
        assert [len(block.buttons) for block in dialog.conflicts.blocks] == [2]
        assert dialog.height() <= 720
        focused = dialog.focusWidget()
        assert focused is not None

        # A third change while the person thinks: refused again, and asked again.
        third = WeekSchedule((_longer(first, 30), _longer(second, 45), *rest))
        elsewhere.save(third)
        qtbot.keyClick(focused, Qt.Key.Key_M)
        assert dialog.save.isEnabled()
        qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
        running.wait(lambda: controller.saver.dialog not in (None, dialog))
        again = controller.saver.dialog
        assert isinstance(again, MergeDialog)
        assert is_same(elsewhere.read(), third)
        draft = panes.schedules.draft(site.site_id)
        assert draft is not None
        assert is_same(draft.schedule, work.current)
        assert not again.conflicts.blocks
        qtbot.mouseClick(again.save, Qt.MouseButton.LeftButton)
        running.wait(lambda: not work.is_saving and not work.has_draft)
        wanted = WeekSchedule((_longer(first, 60), _longer(second, 45), *rest[:-1], _longer(rest[-1], 60)))
        assert is_same(elsewhere.read(), wanted)
        running.wait(lambda: panes.schedules.draft(site.site_id) is None)

        # Each merge is one step; behind them is what was drawn, and behind that what was there.
        undo = panes.schedule_pane.header.undo
        for _ in range(2):
            qtbot.mouseClick(undo, Qt.MouseButton.LeftButton)
        assert is_same(work.current, mine)
        _choose_in_the_outbox(running, qtbot, site, elsewhere)
    finally:
        running.close()


def _choose_in_the_outbox(running: RunningConsole, qtbot: QtBot, site: Site, elsewhere: _Elsewhere) -> None:
    """What waited, and clashes with what somebody saved meanwhile, is put together there and sent."""
    outbox = running.session.outbox
    assert outbox is not None
    base = running.schedule.schedules.read(site)
    first, second, *rest = base.schedule.periods
    elsewhere.save(WeekSchedule((_longer(first, 15), second, *rest)))
    mine = WeekSchedule((_longer(first, -120), _longer(second, 15), *rest))
    change = ScheduleChange(site.site_id, site.name, base.schedule, base.etag, mine)
    outbox.queue.add(change, done=lambda _: None, failed=lambda error: pytest.fail(error.sentence))
    running.wait(lambda: outbox.queue.entries and outbox.queue.entries[-1].state is EntryState.CONFLICT)
    outbox.show_list()
    assert outbox.dialog is not None
    running.wait(outbox.dialog.compare.isVisible)
    qtbot.mouseClick(outbox.dialog.compare, Qt.MouseButton.LeftButton)
    dialog = outbox.conflict
    assert dialog is not None
    show_active(qtbot, dialog)
    focused = dialog.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_T)
    qtbot.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
    running.wait(lambda: outbox.queue.entries[-1].state is EntryState.DONE)
    wanted = WeekSchedule((_longer(first, 15), _longer(second, 15), *rest))
    assert is_same(elsewhere.read(), wanted)


class _Elsewhere:
    """Somebody who shares no code with the console's way to the server."""

    def __init__(self, running: RunningConsole, site: Site) -> None:
        address = running.address
        self._url = f"{address.url}/ext/v1/sites/{site.site_id}/schedule"
        self._headers = {"Authorization": f"Bearer {address.api_key}"}

    def read(self) -> WeekSchedule:
        return from_key_concepts(httpx.get(self._url, headers=self._headers, timeout=30).json()).schedule

    def save(self, schedule: WeekSchedule) -> None:
        body = dict(to_key_concepts(schedule).body)
        headers = {**self._headers, "If-Match": "*"}
        httpx.put(self._url, json=body, headers=headers, timeout=30).raise_for_status()


def _longer(period: ArmedPeriod, minutes: int) -> ArmedPeriod:
    return ArmedPeriod(period.start_min, period.length_min + minutes, period.mode)
