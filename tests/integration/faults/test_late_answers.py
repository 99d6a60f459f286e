"""faults.md: timeout after the server acted. In real time: the answer comes later than the client waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from chekt_console.domain.arming import ArmingMode
from chekt_console.domain.clock import SystemClock
from chekt_console.services.arming_service import ArmingService
from tests.integration.faults.bench import EVENTS, SITES, Bench
from tests.support.simulator import until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.simulator import RunningSimulator

pytestmark = pytest.mark.slow

_LATE_MS = 150_000  # the client gives up long before


def test_who_gets_no_answer_in_time_doubles_and_loses_nothing(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    """A read, a write with an Idempotency-Key and a command, at the same time, because each waits twenty seconds."""
    simulator.control("faults", method="DELETE")
    bench = Bench(simulator, tmp_path)
    bench.arming = ArmingService(bench.client, bench.cache, SystemClock())
    assert bench.command(ArmingMode.DISARMED).is_confirmed
    bench.forget()
    for method, path in (("GET", SITES), ("POST", EVENTS), ("POST", bench.arm_path)):
        bench.fault("latency", path, method, ms=_LATE_MS, at="answer")
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(bench.read)
        writing = pool.submit(bench.write, "late_answer")
        commanding = pool.submit(bench.command, ArmingMode.AWAY)
        # All three have acted and none of them is answered.
        assert until(lambda: bench.written("late_answer") == 1 and bench.is_armed(), limit_s=15)
        assert not any(one.done() for one in (reading, writing, commanding))
        assert reading.result() == 3
        assert writing.result()
        outcome = commanding.result()
    assert len(bench.asked("GET", SITES)) == 2
    assert bench.asked("POST", EVENTS) == [201, 201]
    assert bench.written("late_answer") == 1
    assert len(bench.asked("POST", bench.arm_path)) == 1  # never repeated: read back
    assert outcome.is_confirmed, outcome.sentence
    assert bench.is_armed()
    bench.close()
