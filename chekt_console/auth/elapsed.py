"""Seconds that go by also while the computer sleeps, as the life of a token does."""

from __future__ import annotations

import sys
import time


def elapsed_s() -> float:
    """From a start of the system's own choice; setting the clock does not move it."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)  # time.monotonic() stands still there
    return time.monotonic()
