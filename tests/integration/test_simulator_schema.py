"""schemathesis against the simulator's own OpenAPI document, with all its checks and phases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chekt_console.simulator.openapi_operations import OPERATIONS
from tests.support.simulator import RunningSimulator

_RULES = Path(__file__).parents[1] / "support" / "schemathesis.toml"
_FAST = (
    "--limit-per-minute", "1000000000", "--burst-per-second", "1000000000",
    "--partner-per-minute", "1000000000", "--partner-burst", "1000000000",
)  # fmt: skip


def _failures(told: str) -> str:
    return told.partition(" FAILURES ")[2].partition(" WARNINGS ")[0] or told[-3_000:]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("credential", "dialect"), [("token", "observed"), ("api key", "observed"), ("token", "documented")]
)
def test_every_answer_is_as_declared(tmp_path: Path, credential: str, dialect: str) -> None:
    with RunningSimulator(tmp_path / "world", *_FAST, "--dialect", dialect, sites=3) as simulator:
        token = simulator.control("token")["access_token"] if credential == "token" else simulator.api_key
        paths = "^/(?!api/v1/mjpeg)" if credential == "token" else "^/ext/"  # a live picture never ends
        found = subprocess.run(
            [
                str(Path(sys.executable).with_name("st")), "--config-file", str(_RULES),
                "run", f"{simulator.url}/openapi.json", "--header", f"Authorization: Bearer {token}",
                "--include-path-regex", paths, "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful",
                "--seed", "1", "--no-color",
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=320,
        )  # fmt: skip
        assert found.returncode == 0, _failures(found.stdout) + found.stderr[-2_000:]
        if credential == "token":
            assert f"Tested: {len(OPERATIONS) - 1}\n" in found.stdout
        assert " Stateful (in " in found.stdout
        assert "Traceback" not in simulator.log()
