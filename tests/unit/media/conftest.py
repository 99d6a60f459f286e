"""One small clip and a sound card for the tests of this folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sound import SOUND_CARD
from tests.unit.media import moving_square

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def clip_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return moving_square.encode(tmp_path_factory.mktemp("clip") / "square.mp4")


@pytest.fixture
def sound_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the sound card of this computer is given to play."""
    path = tmp_path / "played.raw"
    config = tmp_path / "asound.conf"
    config.write_text(SOUND_CARD.format(file=path))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    return path
