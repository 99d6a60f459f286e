"""Runs a helper process to its end, watching the clock and whether its work is still wanted."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chekt_console.domain.progress import Progress

_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Ended:
    """`is_too_late`: it was ended because it took too long."""

    code: int
    output: bytes
    is_too_late: bool = False


def run_helper(
    module: str, arguments: Sequence[str], progress: Progress, *, limit_s: float, given: bytes = b""
) -> Ended:
    """A module of this program as a process of its own. `given`: its standard input. Raises Cancelled, having ended it."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    ends_at = time.monotonic() + limit_s
    waiting: bytes | None = given  # handed over at the first call, as communicate wants it
    with process:
        try:
            while True:
                try:
                    output, _ = process.communicate(waiting, timeout=_LOOK_S)
                except subprocess.TimeoutExpired:
                    waiting = None
                    progress.check()
                    if time.monotonic() > ends_at:
                        return Ended(-1, b"", is_too_late=True)
                else:
                    return Ended(process.returncode, output)
        finally:
            if process.poll() is None:
                process.kill()
                process.communicate()
