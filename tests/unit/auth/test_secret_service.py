"""Keys in a real Secret Service: gnome-keyring on a session bus of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import keyring.backends.SecretService as service
from chekt_console.auth.key_store import KeyStore
import keyring
keyring.set_keyring(service.Keyring())
store = KeyStore("CHeKT Console test")
assert not store.is_session_only
store.write("Northgate", "seeded-canary")
again = KeyStore("CHeKT Console test")
assert again.read("Northgate").reveal() == "seeded-canary"
again.write("Northgate", "second")
assert store.read("Northgate").reveal() == "second"
assert store.read("Other") is None
again.write("Northgate", "seeded-canary" * 200)
assert store.read("Northgate").reveal() == "seeded-canary" * 200
store.delete("Northgate")
assert again.read("Northgate") is None
print("kept, read, replaced, deleted")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Secret Service is Linux's keyring")
@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="dbus-run-session is not installed")
@pytest.mark.skipif(shutil.which("gnome-keyring-daemon") is None, reason="gnome-keyring is not installed")
def test_keys_live_in_the_secret_service(tmp_path: Path) -> None:
    script = tmp_path / "walk.py"
    script.write_text(_SCRIPT)
    unlock = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
    }
    ran = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", f'{unlock} && exec "$0" "$1"', sys.executable, str(script)],
        cwd=Path(__file__).parents[3],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "kept, read, replaced, deleted" in ran.stdout
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert kept
    assert not any(b"seeded-canary" in path.read_bytes() for path in kept)
