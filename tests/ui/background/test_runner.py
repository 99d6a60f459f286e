"""The runner: outcomes in the window's thread, order in a lane, nothing unwanted shown, commands never dropped."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import shiboken6

from chekt_console.api.priority import Priority, current_priority
from chekt_console.background.runner import Runner
from chekt_console.errors import ConsoleError, NotConfirmed, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from chekt_console.domain.progress import Progress


@pytest.fixture
def runner(qapp: object) -> Iterator[Runner]:
    runner = Runner()
    yield runner
    assert runner.stop()


def test_outcomes_arrive_in_the_windows_thread(runner: Runner, qtbot: QtBot) -> None:
    seen: list[tuple[str, object, int]] = []

    def work(progress: Progress) -> tuple[int, Priority]:
        progress.partial("half")
        return threading.get_ident(), current_priority()

    runner.submit(
        work,
        done=lambda value: seen.append(("done", value, threading.get_ident())),
        partial=lambda value: seen.append(("partial", value, threading.get_ident())),
        priority=Priority.PERSON,
    )
    qtbot.waitUntil(lambda: len(seen) == 2)
    here = threading.get_ident()
    assert [what for what, _, _ in seen] == ["partial", "done"]
    assert {thread for _, _, thread in seen} == {here}
    worker, priority = seen[1][1]  # type: ignore[misc]
    assert worker != here
    assert priority is Priority.PERSON


def test_jobs_of_one_lane_run_in_order_and_alone(runner: Runner, qtbot: QtBot) -> None:
    order: list[int] = []
    is_inside = threading.Lock()

    def work(number: int) -> int:
        assert is_inside.acquire(blocking=False)
        order.append(number)
        is_inside.release()
        return number

    done: list[int] = []
    for number in range(50):
        priority = Priority.PERSON if number % 2 else Priority.BACKGROUND
        runner.submit(lambda _, n=number: work(n), done=done.append, lane="site:1", priority=priority)  # type: ignore[misc]
    qtbot.waitUntil(lambda: len(done) == 50)
    assert order == list(range(50))


def test_answer_of_an_older_request_with_the_same_key_is_dropped(runner: Runner, qtbot: QtBot) -> None:
    may_go = threading.Event()
    shown: list[str] = []

    def slow(_: Progress) -> str:
        may_go.wait(5)
        return "old"

    old = runner.submit(slow, done=shown.append, key="devices")
    runner.submit(lambda _: "new", done=shown.append, key="devices")
    qtbot.waitUntil(lambda: shown == ["new"])
    may_go.set()
    qtbot.waitUntil(lambda: not old.is_running)
    assert shown == ["new"]


def test_a_command_that_runs_is_never_dropped(runner: Runner, qtbot: QtBot) -> None:
    is_sent, may_go = threading.Event(), threading.Event()
    shown: list[str] = []

    def command(progress: Progress) -> str:
        is_sent.set()
        may_go.wait(5)
        progress.report(1, 1, "sent, reading back")
        return "armed"

    job = runner.submit(command, done=shown.append, key="arming", title="Arming", is_command=True)
    assert is_sent.wait(5)
    job.cancel()
    runner.submit(lambda _: "other", done=shown.append, key="arming")
    may_go.set()
    qtbot.waitUntil(lambda: sorted(shown) == ["armed", "other"])


def test_a_command_cancelled_before_its_turn_ends_as_not_sent(runner: Runner, qtbot: QtBot) -> None:
    """Whoever asked for it shows it as under way, and lets nothing else go to that site until it has ended."""
    is_begun, may_go = threading.Event(), threading.Event()
    sent: list[str] = []
    told: list[str] = []

    def first(_progress: Progress) -> None:
        is_begun.set()
        may_go.wait(30)

    runner.submit(first, done=lambda _: None, lane="site:1", is_command=True)
    job = runner.submit(
        lambda _: sent.append("disarm"),
        done=lambda _: told.append("done"),
        failed=lambda error: told.append(error.sentence),
        lane="site:1",
        title="Disarm",
        is_command=True,
    )
    assert is_begun.wait(30)
    job.cancel()
    may_go.set()
    qtbot.waitUntil(lambda: bool(told))
    assert sent == []
    assert told == ["Cancelled before it was sent. Nothing was done."]


def test_reads_that_hang_leave_threads_to_commands_and_to_what_is_on_this_computer(
    runner: Runner, qtbot: QtBot
) -> None:
    may_end = threading.Event()
    shown: list[str] = []
    for number in range(30):
        runner.submit(
            lambda _: may_end.wait(30), done=lambda _: None, priority=tuple(Priority)[number % len(Priority)]
        )
    runner.submit(lambda _: "saved", done=shown.append, is_command=True)
    runner.submit(lambda _: "cached", done=shown.append, is_local=True)
    try:
        qtbot.waitUntil(lambda: sorted(shown) == ["cached", "saved"])
    finally:
        may_end.set()


def test_failures_of_the_world_and_our_own_go_different_ways(runner: Runner, qtbot: QtBot) -> None:
    told: list[ConsoleError] = []
    missed: list[ConsoleError] = []
    crashes: list[str] = []
    runner.job_failed.connect(missed.append)
    runner.crashed.connect(crashes.append)

    def unreachable(_: Progress) -> None:
        raise Unreachable("The server cannot be reached.")

    def mistake(_: Progress) -> None:
        raise ZeroDivisionError("ours")

    runner.submit(unreachable, done=lambda _: None, failed=told.append)
    runner.submit(unreachable, done=lambda _: None)
    runner.submit(mistake, done=lambda _: None, failed=told.append)
    qtbot.waitUntil(lambda: len(told) == 2 and bool(missed and crashes))
    # Who waits for an outcome is told in any case: a site would take no other command, a feed never ask again.
    assert {type(error) for error in told} == {Unreachable, NotConfirmed}
    assert len(missed) == 1
    assert "ZeroDivisionError: ours" in crashes[0]


def test_a_mistake_of_one_pane_keeps_nothing_from_the_others(runner: Runner, qtbot: QtBot) -> None:
    shown: list[str] = []

    def mistaken(_value: object) -> None:
        raise ZeroDivisionError("ours")

    with qtbot.captureExceptions() as caught:
        runner.submit(lambda _: 1, done=mistaken, lane="one")
        runner.submit(lambda _: "alarm", done=shown.append, lane="one")
        qtbot.waitUntil(lambda: bool(shown))
        runner.submit(lambda _: "armed", done=shown.append)
        qtbot.waitUntil(lambda: len(shown) == 2)
    assert [kind for kind, *_rest in caught] == [ZeroDivisionError]
    crashes: list[str] = []
    runner.crashed.connect(crashes.append)
    runner.submit(lambda _: 1, done=mistaken, is_command=True, lane="one")
    runner.submit(lambda _: "disarmed", done=shown.append, is_command=True, lane="one")
    assert runner.stop()
    assert shown[-1] == "disarmed"
    assert len(crashes) == 1


def test_ten_thousand_parts_arrive_whole_without_blocking_the_window(runner: Runner, qtbot: QtBot) -> None:
    parts: list[object] = []
    is_done: list[int] = []

    def work(progress: Progress) -> int:
        for number in range(10_000):
            progress.partial(number)
        return 10_000

    runner.submit(work, done=is_done.append, partial=parts.append)
    qtbot.waitUntil(lambda: bool(is_done))
    assert parts == list(range(10_000))


def test_stop_cancels_what_waits_and_refuses_what_comes(qapp: object) -> None:
    runner = Runner(threads=1)
    is_begun = threading.Event()
    shown: list[str] = []

    def patient(progress: Progress) -> None:
        is_begun.set()
        while True:
            progress.check()

    runner.submit(patient, done=lambda _: shown.append("patient"))
    runner.submit(lambda _: "waited", done=shown.append)
    runner.submit(lambda _: "command", done=shown.append, is_command=True)
    assert is_begun.wait(5)
    assert runner.stop()
    assert shown == ["command"]
    assert runner.submit(lambda _: 1, done=lambda _: None).is_cancelled


def test_work_that_outlives_its_window_ends_in_silence(qapp: object) -> None:
    runner = Runner()
    is_begun, may_go = threading.Event(), threading.Event()

    def command(_progress: Progress) -> None:
        is_begun.set()
        may_go.wait(30)

    runner.submit(command, done=lambda _: None, is_command=True)
    assert is_begun.wait(30)
    assert not runner.stop(0.0)
    threads = runner._threads
    shiboken6.delete(runner)
    may_go.set()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
