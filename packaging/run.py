"""One command from a fresh clone to the running console: python3 packaging/run.py [-- arguments of the console]."""

from __future__ import annotations

import os
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
    command = [str(python), "-m", "chekt_console", *arguments]
    if os.name == "posix":
        # In this very process: what ends this command ends the console.
        os.chdir(ROOT)
        os.execv(command[0], command)
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
