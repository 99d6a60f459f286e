"""What the fault tests share: one fast gateway for a file, and a bench that begins without faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.faults.bench import Bench
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """Of three sites, with limits that no test meets by haste."""
    limits = ("--limit-per-minute", "100000", "--burst-per-second", "100000")
    with RunningSimulator(tmp_path_factory.mktemp("faults"), *limits, sites=3) as running:
        yield running


@pytest.fixture
def bench(simulator: RunningSimulator, tmp_path: Path) -> Iterator[Bench]:
    simulator.control("faults", method="DELETE")
    bench = Bench(simulator, tmp_path)
    yield bench
    bench.close()
