"""Runs every check of the project: python3 packaging/test.py [--quick] (format, lint, types, layers, tests)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from bootstrap import ROOT, SetupFailed, prepare

if TYPE_CHECKING:
    from pathlib import Path

_MOST_PROCESSES = 4  # each has a screen, servers and players of its own
_MOST_RESTARTS = 2  # of a process of tests that died or was ended for hanging
_MOST_SECONDS = 3600  # for one check


def checks(python: Path, *, is_quick: bool) -> list[tuple[str, list[str]]]:
    tools = python.parent
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    tests = [str(python), "-m", "pytest", "-n", str(processes), "--dist", "loadfile"]
    tests += ["--max-worker-restart", str(_MOST_RESTARTS)]
    return [
        ("format", [str(python), "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("lint", [str(python), "-m", "ruff", "check", "--quiet", "."]),
        ("types", [str(python), "-m", "mypy", "--no-error-summary"]),
        ("layers", [str(tools / "lint-imports"), "--no-cache"]),
        ("tests", [*tests, *(["-m", "not slow"] if is_quick else [])]),
    ]


def _is_good(command: list[str], environment: dict[str, str]) -> bool:
    try:
        return (
            subprocess.run(command, cwd=ROOT, env=environment, check=False, timeout=_MOST_SECONDS).returncode
            == 0
        )
    except subprocess.TimeoutExpired:
        print(f"\nended: it took more than {_MOST_SECONDS // 60} minutes", flush=True)
        return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="skip tests marked slow")
    options = parser.parse_args()
    try:
        python = prepare(with_tests=True)
    except SetupFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "0", "LIBGL_ALWAYS_SOFTWARE": "1"}
    results: list[tuple[str, bool, float]] = []
    for name, command in checks(python, is_quick=options.quick):
        print(f"== {name}", flush=True)
        start = time.monotonic()
        results.append((name, _is_good(command, environment), time.monotonic() - start))
    print("\nSummary")
    for name, is_good, seconds in results:
        print(f"  {name:8} {'ok' if is_good else 'FAILED':7} {seconds:6.1f} s")
    failed = sum(not is_good for _, is_good, _ in results)
    print(f"checks: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
