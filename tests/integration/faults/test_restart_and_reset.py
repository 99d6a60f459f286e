"""A gateway that restarts in the middle of a write (gateway.md 4) or resets the connection (faults.md: refused, reset).

Against a read, a write with an Idempotency-Key, a schedule saved with If-Match, and a command. In real time: a restart takes
what it takes. A restart empties the server's record of requests, so what counts then is what it has kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clock import SystemClock
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.services.arming_service import ArmingService
from chekt_console.services.schedule_service import ScheduleService
from tests.integration.faults.bench import EVENTS, SITES, Bench, HurryClock
from tests.support.console import RunningConsole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from tests.support.simulator import RunningSimulator

pytestmark = pytest.mark.slow

FAULTS = [
    pytest.param("restart", {"at": "commit"}, False, id="restarts with the write half done"),
    pytest.param("restart", {"at": "answer"}, True, id="restarts when it is kept and not answered"),
    pytest.param("reset_before", {}, False, id="reset before acting"),
    pytest.param("reset_after", {}, True, id="reset after acting"),
]
each_fault = pytest.mark.parametrize(("fault", "words", "is_kept"), FAULTS)


class PatientClock(HurryClock):
    """Waits all that is asked: the gateway needs its time to come back."""

    def sleep(self, seconds: float) -> None:
        self.asked.append(seconds)
        self._pause.wait(seconds)


@pytest.fixture
def bench(simulator: RunningSimulator, tmp_path: Path) -> Iterator[Bench]:
    simulator.control("faults", method="DELETE")
    # The key that outlives a restart; one that the control call makes does not.
    bench = Bench(simulator, tmp_path, simulator.api_key, PatientClock())
    bench.arming = ArmingService(bench.client, bench.cache, SystemClock())
    bench.schedules = ScheduleService(bench.client, bench.cache, bench.local, SystemClock())
    bench.forget()
    yield bench
    bench.close()


def _back(bench: Bench, fault: str) -> None:
    """After a restart the control calls have another token."""
    if fault == "restart":
        bench.simulator.wait_ready()


@each_fault
def test_a_read_gets_its_answer(bench: Bench, fault: str, words: dict[str, str], *, is_kept: bool) -> None:
    bench.fault(fault, SITES, "GET", **words)
    assert bench.read() == 3
    _back(bench, fault)
    assert bench.asked("GET", SITES)[-1] in (200, 304)


@each_fault
def test_an_event_is_written_once(bench: Bench, fault: str, words: dict[str, str], *, is_kept: bool) -> None:
    subtype = f"{fault}_{is_kept}".lower()
    bench.fault(fault, EVENTS, "POST", **words)
    event_id = bench.write(subtype)
    _back(bench, fault)
    assert event_id
    assert bench.written(subtype) == 1
    assert bench.asked("POST", EVENTS)[-1] == 201
    bench.write(subtype)  # and again, as after a restart of the console: still the same one
    assert bench.written(subtype) == 1


@each_fault
def test_a_schedule_is_saved_once_and_said_to_be_only_when_it_reads_so(
    bench: Bench, fault: str, words: dict[str, str], *, is_kept: bool
) -> None:
    base = bench.schedules.read(bench.site)
    start = base.schedule.periods[0].start_min + 30  # another one than is there
    mine = WeekSchedule((ArmedPeriod(start, start + 30, ArmingMode.AWAY),))
    before = _changes(bench)
    bench.fault(fault, f"{SITES}/{bench.site.site_id}/schedule", "PUT", **words)
    outcome = bench.schedules.save(bench.site, mine, base, NoProgress())
    _back(bench, fault)
    assert outcome.is_confirmed, outcome.sentence
    assert outcome.sentence.startswith("Saved and read back")
    assert bench.schedules.draft(bench.site.site_id) is None
    assert bench.schedules.read(bench.site).schedule == mine
    assert _changes(bench) == before + 1


@each_fault
def test_a_command_is_sent_once_and_armed_is_said_only_when_it_reads_so(
    bench: Bench, fault: str, words: dict[str, str], *, is_kept: bool
) -> None:
    assert bench.command(ArmingMode.DISARMED).is_confirmed
    before = _changes(bench, "armed")
    bench.fault(fault, bench.arm_path, "POST", **words)
    outcome = bench.command(ArmingMode.AWAY)
    _back(bench, fault)
    assert bench.is_armed() is is_kept
    assert _changes(bench, "armed") == before + is_kept
    assert outcome.is_confirmed is (True if is_kept else None), outcome.sentence
    assert outcome.arming.state.is_armed is is_kept
    if not is_kept:
        assert outcome.sentence.startswith("Sent, not confirmed: arm Away")
        assert "the command is not repeated by itself" in outcome.sentence


def _changes(bench: Bench, subtype: str = "schedule_change") -> int:
    """How often the site's log has it."""
    with bench.simulator.client() as plain:
        body = {"site_id": int(bench.site.site_id), "limit": 500}
        rows = plain.post("/ext/v1/activity-logs/search", json=body).json()["data"]
    return sum(row["event_subtype"] == subtype for row in rows)


def test_the_window_says_armed_only_when_a_gateway_that_began_anew_reads_so(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """Through the whole program: the command is kept and its answer lost in the restart; the new control token is known."""
    running = RunningConsole(qtbot, tmp_path / "data")
    try:
        running.wait_filled()
        site = running.site()
        running.console.selection.select_site(site)
        arming, control = running.work.arming_controller, running.work.arming_control
        token = running.address.control_token

        def says(mode: ArmingMode) -> bool:
            """As what is so, not as what is under way."""
            return control.arm.isEnabled() and mode.label in control.text

        arming.command(ArmingMode.DISARMED)
        running.wait(lambda: says(ArmingMode.DISARMED))
        path = f"{SITES}/{site.site_id}/arming/actions/arm"
        running.control("faults", {"name": "restart", "path": path, "at": "answer"})
        arming.command(ArmingMode.NIGHT)
        early: list[bool] = []

        def is_anew() -> bool:
            if running.address.control_token == token:
                early.append(says(ArmingMode.NIGHT))
                return False
            return True

        running.wait(is_anew, 60_000)
        assert early
        assert not any(early)  # nobody could have read it yet
        running.wait(lambda: says(ArmingMode.NIGHT), 60_000)
        assert running.asked("POST", path) == []  # nothing was sent to the new one
        assert running.control("faults", method="GET")["faults"] == []
    finally:
        running.close()
