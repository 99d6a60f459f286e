"""The connection check against the real simulator: everything offered is looked at, and nothing that the client reads is drift."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from chekt_console.api.contract import PROBES
from chekt_console.domain.progress import NoProgress
from chekt_console.services.connection_check import check_connection
from chekt_console.session_client import Address, build_client
from chekt_console.settings import DataPaths
from chekt_console.store.connections_store import Connection, Connections, Environment
from tests.support.simulator import RunningSimulator

if TYPE_CHECKING:
    from pathlib import Path

# Keeps a key as the program keeps it, in a process of its own: a keyring is chosen once in each.
_KEEP = """
import sys
from chekt_console.auth.key_store import KeyStore
from chekt_console.check import KEYRING_SERVICE
from chekt_console.domain.progress import NoProgress
from chekt_console.services.sign_in_service import Given, SignInService
from chekt_console.settings import DataPaths
from chekt_console.store.connections_store import Connections
from pathlib import Path
connection = Connections(DataPaths(Path(sys.argv[1])).connections_file).all()[0]
SignInService(KeyStore(KEYRING_SERVICE)).add(connection, Given(api_key=sys.argv[2]), print, NoProgress())
"""


@pytest.mark.parametrize("dialect", ["observed", "documented"])
def test_all_that_is_offered_is_looked_at_and_nothing_read_is_called_unknown(
    dialect: str, tmp_path: Path
) -> None:
    with RunningSimulator(tmp_path / "world", "--dialect", dialect, sites=6) as simulator:
        address = Address(simulator.url, simulator.api_key, simulator.control_token, simulator.dealer_id)
        client = build_client(address)
        report = check_connection(client.transport, NoProgress())
        client.close()
        sent = {(entry["method"], entry["status"]) for entry in simulator.requests()}
    assert report.is_good
    for probe in PROBES:
        assert any(line.startswith(f"✓  {probe.title}: can be read") for line in report.lines), report.text()
    # Nothing but probes, the clock and the limits of two APIs: no line of drift.
    assert len(report.lines) == 1 + len(PROBES) + 1 + 2, report.text()
    assert report.lines[-2].startswith("✓  Limits (Sites and alarms): 1000")
    assert report.lines[-1].startswith("✓  Limits (Dealer account): 5000")
    assert {method for method, _ in sent} == {"GET", "POST"}
    assert {status for _, status in sent} == {200}


def test_a_saved_connection_is_checked_without_a_window(tmp_path: Path) -> None:
    with RunningSimulator(tmp_path / "world", sites=3) as simulator:
        data = tmp_path / "data"
        data.mkdir()
        Connections(DataPaths(data).connections_file).put(
            Connection("Northgate", Environment.SANDBOX, simulator.url)
        )
        environment = {
            **os.environ,
            "PYTHON_KEYRING_BACKEND": "tests.support.file_keyring.FileKeyring",
            "TEST_KEYRING_FILE": str(tmp_path / "keyring.json"),
        }
        check = [sys.executable, "-m", "chekt_console", "--data-dir", str(data), "--check-connection"]
        nothing_kept = _ran([*check, "Northgate"], environment)
        assert nothing_kept.returncode == 1
        assert "not in this computer's keyring" in nothing_kept.stderr
        kept = _ran([sys.executable, "-c", _KEEP, str(data), simulator.api_key], environment)
        assert kept.returncode == 0, kept.stderr
        good = _ran([*check, "Northgate"], environment)
        assert good.returncode == 0, good.stderr
        assert "✓  Sites: can be read (3 looked at)." in good.stdout
        assert "–  Dealer account: sites: not tried" in good.stdout
        assert simulator.api_key not in good.stdout + good.stderr
        simulator.control("faults", {"name": "status", "code": 501, "path": "/ext/v1/sites"})
        broken = _ran([*check, "Northgate"], environment)
        assert broken.returncode == 1
        assert "✕  Sites: The server failed (501)" in broken.stdout


def _ran(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=90, check=False)
