"""A simulated gateway forked from this process, which has its code loaded: it is back in a fraction of an interpreter's start."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO

from chekt_console.simulator import __main__ as gateway_program
from tests.support.simulator import Running, RunningSimulator

_LOOK_S = 0.002  # it is killed hundreds of times in a test


class WarmSimulator(RunningSimulator):
    """For who kills it often. This process must have no other threads."""

    def _begun(self, arguments: list[str], log: IO[bytes]) -> Running:
        if sys.platform == "win32":  # which has no fork
            return super()._begun(arguments, log)
        return _Fork(arguments, log.fileno())


class _Fork:
    def __init__(self, arguments: list[str], log: int) -> None:
        child_in, parent_out = os.pipe()
        parent_in, child_out = os.pipe()
        sys.stdout.flush()
        self._code: int | None = None
        self._pid = os.fork()
        if self._pid == 0:
            try:
                for place, end in enumerate((child_in, child_out, log)):
                    os.dup2(end, place)
                os.closerange(3, os.sysconf("SC_OPEN_MAX"))
                os._exit(gateway_program.main(arguments))
            finally:
                os._exit(1)
        os.close(child_in)
        os.close(child_out)
        self.stdin: IO[bytes] = os.fdopen(parent_out, "wb", 0)
        self.stdout: IO[bytes] = os.fdopen(parent_in, "rb")

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def poll(self) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self, timeout: float | None = None) -> int:
        ends_at = time.monotonic() + (math.inf if timeout is None else timeout)
        pause = threading.Event()
        while (code := self.poll()) is None:
            if time.monotonic() > ends_at:
                raise subprocess.TimeoutExpired("a forked simulator", timeout or 0.0)
            pause.wait(_LOOK_S)
        return code
