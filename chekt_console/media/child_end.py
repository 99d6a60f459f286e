"""Ends a helper process without waiting for ever: one that hangs in the system itself cannot die before that lets it go."""

from __future__ import annotations

import logging
import subprocess
from typing import Any

_log = logging.getLogger(__name__)

_END_S = 2.0


def kill(process: subprocess.Popen[Any]) -> None:
    """At once. One that is still there after two seconds is told in the log, and what comes next goes on without it."""
    process.kill()
    try:
        process.wait(_END_S)
    except subprocess.TimeoutExpired:
        _log.warning("a helper process does not end though it was killed: %d", process.pid)
