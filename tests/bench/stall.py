"""The longest time the window's thread was blocked while the tour drives every perspective, in a fresh process."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "chekt_console",
            "--data-dir",
            folder,
            "--tour",
            str(Path(folder, "pictures")),
        ]
        finished = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, timeout=600)
    summary = json.loads(finished.stdout.strip().splitlines()[-1])
    figures = {name: summary[name] for name in ("worst_stall_ms", "stalls_over_50_ms", "beats", "missing")}
    print(f"longest stall        {figures['worst_stall_ms']:>8} ms")
    print(f"stalls over 50 ms    {figures['stalls_over_50_ms']:>8}      goal: none")
    print(f"beats measured       {figures['beats']:>8}")
    for stall_ms, showing in sorted(summary["long_stalls"], reverse=True)[:8]:
        print(f"  {stall_ms:>6} ms at {showing}")
    if options.json:
        print(json.dumps(figures))
    return finished.returncode


if __name__ == "__main__":
    raise SystemExit(main())
