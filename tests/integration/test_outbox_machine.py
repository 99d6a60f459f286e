"""Ten thousand operations on an outbox over faults, races, restarts and kill -9, judged by the gateway's own record."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from chekt_console.domain.schedule_json import from_key_concepts, to_key_concepts
from tests.support.fake_clock import FakeClock
from tests.support.outbox_child import OpenOutbox
from tests.support.simulator import RunningSimulator

EXAMPLES, STEPS = 50, 200  # 10,000 operations
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill needs no disk, and disks are slow
_MODES = (ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT)
_WEIGHTS = {
    "draw": 20, "report": 16, "others": 8, "clash": 3, "fault": 14, "send": 17, "send_all": 14, "restart": 2,
    "kill": 3, "choose": 2, "discard": 1,
}  # fmt: skip
_OPERATIONS = tuple(name for name, weight in _WEIGHTS.items() for _ in range(weight))
_NEW = count(1)


class Gateway:
    """The simulator, what others do to it, and its own record read from its file."""

    def __init__(self, simulator: RunningSimulator) -> None:
        self.url, self.key = simulator.url, simulator.api_key
        self.others = simulator.client()
        self._control = httpx.Client(
            base_url=simulator.url, headers={"X-Control-Token": simulator.control_token}
        )
        (path,) = simulator.data_dir.glob("world-*.sqlite")
        self._file = sqlite3.connect(path, isolation_level=None)
        self.sites = [str(row[0]) for row in self._file.execute("SELECT site_id FROM site LIMIT 6")]
        self.foreign: Counter[str] = Counter()
        command = [sys.executable, "-m", "tests.support.outbox_child", self.url, self.key]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def close(self) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.close()
        self._child.wait(10)
        self._child.stdout.close()
        self.others.close()
        self._control.close()
        self._file.close()

    def version(self, site_id: str) -> int:
        row = self._file.execute("SELECT version FROM schedule WHERE site_id = ?", (site_id,)).fetchone()
        return int(row[0]) if row else 0

    def schedule(self, site_id: str) -> WeekSchedule:
        row = self._file.execute("SELECT body FROM schedule WHERE site_id = ?", (site_id,)).fetchone()
        return from_key_concepts(json.loads(row[0]) if row else {"schedule": {}}).schedule

    def reports(self) -> Counter[str]:
        rows = self._file.execute(
            "SELECT subtype, count(*) FROM event WHERE subtype LIKE 'machine %' GROUP BY subtype"
        )
        return Counter(dict(rows.fetchall()))

    def etag(self, site_id: str) -> str:
        return f'"{int(site_id):x}-{self.version(site_id):x}"'

    def save(self, site_id: str, schedule: WeekSchedule) -> None:
        """By somebody else, who is never hit by a fault."""
        with self.quiet():
            reply = self.others.put(
                f"/ext/v1/sites/{site_id}/schedule",
                json=dict(to_key_concepts(schedule).body),
                headers={"If-Match": "*"},
            )
        reply.raise_for_status()
        self.foreign[site_id] += 1

    def fault(self, body: dict[str, Any]) -> None:
        self._control.post("/_simulator/faults", json=body).raise_for_status()

    def end_faults(self) -> None:
        self._control.delete("/_simulator/faults").raise_for_status()

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        waiting = self._control.get("/_simulator/faults").json()["faults"]
        self.end_faults()
        yield
        for fault in waiting:
            self.fault(fault)

    def send_and_kill(self, folder: Path, now_ms: int, delay_s: float) -> None:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(f"{now_ms} {folder}\n")
        self._child.stdin.flush()
        pid = int(self._child.stdout.readline())
        threading.Event().wait(delay_s)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        assert self._child.stdout.readline() == "ended\n"


class OutboxMachine(RuleBasedStateMachine):
    gateway: ClassVar[Gateway]
    done: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="outbox-machine-", dir=_MEMORY)
        self.clock = FakeClock()
        self.at_start = {
            one: self.gateway.version(one) - self.gateway.foreign[one] for one in self.gateway.sites
        }
        self.conflicts: set[tuple[str, int, int]] = set()
        self.seen: dict[str, tuple[WeekSchedule, str]] = {}
        self.theirs: dict[tuple[str, int], tuple[ArmedPeriod, ...]] = {}
        self.wished: dict[tuple[str, int], tuple[ArmedPeriod, ...]] = {}
        # Sites of a conflict that were not looked at since. An answer may have been lost before it, so nobody can tell whose
        # the hours there are: what is drawn on the older view is merged with them, and said to be.
        self.unclear: set[str] = set()
        self.told: set[str] = set()
        self.open()

    def open(self) -> None:
        gateway = self.gateway
        self.outbox = OpenOutbox(Path(self.folder.name), gateway.url, gateway.key, self.clock)

    @rule(
        what=st.sampled_from(_OPERATIONS),
        site=st.sampled_from(range(6)),
        number=st.sampled_from(range(5)),
        fault=st.sampled_from(("drop_before", "drop_after", "half_body", "500", "503", "429")),
        method=st.sampled_from(("PUT", "PUT", "GET", "POST")),
    )
    def step(self, what: str, site: int, number: int, fault: str, method: str) -> None:
        """One operation, as often as its weight; rules of their own would be switched off by turns."""
        self.done["operations"] += 1
        match what:
            case "draw":
                self.draw(site, number % 3, looks=fault in ("500", "503"), takes_back=number > 2)
            case "report":
                self.report(site)
            case "others":
                self.somebody_saves_other_days(site, 5 + number % 2)
            case "clash":
                self.somebody_saves_the_same_days(site, number)
            case "fault":
                self.fault(fault, method, 1 + number // 2)
            case "send":
                self.send(site)
            case "send_all":
                self.send_all_later((1, 5, 70, 70, 2)[number])
            case "restart":
                self.restart()
            case "kill":
                self.kill_while_sending(1 + 8 * number)
            case "choose":
                self.choose(takes_mine=number > 2)
            case "discard":
                self.discard_newest()

    def draw(self, site: int, day: int, looks: bool, takes_back: bool) -> None:
        """As the window does: on top of what still waits, as a change to what was seen of the server last, which somebody
        may have changed since. Some take back what another day had."""
        site_id = self.gateway.sites[site]
        waiting = self.outbox.service.open_schedule(site_id)
        if site_id not in self.seen or (looks and waiting is None):
            self.seen[site_id] = self.gateway.schedule(site_id), self.gateway.etag(site_id)
            self.unclear.discard(site_id)
        base, etag = self.seen[site_id]
        current = base
        if waiting is not None:
            assert isinstance(waiting.change, ScheduleChange)
            current = waiting.change.wish
        drawn = _with_day(current, day)
        other = (day + 1) % 3
        if takes_back and _day(current, other):  # nobody takes back what the window does not show
            drawn = replace(drawn, periods=tuple(one for one in drawn.periods if one.day != other))
            self.wished[site_id, other] = ()
        self.outbox.service.add(ScheduleChange(site_id, f"Site {site}", base, etag, drawn))
        self.wished[site_id, day] = _day(drawn, day)
        if site_id in self.unclear:
            self._forget_wishes(site_id)

    def report(self, site: int) -> None:
        text = f"machine {next(_NEW)}"
        site_id = self.gateway.sites[site]
        body = {
            "site_id": site_id,
            "event_type": "arming",
            "event_subtype": text,
            "event_time": "2026-11-01T10:00:00Z",
        }
        self.outbox.service.add(EventReport(site_id, text, json.dumps(body)))
        self.told.add(text)

    def somebody_saves_other_days(self, site: int, day: int) -> None:
        site_id = self.gateway.sites[site]
        schedule = _with_day(self.gateway.schedule(site_id), day)
        self.gateway.save(site_id, schedule)
        self.theirs[site_id, day] = _day(schedule, day)
        self.wished.pop((site_id, day), None)

    def somebody_saves_the_same_days(self, site: int, day: int) -> None:
        site_id = self.gateway.sites[site]
        schedule = self.gateway.schedule(site_id)
        start = next((one.start_min % 1440 for one in _day(schedule, day)), None)
        self.gateway.save(site_id, _with_day(schedule, day, start))
        self.wished.pop((site_id, day), None)

    def fault(self, name: str, method: str, times: int) -> None:
        path = "/ext/v1/events" if method == "POST" else "/ext/v1/sites/"
        words = {"name": "status", "code": int(name)} if name.isdigit() else {"name": name}
        self.gateway.fault({**words, "path": path, "method": method, "count": times})

    def send(self, site: int) -> None:
        self._send(self.gateway.sites[site])

    def send_all_later(self, seconds: int) -> None:
        self.clock.advance(seconds)
        for site_id in self.outbox.service.due_sites():
            self._send(site_id)

    def restart(self) -> None:
        self.outbox.close()
        self.open()

    def kill_while_sending(self, delay_ms: int) -> None:
        self.outbox.close()
        self.clock.advance(70)
        self.gateway.send_and_kill(Path(self.folder.name), self.clock.now_ms(), delay_ms / 1000)
        self.open()
        self._note_conflicts()
        self.done["kills"] += 1

    def choose(self, takes_mine: bool) -> None:
        for entry in self.outbox.service.entries():
            if entry.state is EntryState.CONFLICT:
                self._choose(entry, takes_mine=takes_mine)

    def discard_newest(self) -> None:
        waiting = [one for one in self.outbox.service.entries() if one.state is EntryState.WAITING]
        if waiting:
            self.outbox.service.discard(waiting[-1].number)
            self._forget_wishes(waiting[-1].site_id)
            self.told.discard(waiting[-1].change.words)
            self.done["discarded"] += 1

    def teardown(self) -> None:
        """Faults end: everything that was wished gets an outcome, and the gateway's record agrees with each."""
        self.gateway.end_faults()
        for _ in range(200):
            self.clock.advance(70)
            self.choose(takes_mine=True)
            sites = self.outbox.service.due_sites()
            if not sites:
                break
            for site_id in sites:
                self._send(site_id)
        entries = self.outbox.service.entries()
        assert not [entry for entry in entries if entry.state.is_open]
        assert not [entry for entry in entries if entry.state is EntryState.REFUSED]
        self._judge(entries)
        self.outbox.close()
        self.folder.cleanup()

    def _judge(self, entries: tuple[OutboxEntry, ...]) -> None:
        there = self.gateway.reports()
        for text in self.told:
            assert there[text] == 1, f"{text} is there {there[text]} times"
        assert all(times == 1 for times in there.values())
        for site_id in self.gateway.sites:
            made = self.gateway.version(site_id) - self.gateway.foreign[site_id] - self.at_start[site_id]
            done = sum(
                entry.state is EntryState.DONE and isinstance(entry.change, ScheduleChange)
                for entry in entries
                if entry.site_id == site_id
            )
            # One that ended as a conflict after a lost answer may have arrived before somebody changed it again.
            unclear = sum(one[0] == site_id for one in self.conflicts)
            assert done <= made <= done + unclear, f"{made} writes for {done} changes, {unclear} unclear"
        for site_id in self.gateway.sites:
            self._judge_wishes(site_id)
        self.done["schedules"] += sum(isinstance(one.change, ScheduleChange) for one in entries)
        self.done["reports"] += len(self.told)

    def _judge_wishes(self, site_id: str) -> None:
        """Nothing waits there: each day is as somebody last wished it, what was taken back included."""
        there = self.gateway.schedule(site_id)
        for (of, day), periods in self.wished.items():
            if of == site_id:
                assert _day(there, day) == periods, f"day {day} is not what was wished last"
                self.done["wishes"] += 1

    def _send(self, site_id: str) -> None:
        entry = self.outbox.service.send_next(site_id)
        if entry is None:
            return
        self.done[entry.state.value] += 1
        self._note_conflicts()
        if entry.state is EntryState.DONE and isinstance(entry.change, ScheduleChange):
            assert is_same(self.gateway.schedule(site_id), entry.change.mine), "told as saved, and is not"
            is_last = self.outbox.service.open_schedule(site_id) is None
            if is_last:
                self._judge_wishes(site_id)
                self.unclear.discard(site_id)
            self.seen[site_id] = (
                (self.gateway.schedule(site_id), self.gateway.etag(site_id))
                if is_last
                else (entry.change.wish, "")
            )
        for (of, day), periods in self.theirs.items():
            if of == site_id:
                there = _day(self.gateway.schedule(site_id), day)
                assert there == periods, "written over what somebody else saved"

    def _note_conflicts(self) -> None:
        for entry in self.outbox.service.entries():
            if entry.state is EntryState.CONFLICT:
                self.conflicts.add((entry.site_id, entry.number, entry.tries))
                self.unclear.add(entry.site_id)
                self._forget_wishes(entry.site_id)  # what is chosen counts from then on

    def _forget_wishes(self, site_id: str) -> None:
        for one in [one for one in self.wished if one[0] == site_id]:
            del self.wished[one]

    def _choose(self, entry: OutboxEntry, *, takes_mine: bool) -> None:
        if not takes_mine:
            self.outbox.service.discard(entry.number)
            return
        assert isinstance(entry.change, ScheduleChange)
        assert entry.theirs is not None
        self.outbox.service.take_merged(entry.number, entry.change.mine, entry.theirs)
        for day in (5, 6):  # the person chose to write over theirs
            self.theirs.pop((entry.site_id, day), None)


