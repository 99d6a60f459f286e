"""Runs a helper process to its end, watching the clock and whether its work is still wanted."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from chekt_console.media.child_end import kill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.progress import Progress

_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Ended:
    """`is_too_late`: it was ended because it took too long; `output` is what it had said until then."""

    code: int
    output: bytes
    is_too_late: bool = False


def run_helper(
    module: str, arguments: Sequence[str], progress: Progress, *, limit_s: float, given: bytes = b""
) -> Ended:
    """A module of this program as a process of its own. `given`: its standard input. Raises Cancelled, having ended it,
    and OSError when there is no room for what is given."""
    # By a file, not a pipe: `communicate` forgets what did not fit into the pipe when it is called a second time.
    with tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        return _run(module, arguments, progress, limit_s, source)


def _run(
    module: str, arguments: Sequence[str], progress: Progress, limit_s: float, source: IO[bytes]
) -> Ended:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    ends_at = time.monotonic() + limit_s
    assert process.stdout is not None
    try:
        while True:
            try:
                output, _ = process.communicate(timeout=_LOOK_S)
            except subprocess.TimeoutExpired:
                progress.check()
                if time.monotonic() > ends_at:
                    return Ended(-1, _last_words(process), is_too_late=True)
            else:
                return Ended(process.returncode, output)
    finally:
        if process.poll() is None:
            kill(process)
        process.stdout.close()


def _last_words(process: subprocess.Popen[bytes]) -> bytes:
    kill(process)
    try:
        return process.communicate(timeout=_LOOK_S)[0]
    except subprocess.TimeoutExpired:
        return b""
