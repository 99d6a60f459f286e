"""A real gateway for each test of a site's forms: they change what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[RunningSimulator]:
    with RunningSimulator(tmp_path / "world", sites=3) as running:
        yield running
