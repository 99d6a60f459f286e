"""Sets this clone up: system libraries, a virtual environment, pinned Python packages. Standard library only."""

from __future__ import annotations

import ctypes.util
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
MINIMUM = (3, 11)

DEBIAN_RUN = (
    "libvlc5", "vlc-plugin-base", "libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1",
    "libxcb-shape0", "libxcb-image0", "libxcb-randr0", "libxcb-render-util0", "libxcb-xinerama0", "libegl1", "libgl1",
    "libdbus-1-3", "libfontconfig1", "fonts-inter",
)  # fmt: skip
DEBIAN_TEST = ("xvfb", "xauth", "dbus", "gnome-keyring", "chromium")
# Wanted for tests only where no other package brings the program.
DEBIAN_TEST_PROGRAMS = {"node": "nodejs", "npm": "npm"}


class SetupFailed(Exception):
    """One sentence that says what is missing and what to do."""


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def prepare(*, with_tests: bool) -> Path:
    """Make everything ready and return the environment's interpreter. Quick and offline when nothing changed."""
    if sys.version_info < MINIMUM:
        raise SetupFailed(f"CHeKT Console needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    _system_libraries(with_tests=with_tests)
    _python_packages(with_tests=with_tests)
    return venv_python()


def _system_libraries(*, with_tests: bool) -> None:
    if sys.platform.startswith("linux") and shutil.which("dpkg-query"):
        wanted = list(DEBIAN_RUN) + (list(DEBIAN_TEST) if with_tests else [])
        if with_tests:
            wanted += [
                package for name, package in DEBIAN_TEST_PROGRAMS.items() if shutil.which(name) is None
            ]
        if importlib.util.find_spec("ensurepip") is None:
            wanted.append("python3-venv")
        _debian_packages([name for name in wanted if not _is_installed(name)])
    elif sys.platform.startswith("linux"):
        if ctypes.util.find_library("vlc") is None:
            print(
                "libVLC 3 was not found: clips will play without sound. Install VLC with your package manager."
            )
    elif sys.platform == "win32":
        places = (
            Path(os.environ.get(name, "")) / "VideoLAN/VLC/libvlc.dll"
            for name in ("ProgramFiles", "ProgramFiles(x86)")
        )
        if not any(place.is_file() for place in places):
            print(
                "VLC 3 (64-bit) was not found: clips will play without sound. Install it from videolan.org."
            )
    elif sys.platform == "darwin" and not Path("/Applications/VLC.app").is_dir():
        print(
            "VLC.app was not found in Applications: clips will play without sound. Install it from videolan.org."
        )


def _is_installed(package: str) -> bool:
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True, check=False
    )
    return answer.stdout == "installed"


def _debian_packages(missing: list[str]) -> None:
    if not missing:
        return
    by_hand = "sudo apt-get install " + " ".join(missing)
    prefix: list[str] = []
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise SetupFailed(f"System packages are missing and sudo is not available. As root: {by_hand}")
        prefix = ["sudo"]
    print("Installing system packages: " + " ".join(missing), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if prefix:
        prefix = ["sudo", "DEBIAN_FRONTEND=noninteractive"]
    install = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    for command in ([*prefix, "apt-get", "update", "-qq"], install):
        finished = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
        if finished.returncode != 0 and command is install:
            raise SetupFailed(
                f"The system packages could not be installed. Check the network, or run: {by_hand}"
            )


def _python_packages(*, with_tests: bool) -> None:
    run_lock, test_lock = (
        ROOT / "packaging" / name for name in ("requirements.lock", "requirements-dev.lock")
    )
    stamp = VENV / "chekt-setup"
    known = stamp.read_text().split() if stamp.is_file() else []
    if _state(test_lock if with_tests else run_lock) in known and venv_python().is_file():
        return
    if not venv_python().is_file():
        print("Making the Python environment in .venv", flush=True)
        _run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)], "The Python environment could not be made."
        )
    print("Installing Python packages (once; some 200 MB)", flush=True)
    pip = [str(venv_python()), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    failed = "The Python packages could not be installed. Check the network and start again."
    _run([*pip, "--require-hashes", "-r", str(test_lock if with_tests else run_lock)], failed)
    _run([*pip, "--no-deps", "-e", str(ROOT)], failed)
    # What tests need includes what running needs, so a tested clone runs without another install.
    states = [_state(run_lock)] + ([_state(test_lock)] if with_tests else [])
    stamp.write_text("\n".join(states) + "\n")


def _state(lock: Path) -> str:
    """Changes when the pinned packages, the project's metadata, the interpreter or the place of the clone change."""
    parts = (
        lock.read_bytes(),
        (ROOT / "pyproject.toml").read_bytes(),
        sys.version.encode(),
        str(ROOT).encode(),
    )
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _run(command: list[str], sentence: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        raise SetupFailed(sentence)