def _with_day(schedule: WeekSchedule, day: int, start: int | None = None) -> WeekSchedule:
    """With one period on this day: at other hours than lately, which no other schedule of this run has, or from `start` on."""
    number = next(_NEW)
    length = 30 + number // 1300 % 100 if start is None else 131 + number % 9
    period = ArmedPeriod(
        day * 1440 + (number * 131 % 1300 if start is None else start), length, _MODES[number % 3]
    )
    others = tuple(one for one in schedule.periods if one.day != day)
    return WeekSchedule(tuple(sorted((*others, period))), schedule.exceptions)


def _day(schedule: WeekSchedule, day: int) -> tuple[ArmedPeriod, ...]:
    return tuple(one for one in schedule.periods if one.day == day)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    options = ("--limit-per-minute", "1000000000", "--burst-per-second", "1000000000")
    with RunningSimulator(tmp_path, *options, sites=8) as simulator:
        OutboxMachine.gateway = gateway = Gateway(simulator)
        for site_id in gateway.sites:
            gateway.save(site_id, _with_day(WeekSchedule(), 0))
        try:
            run_state_machine_as_test(  # type: ignore[no-untyped-call]
                OutboxMachine,
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    derandomize=True,
                    phases=(Phase.generate,),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            gateway.close()

        assert OutboxMachine.done["operations"] == EXAMPLES * STEPS
        assert OutboxMachine.done["kills"] >= 100
        assert OutboxMachine.done["wishes"] >= 100
