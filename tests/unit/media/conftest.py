"""One small clip for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.media import moving_square

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return moving_square.encode(tmp_path_factory.mktemp("clip") / "square.mp4")
