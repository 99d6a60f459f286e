"""A simulated gateway forked from this process, which has its code loaded: it is back in a fraction of an interpreter's start."""

from __future__ import annotations

import os
import signal
import sys
from typing import IO

from chekt_console.simulator import __main__ as gateway_program
from tests.support.simulator import Running, RunningSimulator


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
        return self._ended(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        return self._ended(0) or 0

    def _ended(self, options: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self._pid, options)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code
