"""faults.md: "Kill −9 of the client at any step of a sync, ×300" and "Kill −9 of the simulator while acknowledging, ×300".

As many kills as fit some twenty seconds each; `python -m tests.bench.kills` does the 300 of each with the same code.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CLIENT_KILLS, SIMULATOR_KILLS = 90, 90
_ROOT = Path(__file__).parents[3]


def _killed(who: str, kills: int) -> dict[str, Any]:
    other = {"client": "simulator", "simulator": "client"}[who]
    command = [sys.executable, "-m", "tests.bench.kills", "--json", f"--{who}", str(kills), f"--{other}", "0"]
    ran = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout)
    return {name: figure for name, figure in told.items() if "seconds" not in name} | {"stderr": ran.stderr}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_client_killed_at_any_step_goes_on_and_ends_like_one_that_was_not() -> None:
    told = _killed("client", CLIENT_KILLS)
    assert told.pop("client_named_steps") > CLIENT_KILLS // 4
    assert told == {
        "client_kills": CLIENT_KILLS,
        "client_lost": 0,
        "client_doubled": 0,
        "client_differs": 0,
        "kills": CLIENT_KILLS,
        "lost": 0,
        "doubled": 0,
        "stderr": "",
    }


@pytest.mark.slow
def test_a_gateway_killed_while_it_acknowledges_loses_and_doubles_no_event() -> None:
    told = _killed("simulator", SIMULATOR_KILLS)
    assert told.pop("simulator_acknowledged") > 0
    assert told.pop("simulator_sent_again") >= SIMULATOR_KILLS  # each kill met some under way
    assert told == {
        "simulator_kills": SIMULATOR_KILLS,
        "simulator_lost": 0,
        "simulator_doubled": 0,
        "kills": SIMULATOR_KILLS,
        "lost": 0,
        "doubled": 0,
        "stderr": "",
    }
