"""Every fault of the contract (gateway.md 4) against a read, a write with an idempotency key, and a command.

Asserted on the server's own record: nothing doubled, nothing lost, and what the person was told is true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.progress import NoProgress
from chekt_console.domain.schedule import ArmedPeriod, WeekSchedule
from chekt_console.errors import ConsoleError, ServerBroken, TooManyRequests, UnexpectedReply, Unreachable
from tests.integration.faults.bench import EVENTS, SITES, Bench


@dataclass(frozen=True)
class Case:
    """`row`: the promise in faults.md or gateway.md. What a read, a write and a command become; None: they succeed."""

    row: str
    fault: str
    words: dict[str, Any] = field(default_factory=dict)
    read: type[ConsoleError] | None = None
    read_times: int = 1
    write: type[ConsoleError] | None = None
    write_times: int = 1
    is_written: bool = True
    command_acts: bool = True


_ONE, _TWO = {"count": 1}, {"count": 2}
CASES = [
    Case("latency", "latency", {"ms": 200}),
    Case("dropped before acting", "drop_before", _TWO, read_times=3, write_times=3, command_acts=False),
    Case("dropped after acting; timeout after the server acted", "drop_after", _TWO, read_times=3, write_times=3),
    Case("half a body; truncated JSON", "half_body", _ONE, read_times=2, write_times=2),
    Case(
        "429 with Retry-After", "status", {"code": 429, "retry_after": 1, **_TWO}, read_times=3, write_times=3,
        command_acts=False,
    ),
    Case("429 without Retry-After", "status", {"code": 429, **_ONE}, read_times=2, write_times=2, command_acts=False),
    Case("500 for n calls", "status", {"code": 500, **_TWO}, read_times=3, write_times=3, command_acts=False),
    Case("502", "status", {"code": 502, **_ONE}, read_times=2, write_times=2, command_acts=False),
    Case("503", "status", {"code": 503, **_ONE}, read_times=2, write_times=2, command_acts=False),
    Case("504", "status", {"code": 504, **_ONE}, read_times=2, write_times=2, command_acts=False),
    Case(
        "500 that stays: six attempts, then said", "status", {"code": 500, "count": 50}, read=ServerBroken,
        read_times=6, write=ServerBroken, write_times=6, is_written=False, command_acts=False,
    ),
    Case(
        "refused that stays: six attempts, then said", "drop_before", {"count": 50}, read=Unreachable, read_times=6,
        write=Unreachable, write_times=6, is_written=False, command_acts=False,
    ),
    Case(
        "429 that stays", "status", {"code": 429, "count": 50}, read=TooManyRequests, read_times=6,
        write=TooManyRequests, write_times=6, is_written=False, command_acts=False,
    ),
    Case("slow drip", "slow_drip", {"ms": 5, **_ONE}),
    Case("wrong JSON", "wrong_json", _ONE, read=UnexpectedReply),
    Case(
        "200 with HTML", "status", {"code": 200, "page": True, **_ONE}, read=UnexpectedReply, write=UnexpectedReply,
        is_written=False, command_acts=False,
    ),
    Case(
        "403 with HTML", "status", {"code": 403, "page": True, **_ONE}, read=UnexpectedReply, write=UnexpectedReply,
        is_written=False, command_acts=False,
    ),
    Case(
        "502 with HTML", "status", {"code": 502, "page": True, **_ONE}, read_times=2, write_times=2,
        command_acts=False,
    ),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.row)
def test_nothing_doubled_nothing_lost_and_told_truly(bench: Bench, case: Case) -> None:
    _check_read(bench, case)
    _check_write(bench, case)
    _check_command(bench, case)


def _check_read(bench: Bench, case: Case) -> None:
    bench.forget()
    bench.fault(case.fault, SITES, "GET", **case.words)
    if case.read is None:
        assert bench.read() == 3
    else:
        with pytest.raises(case.read) as raised:
            bench.read()
        assert raised.value.sentence.endswith(".")
    assert len(bench.asked("GET", SITES)) == case.read_times


def _check_write(bench: Bench, case: Case) -> None:
    bench.forget()
    bench.fault(case.fault, EVENTS, "POST", **case.words)
    subtype = f"fault_{CASES.index(case)}"
    if case.write is None:
        bench.write(subtype)
    else:
        with pytest.raises(case.write):
            bench.write(subtype)
    assert len(bench.asked("POST", EVENTS)) == case.write_times
    bench.simulator.control("faults", method="DELETE")
    assert bench.written(subtype) == int(case.is_written)
    # The person tries again with what was kept: still once.
    bench.write(subtype)
    assert bench.written(subtype) == 1


def _check_command(bench: Bench, case: Case) -> None:
    bench.forget()
    assert bench.command(ArmingMode.DISARMED).is_confirmed
    bench.forget()
    bench.fault(case.fault, bench.arm_path, "POST", **case.words)
    outcome = bench.command(ArmingMode.AWAY)
    assert len(bench.asked("POST", bench.arm_path)) == 1  # never repeated blindly
    assert bench.is_armed() is case.command_acts
    if outcome.is_confirmed:
        assert case.command_acts
    else:
        assert not case.command_acts
        assert outcome.arming.state.is_armed is not True
        assert outcome.sentence.startswith(("Not sent", "Refused", "Sent, not confirmed"))


@pytest.mark.slow
def test_one_row_of_a_wrong_type_loses_only_itself(bench: Bench) -> None:
    """gateway.md 4: wrong type in one row."""
    bench.fault("wrong_type_row", SITES, "GET", row=1, field="site_name")
    rows = bench.client.sites.list()
    assert len(rows.values) == 2
    assert len(rows.problems) == 1


@pytest.mark.slow
def test_a_revoked_key_is_told_and_nothing_is_sent_again(bench: Bench) -> None:
    """gateway.md 4: revoked key."""
    bench.simulator.control("keys", {"revoke": bench.key})
    bench.forget()
    with pytest.raises(ConsoleError, match="not accepted"):
        bench.read()
    outcome = bench.command(ArmingMode.AWAY)
    assert outcome.is_confirmed is False
    assert bench.asked("GET", SITES) == [401]
    assert bench.asked("POST", bench.arm_path) == [401]


@pytest.mark.slow
def test_a_lost_race_changes_nothing_of_theirs(bench: Bench) -> None:
    """gateway.md 4: 412 races."""
    base = bench.schedules.read(bench.site)
    mine = WeekSchedule((ArmedPeriod(60, 120, ArmingMode.AWAY),))
    theirs = {"schedule": {"friday": {"arm_time": "21:00", "arm_mode": "night", "disarm_time": "05:00"}}}
    path = f"{SITES}/{bench.site.site_id}/schedule"
    with bench.simulator.client() as other:
        etag = other.get(path).headers["ETag"]
        assert other.put(path, json=theirs, headers={"If-Match": etag}).status_code == 200
        outcome = bench.schedules.save(bench.site, mine, base, NoProgress())
        assert outcome.is_confirmed is False
        assert outcome.theirs is not None
        assert other.get(path).json()["schedule"].keys() == {"friday"}
    kept = bench.local.draft(bench.site.site_id)
    assert kept is not None
    assert kept.schedule == mine
