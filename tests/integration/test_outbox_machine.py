"""Ten thousand operations on an outbox over faults, races, restarts and kill -9, judged by the gateway's own record."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.contact import Contact
from chekt_console.domain.outbox import EntryState, EventReport, OutboxEntry, ScheduleChange, Theirs
from chekt_console.domain.record_change import RecordChange, RecordKind, RowEdit, TheirRows
from chekt_console.domain.record_edits import contact_fields
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.domain.schedule_algebra import is_same
from tests.support.fake_clock import FakeClock
from tests.support.outbox_child import OpenOutbox
from tests.support.outbox_gateway import FIELDS, Gateway
from tests.support.simulator import RunningSimulator

EXAMPLES, STEPS = 50, 200  # 10,000 operations
_MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a kill needs no disk, and disks are slow
_MODES = (ArmingMode.AWAY, ArmingMode.STAY, ArmingMode.NIGHT)
_WEIGHTS = {
    "draw": 15, "record": 14, "report": 8, "others": 6, "touch": 3, "clash": 2, "fault": 14, "send": 16,
    "send_all": 14, "restart": 2, "kill": 3, "choose": 2, "discard": 1,
}  # fmt: skip
_FAULT_PATHS = {"GET": "/", "PUT": "/ext/v1/sites/", "POST": "/ext/v1/", "PATCH": "/partner/v1/"}
_NEW_CONTACT = len(FIELDS)
_OPERATIONS = tuple(name for name, weight in _WEIGHTS.items() for _ in range(weight))
_NEW = count(1)


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
        self.fields_seen: dict[tuple[str, int], tuple[str, str]] = {}
        self.fields_wished: dict[tuple[str, int], str] = {}
        self.fields_theirs: dict[tuple[str, int], str] = {}
        self.added: set[str] = set()
        self.open()

    def open(self) -> None:
        gateway = self.gateway
        self.outbox = OpenOutbox(Path(self.folder.name), gateway.url, gateway.keys, self.clock)

    @rule(
        what=st.sampled_from(_OPERATIONS),
        site=st.sampled_from(range(6)),
        number=st.sampled_from(range(5)),
        fault=st.sampled_from(
            ("drop_before", "drop_after", "reset_after", "half_body", "500", "503", "429", "page")
        ),
        method=st.sampled_from(("PUT", "PUT", "GET", "POST", "PATCH")),
    )
    def step(self, what: str, site: int, number: int, fault: str, method: str) -> None:
        """One operation, as often as its weight; rules of their own would be switched off by turns."""
        self.done["operations"] += 1
        match what:
            case "draw":
                self.draw(site, number % 3, looks=fault in ("500", "503"), takes_back=number > 2)
            case "record":
                self.record(site, number % 4, looks=fault in ("500", "503"))
            case "touch":
                self.somebody_touches(site, number % _NEW_CONTACT)
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

    def record(self, site: int, which: int, looks: bool) -> None:
        """As the forms do: on top of what still waits, as a change to what was seen of the server last."""
        site_id, text = self.gateway.sites[site], f"machine {next(_NEW)}"
        if which == _NEW_CONTACT:
            self.outbox.service.add(_new_contact(site_id, text))
            self.added.add(text)
            return
        kind, field, _ = FIELDS[which]
        waiting = [one.change for one in self._open_records(site_id, kind)]
        if (site_id, which) not in self.fields_seen or (looks and not waiting):
            self.fields_seen[site_id, which] = self.gateway.field(site_id, which)
        row_id, base = self.fields_seen[site_id, which]
        for change in waiting:
            for edit in change.edits:
                if edit.row_id == row_id and edit.wanted is not None:
                    base = str(edit.wanted[field])
        if base == self.fields_theirs.get((site_id, which)):  # seen, and changed again on purpose
            del self.fields_theirs[site_id, which]
        edit = RowEdit(row_id, row_id, {field: base}, {field: text})
        self.outbox.service.add(RecordChange(kind, site_id, f"Site {site}", (edit,)))
        self.fields_wished[site_id, which] = text

    def _open_records(self, site_id: str, kind: RecordKind) -> list[Any]:
        return [
            one
            for one in self.outbox.store.open_of(site_id)
            if isinstance(one.change, RecordChange) and one.change.kind is kind
        ]

    def somebody_touches(self, site: int, which: int) -> None:
        site_id = self.gateway.sites[site]
        self.fields_theirs[site_id, which] = text = f"theirs {next(_NEW)}"
        self.gateway.set_field(site_id, which, text)
        self.fields_wished.pop((site_id, which), None)

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
        words: dict[str, Any] = {"name": name}
        if name.isdigit():
            words = {"name": "status", "code": int(name)}
        elif name == "page":  # a web page with 200, as of a network that wants a sign-in of its own
            words = {"name": "status", "code": 200, "page": True}
        self.gateway.fault({**words, "path": _FAULT_PATHS[method], "method": method, "count": times})

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
        # The window of a program that starts anew reads what it shows, save where something waits.
        for site_id in self.gateway.sites:
            if not self.outbox.store.open_of(site_id):
                self.seen.pop(site_id, None)
                self.fields_seen = {one: seen for one, seen in self.fields_seen.items() if one[0] != site_id}
        self._note_conflicts()
        self.done["kills"] += 1

    def choose(self, takes_mine: bool) -> None:
        for entry in self.outbox.store.open_entries():
            if entry.state is EntryState.CONFLICT:
                self._choose(entry, takes_mine=takes_mine)

    def discard_newest(self) -> None:
        waiting = [one for one in self.outbox.store.open_entries() if one.state is EntryState.WAITING]
        if waiting:
            self.outbox.service.discard(waiting[-1].number)
            self._forget_wishes(waiting[-1].site_id)
            change = waiting[-1].change
            self.told.discard(change.words)
            if isinstance(change, RecordChange):
                self.added -= {edit.row_id for edit in change.edits}
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
            # A schedule that ended as a conflict after a lost answer may have arrived before somebody changed it again.
            unclear = sum(one[0] == site_id for one in self.conflicts)
            assert done <= made <= done + unclear, f"{made} writes for {done} changes, {unclear} unclear"
        for site_id in self.gateway.sites:
            self._judge_wishes(site_id)
            self._judge_fields(site_id)
        contacts = self.gateway.new_contacts()
        for text in self.added:
            assert contacts[text] == 1, f"{text} is there {contacts[text]} times"
        assert all(times == 1 for times in contacts.values())
        self.done["records"] += sum(isinstance(one.change, RecordChange) for one in entries)
        self.done["schedules"] += sum(isinstance(one.change, ScheduleChange) for one in entries)
        self.done["reports"] += len(self.told)

    def _judge_wishes(self, site_id: str) -> None:
        """Nothing waits there: each day is as somebody last wished it, what was taken back included."""
        there = self.gateway.schedule(site_id)
        for (of, day), periods in self.wished.items():
            if of == site_id:
                assert _day(there, day) == periods, f"day {day} is not what was wished last"
                self.done["wishes"] += 1

    def _judge_fields(self, site_id: str) -> None:
        """No change of records waits there: each field is as somebody last wished it."""
        for (of, which), value in self.fields_wished.items():
            if of == site_id:
                assert self.gateway.field(site_id, which)[1] == value, (
                    f"{FIELDS[which]} is not as wished last"
                )
                self.done["fields"] += 1

    def _send(self, site_id: str) -> None:
        before = self.outbox.store.open_of(site_id)
        entry = self.outbox.service.send_next(site_id)
        if entry is None:
            return
        self.done[entry.state.value] += 1
        self._note_conflicts()
        if not isinstance(entry.change, EventReport):
            older = [one for one in before if one.number < entry.number]
            assert all(isinstance(one.change, EventReport) for one in older), "went past an earlier change"
        if entry.state is EntryState.DONE and isinstance(entry.change, RecordChange):
            self._judge_record(entry.change)
            if not any(isinstance(one.change, RecordChange) for one in self.outbox.store.open_of(site_id)):
                self._judge_fields(site_id)
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
        for (of, which), value in self.fields_theirs.items():
            if of == site_id:
                assert self.gateway.field(site_id, which)[1] == value, "written over what somebody else saved"
                self.done["theirs"] += 1
        for (of, day), periods in self.theirs.items():
            if of == site_id:
                there = _day(self.gateway.schedule(site_id), day)
                assert there == periods, "written over what somebody else saved"

    def _judge_record(self, change: RecordChange) -> None:
        for which, (kind, field, _) in enumerate(FIELDS):
            for edit in change.edits:
                if kind is change.kind and edit.base is not None and edit.wanted is not None:
                    there = self.gateway.field(change.site_id, which)
                    assert there == (edit.row_id, edit.wanted[field]), "told as saved, and is not"
                    self.fields_seen[change.site_id, which] = there

    def _note_conflicts(self) -> None:
        for entry in self.outbox.store.open_entries():
            if entry.state is EntryState.CONFLICT and isinstance(entry.change, RecordChange):
                self._forget_wishes(entry.site_id)
            elif entry.state is EntryState.CONFLICT:
                self.conflicts.add((entry.site_id, entry.number, entry.tries))
                self.unclear.add(entry.site_id)
                self._forget_wishes(entry.site_id)  # what is chosen counts from then on

    def _forget_wishes(self, site_id: str) -> None:
        for one in [one for one in self.wished if one[0] == site_id]:
            del self.wished[one]
        for field in [one for one in self.fields_wished if one[0] == site_id]:
            del self.fields_wished[field]

    def _choose(self, entry: OutboxEntry, *, takes_mine: bool) -> None:
        if not takes_mine:
            self.outbox.service.discard(entry.number)
            return
        if isinstance(entry.change, RecordChange):
            assert isinstance(entry.theirs, TheirRows)
            kinds = [kind for kind, _, _ in FIELDS]
            self.fields_theirs.pop((entry.site_id, kinds.index(entry.change.kind)), None)
            mine = {(one.row_id, one.field) for one in entry.change.clashes(entry.theirs.rows)}
            self.outbox.service.take_chosen(entry.number, mine, entry.theirs)
            return
        assert isinstance(entry.change, ScheduleChange)
        assert isinstance(entry.theirs, Theirs)
        self.outbox.service.take_merged(entry.number, entry.change.mine, entry.theirs)
        for day in (5, 6):  # the person chose to write over theirs
            self.theirs.pop((entry.site_id, day), None)


def _new_contact(site_id: str, text: str) -> RecordChange:
    fields = contact_fields(Contact("", text, text, "Machine"))
    return RecordChange(RecordKind.CONTACTS, site_id, "Site", (RowEdit(text, text, None, fields),))


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
        assert OutboxMachine.done["fields"] >= 100
        assert OutboxMachine.done["records"] >= 500
        assert OutboxMachine.done["theirs"] >= 100
