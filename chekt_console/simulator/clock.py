"""The gateway's own clock, which tests can put forward."""

from __future__ import annotations

import functools
import time
from datetime import UTC, datetime

_END_MS = 253_402_214_400_000  # the last day of 9999


class GatewayClock:
    """Milliseconds UTC since 1970, `ahead_ms` before the computer's clock, and `skew_ms` wrong."""

    def __init__(self, ahead_ms: int = 0) -> None:
        self.ahead_ms = ahead_ms
        self.skew_ms = 0

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead_ms + self.skew_ms

    def told_s(self) -> float:
        """Seconds since 1970 as the headers of replies tell them: never put forward, but wrong when the clock is."""
        return time.time() + self.skew_ms / 1000

    def advance(self, seconds: float) -> None:
        self.ahead_ms += int(seconds * 1000)


def iso(instant_ms: int) -> str:
    """As the service writes instants: UTC, milliseconds, Z."""
    whole, ms = divmod(instant_ms, 1000)
    return f"{_second(whole)}.{ms:03d}Z"


@functools.lru_cache(maxsize=1000)
def _second(whole: int) -> str:
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}"


def from_iso(text: str) -> int:
    """Raises ValueError; a time without a zone is not an instant, and years before 1970 are no alarm's."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a zone is missing")
    instant_ms = round(moment.timestamp() * 1000)
    if not 0 <= instant_ms < _END_MS:
        raise ValueError("out of range")
    return instant_ms
