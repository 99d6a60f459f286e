"""One command from a fresh clone to the running console: python3 packaging/run.py [-- arguments of the console]."""

from __future__ import annotations

import subprocess
import sys

from bootstrap import ROOT, SetupFailed, prepare


def main() -> int:
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    if arguments[:1] == ["--"]:
        arguments = arguments[1:]
    try:
        python = prepare(with_tests=False)
    except SetupFailed as problem:
        print(problem, file=sys.stderr)
        return 1
    try:
        return subprocess.run(
            [str(python), "-m", "chekt_console", *arguments], cwd=ROOT, check=False
        ).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
